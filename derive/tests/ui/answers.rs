use cloudvpn_derive::Answer;

#[derive(Answer)]
enum Either {
    One,
    Other,
}

#[derive(Answer)]
struct Pair(String, String);

#[derive(Answer)]
struct Generic<T> {
    value: T,
}

#[derive(Answer)]
#[answer(snake_case)]
struct Case {
    value: String,
}

#[derive(Answer)]
struct Words {
    #[member(optional)]
    a: String,
    #[member("")]
    b: String,
    #[member("B C")]
    c: String,
    #[member("E")]
    d: String,
    e: String,
}

fn main() {}
