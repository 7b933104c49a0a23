//! The columns of `terraform fmt`: equals signs of lines that follow each other stand below each other, and so do comments behind them.
//!
//! Only files that had them are given them again, so that nothing else of a file changes.

/// A line as the formatter sees it: what is before the equals sign, from it on, and the comment.
#[derive(Default)]
struct Line {
    lead: String,
    assign: Option<String>,
    comment: Option<String>,
}

pub(crate) fn align(text: &str) -> String {
    let mut scanner = Scanner::default();
    let mut lines: Vec<Line> = text.split('\n').map(|line| scanner.line(line)).collect();
    // The equals signs.
    let mut begin = 0;
    while begin < lines.len() {
        let end = (begin..lines.len()).find(|at| lines[*at].assign.is_none()).unwrap_or(lines.len());
        let width = lines[begin..end].iter().map(|line| columns(line.lead.trim_end())).max().unwrap_or_default();
        for line in &mut lines[begin..end] {
            let lead = line.lead.trim_end();
            line.lead = format!("{lead}{} ", " ".repeat(width - columns(lead)));
        }
        begin = end + 1;
    }
    // The comments.
    let mut begin = 0;
    while begin < lines.len() {
        let end = (begin..lines.len()).find(|at| lines[*at].comment.is_none()).unwrap_or(lines.len());
        let width = lines[begin..end].iter().map(|line| columns(line.code().trim_end())).max().unwrap_or_default();
        for line in &mut lines[begin..end] {
            let code = line.code().trim_end().to_owned();
            let pad = " ".repeat(width - columns(&code) + 1);
            line.lead = format!("{code}{pad}");
            line.assign = None;
        }
        begin = end + 1;
    }
    let lines: Vec<_> =
        lines.into_iter().map(|line| format!("{}{}", line.code(), line.comment.unwrap_or_default())).collect();
    lines.join("\n")
}

impl Line {
    fn code(&self) -> String {
        format!("{}{}", self.lead, self.assign.as_deref().unwrap_or_default())
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

/// What goes on from one line to the next.
#[derive(Default)]
struct Scanner {
    heredoc: Option<String>,
    comment: bool,
    /// Nesting of templates within a text that goes over several lines.
    templates: Vec<usize>,
}

impl Scanner {
    fn line(&mut self, line: &str) -> Line {
        let whole = || Line { lead: line.to_owned(), ..Line::default() };
        if let Some(end) = &self.heredoc {
            if line.trim() == end {
                self.heredoc = None;
            }
            return whole();
        }
        let inside = self.comment || !self.templates.is_empty();
        let (mut equals, mut remark, mut net) = (None, None, 0i32);
        let mut opened = None;
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if self.comment {
                match line[at..].find("*/") {
                    Some(end) => {
                        self.comment = false;
                        at += end + 2;
                    }
                    None => at = bytes.len(),
                }
                continue;
            }
            // Within a quoted text, outside of its interpolations.
            if self.templates.last() == Some(&0) {
                match bytes[at] {
                    b'\\' => at += 2,
                    b'"' => {
                        self.templates.pop();
                        at += 1;
                    }
                    b'$' | b'%' if bytes.get(at + 1) == Some(&bytes[at]) && bytes.get(at + 2) == Some(&b'{') => at += 3,
                    b'$' | b'%' if bytes.get(at + 1) == Some(&b'{') => {
                        *self.templates.last_mut().expect("it is there") = 1;
                        at += 2;
                    }
                    _ => at += 1,
                }
                continue;
            }
            match bytes[at] {
                b'"' => self.templates.push(0),
                b'#' => {
                    remark = Some(at);
                    break;
                }
                b'/' if bytes.get(at + 1) == Some(&b'/') => {
                    remark = Some(at);
                    break;
                }
                b'/' if bytes.get(at + 1) == Some(&b'*') => {
                    self.comment = true;
                    at += 1;
                }
                b'<' if line[at..].starts_with("<<") && opened.is_none() => {
                    let word = line[at + 2..].trim_start_matches('-').trim();
                    if !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
                        opened = Some(word.to_owned());
                    }
                    at += 1;
                }
                bracket @ (b'{' | b'[' | b'(') => {
                    if let Some(depth) = self.templates.last_mut().filter(|_| bracket == b'{') {
                        *depth += 1;
                    }
                    net += i32::from(equals.is_some());
                }
                bracket @ (b'}' | b']' | b')') => {
                    let closes = self.templates.last_mut().filter(|_| bracket == b'}');
                    let template = closes.is_some();
                    let mut end = false;
                    if let Some(depth) = closes {
                        *depth -= 1;
                        end = *depth == 0;
                    }
                    let _ = template;
                    if !end {
                        net -= i32::from(equals.is_some());
                    }
                }
                b'=' if equals.is_none() && self.templates.is_empty() => {
                    let next = bytes.get(at + 1).copied();
                    let before = at.checked_sub(1).map(|before| bytes[before]);
                    let single =
                        !matches!(next, Some(b'=' | b'>')) && !matches!(before, Some(b'=' | b'!' | b'<' | b'>'));
                    if single && !line[..at].trim().is_empty() {
                        equals = Some(at);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.heredoc = opened;
        if inside || self.comment || !self.templates.is_empty() {
            return whole();
        }
        let comment = remark.filter(|at| !line[..*at].trim().is_empty());
        let code = &line[..comment.unwrap_or(line.len())];
        let split = equals.filter(|at| *at < code.len() && net == 0);
        let (lead, assign) = match split {
            Some(at) => (code[..at].to_owned(), Some(code[at..].to_owned())),
            None => (code.to_owned(), None),
        };
        if comment.is_none() && assign.is_none() {
            return whole();
        }
        Line { lead, assign, comment: comment.map(|at| line[at..].to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each of these is what `terraform fmt` makes of it.
    #[test]
    fn what_is_aligned_stays_and_what_is_not_becomes_so() {
        for (text, expected) in [
            ("a = 1\nbcd = 2\n\nx = 3\n", "a   = 1\nbcd = 2\n\nx = 3\n"),
            ("a = 1 # one\nbcd = \"=\" # two\n", "a   = 1   # one\nbcd = \"=\" # two\n"),
            ("ab = {\n  c = 1\n  def = 2\n}\ng = 1\n", "ab = {\n  c   = 1\n  def = 2\n}\ng = 1\n"),
            ("a = <<EOT\nlong = 1\n  x = 2\nEOT\nbcd = 1\n", "a = <<EOT\nlong = 1\n  x = 2\nEOT\nbcd = 1\n"),
            ("abc = 1\nd = <<EOT\nx = 2\nEOT\n", "abc = 1\nd   = <<EOT\nx = 2\nEOT\n"),
            (
                "a = \"${b == 1 ? { c = 1 } : 2}\"\nbcd = a >= 1\n",
                "a   = \"${b == 1 ? { c = 1 } : 2}\"\nbcd = a >= 1\n",
            ),
            ("a = 1\n# b = 2\ncde = 3\n", "a = 1\n# b = 2\ncde = 3\n"),
            ("a = 1 /* x\n y = 2 */\nbcd = 3\n", "a = 1 /* x\n y = 2 */\nbcd = 3\n"),
        ] {
            assert_eq!(align(text), expected);
            assert_eq!(align(expected), expected);
        }
    }
}
