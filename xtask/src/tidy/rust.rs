//! Rules over Rust source, read as tokens so that comments and look-alikes in text do not confuse them.

use super::Finding;
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};

/// The longest function, in lines from its `fn` to its closing brace.
const MAX_FUNCTION: usize = 70;

/// What a file holds.
#[derive(Default)]
pub(super) struct Found {
    /// Broken rules.
    pub(super) findings: Vec<Finding>,
    /// Scenario ids at the start of names of functions, such as `m5_1`.
    pub(super) scenarios: Vec<String>,
}

pub(super) fn check(file: &str, content: &str) -> Found {
    let mut found = Found::default();
    match content.parse::<TokenStream>() {
        Ok(tokens) => Tokens { file, found: &mut found }.walk(tokens),
        Err(e) => {
            found.findings.push(Finding::new(file, e.span().start().line, format!("cannot be read: {e}")))
        }
    }
    found
}

struct Tokens<'a> {
    file: &'a str,
    found: &'a mut Found,
}

impl Tokens<'_> {
    fn report(&mut self, line: usize, what: impl Into<String>) {
        self.found.findings.push(Finding::new(self.file, line, what));
    }

    fn walk(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (i, token) in tokens.iter().enumerate() {
            let rest = &tokens[i..];
            match token {
                TokenTree::Ident(ident) => self.word(&ident.to_string(), ident.span().start().line, rest),
                TokenTree::Literal(l) if sql(l) && !may_speak_sql(self.file) => {
                    self.report(l.span().start().line, "SQL outside sql.rs: move the statement there");
                }
                TokenTree::Group(g) => {
                    let attribute = g.delimiter() == Delimiter::Bracket && is_attribute(&tokens[..i]);
                    if attribute && first_ident(&g.stream()) == "doc" {
                        continue;
                    }
                    if attribute && first_ident(&g.stream()) == "ignore" {
                        self.report(g.span().start().line, "an ignored test proves nothing");
                    }
                    self.walk(g.stream());
                }
                _ => {}
            }
        }
    }

    /// Measures a function from the line of its `fn` to its closing brace; `rest` follows its name.
    fn measure(&mut self, name: &str, from: usize, rest: &[TokenTree]) {
        let ends = |t: &&TokenTree| match t {
            TokenTree::Group(g) => g.delimiter() == Delimiter::Brace,
            // A function of a trait may have no body.
            t => punct(Some(t)) == Some(';'),
        };
        let Some(TokenTree::Group(body)) = rest.iter().find(ends) else { return };
        let lines = body.span_close().end().line - from + 1;
        if lines > MAX_FUNCTION {
            self.report(from, format!("fn {name} has {lines} lines, at most {MAX_FUNCTION}: name its parts"));
        }
    }

    /// Judges an identifier by what follows it; `rest` starts with the identifier itself.
    fn word(&mut self, word: &str, line: usize, rest: &[TokenTree]) {
        match word {
            "todo" | "unimplemented" if punct(rest.get(1)) == Some('!') => {
                self.report(line, format!("{word}! is work that was not done"));
            }
            "allow" | "expect" => {
                if let Some(TokenTree::Group(g)) = rest.get(1)
                    && g.delimiter() == Delimiter::Parenthesis
                    && g.stream().into_iter().any(|t| matches!(&t, TokenTree::Ident(i) if i == "dead_code"))
                {
                    self.report(line, "code that nobody calls goes away");
                }
            }
            "Timestamp" | "SystemTime" | "Zoned" | "Utc" | "Local" | "OffsetDateTime" | "Instant"
                if reads_now(rest) && !may_read_clock(self.file, word) =>
            {
                self.report(line, format!("{word}::now: time is an argument, ask the kernel's Clock"));
            }
            "fn" => {
                if let Some(TokenTree::Ident(name)) = rest.get(1) {
                    self.found.scenarios.extend(scenario(&name.to_string()));
                    self.measure(&name.to_string(), line, &rest[2..]);
                }
            }
            _ => {}
        }
    }
}

/// `#` or `#!` right in front.
fn is_attribute(before: &[TokenTree]) -> bool {
    let mut back = before.iter().rev();
    match punct(back.next()) {
        Some('#') => true,
        Some('!') => punct(back.next()) == Some('#'),
        _ => false,
    }
}

fn punct(token: Option<&TokenTree>) -> Option<char> {
    match token {
        Some(TokenTree::Punct(p)) => Some(p.as_char()),
        _ => None,
    }
}

fn first_ident(tokens: &TokenStream) -> String {
    tokens.clone().into_iter().next().map(|t| t.to_string()).unwrap_or_default()
}

/// `X :: now`, whether it is called or handed on.
fn reads_now(rest: &[TokenTree]) -> bool {
    punct(rest.get(1)) == Some(':')
        && punct(rest.get(2)) == Some(':')
        && matches!(rest.get(3), Some(TokenTree::Ident(i)) if i == "now")
}

/// The kernel's clock reads the machine's; doors and tools may measure how long something took.
fn may_read_clock(file: &str, word: &str) -> bool {
    let measures = ["crates/doors/", "crates/guomen/", "crates/testkit/", "xtask/", "stories/"];
    let runs = ["/benches/", "/examples/", "/tests/"];
    let outside = measures.iter().any(|f| file.starts_with(f)) || runs.iter().any(|f| file.contains(f));
    file == "crates/kernel/src/time.rs" || (word == "Instant" && outside)
}

/// Where SQL lives: a mechanism's `sql.rs`, the store, the test kit; this tool has bad samples.
fn may_speak_sql(file: &str) -> bool {
    let homes = ["crates/store/", "crates/testkit/", "xtask/"];
    file.ends_with("/sql.rs") || file.contains("/sql/") || homes.iter().any(|h| file.starts_with(h))
}

/// Whether a literal is a statement of SQL. Sentences of a page start with a capital and go on in small letters.
fn sql(literal: &Literal) -> bool {
    let text = match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(s) => s.value(),
        syn::Lit::ByteStr(s) => String::from_utf8_lossy(&s.value()).into_owned(),
        _ => return false,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some(first) = words.first() else { return false };
    if first.chars().any(char::is_uppercase) && first.chars().any(char::is_lowercase) {
        return false;
    }
    let lower: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
    let has = |word: &str| lower.iter().any(|w| w == word);
    let second = lower.get(1).map(String::as_str).unwrap_or_default();
    match lower[0].as_str() {
        "select" => has("from") || second.contains('('),
        "insert" => second == "into",
        "update" => has("set"),
        "delete" => second == "from",
        "with" => has("as") && has("select") || second == "recursive",
        "create" | "alter" | "drop" => ["table", "index", "view"].contains(&second),
        _ => false,
    }
}

/// `m5_1` of `m5_1_an_exempt_lot_is_released`.
fn scenario(name: &str) -> Option<String> {
    let mut parts = name.split('_');
    let (mechanism, number) = (parts.next()?.strip_prefix('m')?, parts.next()?);
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    (digits(mechanism) && digits(number)).then(|| format!("m{mechanism}_{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(file: &str, code: &str) -> usize {
        check(file, code).findings.len()
    }

    #[test]
    fn sql_outside_its_home_is_caught_even_within_macros() {
        for bad in [
            r#"fn a() { q("select id from lot where id = $1"); }"#,
            r#"fn a() { q("  SELECT count(*) FROM lot"); }"#,
            r##"fn a() { q(r#"insert into lot (id) values ($1)"#); }"##,
            r#"fn a() { format!("update lot set at = {}", 1); }"#,
            r#"const A: &str = "delete from lot";"#,
            r#"const A: &str = "with recursive up as (select 1) select * from up";"#,
        ] {
            assert_eq!(broken("crates/flow/src/desk.rs", bad), 1, "{bad}");
            assert_eq!(broken("crates/flow/src/desk/sql.rs", bad), 0, "{bad}");
        }
        let fine = r#"/// select a from b
            fn a() { p("Select an officer from the list"); p("update the rule"); p("deleted from here"); }"#;
        assert_eq!(broken("crates/flow/src/desk.rs", fine), 0);
    }

    #[test]
    fn a_function_over_seventy_lines_is_caught() {
        let of = |n: usize| format!("impl A {{\nfn a() {{\n{}}}\n}}\n", "b();\n".repeat(n));
        assert_eq!(broken("a.rs", &of(68)), 0);
        assert_eq!(broken("a.rs", &of(69)), 1);
        let long =
            of(69).replace("impl A", "on_both!").replace("fn a()", "async fn a(t: TestDb) -> Result<()>");
        assert_eq!(broken("a.rs", &long), 1, "within a macro too");
        assert_eq!(broken("a.rs", "trait A { fn a(&self); }\nfn b(f: fn(u8) -> u8) {}"), 0);
    }

    #[test]
    fn work_that_was_not_done_is_caught() {
        for bad in [
            "fn a() { todo!() }",
            "fn a() { unimplemented!(\"later\") }",
            "#[test]\n#[ignore]\nfn a() {}",
            "#[test]\n#[ignore = \"slow\"]\nfn a() {}",
            "#[allow(dead_code)]\nfn a() {}",
            "#![allow(unused, dead_code)]\nfn a() {}",
            "#[expect(dead_code, reason = \"later\")]\nfn a() {}",
        ] {
            assert_eq!(broken("a.rs", bad), 1, "{bad}");
        }
        let fine =
            "// todo!()\nfn a() { let todo = \"todo!() #[ignore]\"; x.expect(\"dead_code\"); ignore(todo) }";
        assert_eq!(broken("a.rs", fine), 0);
    }

    #[test]
    fn readings_of_the_clock_are_caught() {
        let bad = "fn a() { let t = jiff::Timestamp::now(); }";
        assert_eq!(broken("crates/flow/src/a.rs", bad), 1);
        assert_eq!(broken("crates/doors/web/src/a.rs", bad), 1);
        assert_eq!(broken("crates/kernel/src/time.rs", bad), 0);
        assert_eq!(broken("crates/flow/src/a.rs", "fn a() { b.map(SystemTime::now); }"), 1);
        assert_eq!(broken("crates/flow/src/a.rs", "fn a() { Instant::now(); }"), 1);
        assert_eq!(broken("crates/doors/cli/src/a.rs", "fn a() { Instant::now(); }"), 0);
        assert_eq!(broken("crates/engines/trace/examples/a.rs", "fn a() { Instant::now(); }"), 0);
        assert_eq!(broken("crates/flow/src/a.rs", "fn a() { clock.now(); tx.now(); }"), 0);
    }

    #[test]
    fn a_file_that_is_not_rust_is_caught() {
        assert_eq!(broken("a.rs", "fn a( {"), 1);
    }

    #[test]
    fn scenarios_are_read_from_names() {
        let found =
            check("a.rs", "on_both! { async fn m5_1_exempt(t: T) {} async fn m_5(t: T) {} } fn m12_30() {}");
        assert_eq!(found.scenarios, ["m5_1", "m12_30"]);
    }
}
