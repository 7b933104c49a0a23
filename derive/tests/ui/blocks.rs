use cloudvpn_derive::Model;

struct Value<T>(T);

struct List<T>(T);
struct Inner;

#[derive(Model)]
struct Blocks {
    /// Flags belong to attributes.
    #[attr(optional, block, items(1..))]
    flags: Value<List<Inner>>,
    /// A single block is there or not.
    #[attr(block(max = 3))]
    single: Value<Inner>,
    /// A group is always there.
    #[attr(block(group, min = 1))]
    group: Value<Inner>,
    /// A group is one.
    #[attr(block(group))]
    groups: Value<List<Inner>>,
    /// No such number.
    #[attr(block(min = 3, max = 2))]
    none: Value<List<Inner>>,
    /// No such word.
    #[attr(block(most = 2))]
    word: Value<List<Inner>>,
    /// No number.
    #[attr(block(max = "2"))]
    text: Value<List<Inner>>,
    /// No count.
    #[attr(block(min = -1))]
    negative: Value<List<Inner>>,
    /// Blocks in lists of lists.
    #[attr(block)]
    deep: Value<List<List<Inner>>>,
}

fn main() {}
