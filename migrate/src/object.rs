//! Nested attributes as they are written.

/// What stands behind an equals sign.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// An expression, and how far the line that it began on was indented.
    Text(String, usize),
    Object(Vec<Entry>),
    List(Vec<Self>),
    /// An object within an expression around it.
    Within {
        before: String,
        entries: Vec<Entry>,
        after: String,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) node: Node,
    /// Comments in lines before it.
    pub(crate) lead: Vec<String>,
    /// What follows in its line, from the blank on.
    pub(crate) tail: String,
    /// Comments in lines behind it, at the end of the object.
    pub(crate) after: Vec<String>,
}

impl Entry {
    pub(crate) fn new(key: &str, node: Node) -> Self {
        Self { key: key.to_owned(), node, lead: Vec::new(), tail: String::new(), after: Vec::new() }
    }

    pub(crate) fn render(&self, indent: usize) -> String {
        let blank = " ".repeat(indent);
        let lead: String = self.lead.iter().map(|line| format!("{blank}{line}\n")).collect();
        let after: String = self.after.iter().map(|line| format!("\n{blank}{line}")).collect();
        format!("{lead}{blank}{} = {}{}{after}", self.key, self.node.render(indent), self.tail)
    }
}

impl Node {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into(), 0)
    }

    fn render(&self, indent: usize) -> String {
        let blank = " ".repeat(indent);
        let lines =
            |entries: &[Entry]| -> String { entries.iter().map(|entry| entry.render(indent + 2) + "\n").collect() };
        match self {
            Self::Text(text, was) => indented(text, *was, indent),
            Self::Object(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Object(entries) => format!("{{\n{}{blank}}}", lines(entries)),
            Self::List(nodes) => {
                let nodes: String =
                    nodes.iter().map(|node| format!("{blank}  {},\n", node.render(indent + 2))).collect();
                format!("[\n{nodes}{blank}]")
            }
            Self::Within { before, entries, after } => format!("{before}\n{}{blank}{after}", lines(entries)),
        }
    }
}

/// Moves the further lines of an expression along with its first. The lines of a heredoc are text: they stay where they are.
fn indented(text: &str, was: usize, is: usize) -> String {
    if was == is || text.contains("<<") {
        return text.to_owned();
    }
    let mut lines = text.split('\n');
    let mut moved = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        moved.push('\n');
        if line.trim().is_empty() {
            moved.push_str(line);
        } else {
            moved.push_str(&" ".repeat((blanks + is).saturating_sub(was)));
            moved.push_str(line.trim_start_matches(' '));
        }
    }
    moved
}

/// Puts a leaf where its path says, and makes the objects on the way there.
pub(crate) fn insert(entries: &mut Vec<Entry>, path: &[&str], leaf: Entry) {
    let [first, rest @ ..] = path else { return };
    if rest.is_empty() {
        entries.push(Entry { key: (*first).to_owned(), ..leaf });
        return;
    }
    if !entries.iter().any(|entry| entry.key == *first && matches!(entry.node, Node::Object(_))) {
        entries.push(Entry::new(first, Node::Object(Vec::new())));
    }
    let parent = entries.iter_mut().find(|entry| entry.key == *first && matches!(entry.node, Node::Object(_)));
    if let Some(Entry { node: Node::Object(inner), .. }) = parent {
        insert(inner, rest, leaf);
    }
}
