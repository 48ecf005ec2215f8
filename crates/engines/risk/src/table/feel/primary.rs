//! The innermost part of the FEEL reader: literals, names, brackets, calls, loops and functions.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::ast::{Args, Expr, Iter, Loop};
use super::builtins;
use super::names::{self, normal};
use super::parse::{Parsed, Parser};
use crate::table::temporal::{Date, DateTime, Duration, Time, parse_duration};
use crate::table::value::Value;

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Parsed<Expr> {
        self.attempt()?;
        match self.peek() {
            Some('"') => Ok(Expr::Literal(Value::text(self.string()?))),
            Some('@') => self.at_literal(),
            Some('(') => self.parenthesis(),
            Some('[') => self.bracket(),
            Some(']') => {
                self.pos += 1;
                let low = self.sum()?;
                self.expect("..")?;
                self.range_end(low, false)
            }
            Some('{') => self.context(),
            Some('?') => {
                self.pos += 1;
                Ok(Expr::Input)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number(),
            Some(c) if names::is_part(c) => self.word(),
            _ => Err(self.error("此处应为表达式", "expected an expression here")),
        }
    }

    fn word(&mut self) -> Parsed<Expr> {
        let rest = self.rest();
        let run = names::run(rest).unwrap_or(0);
        let known = [self.local.longest(rest), self.names.longest(rest)];
        let known = known.into_iter().flatten().max_by_key(|(_, n)| *n);
        if let Some((name, len)) = &known
            && *len > run
        {
            self.pos += len;
            return Ok(Expr::Name(name.clone()));
        }
        let word = &rest[..run];
        let constant = match word {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        };
        if let Some(value) = constant {
            self.pos += run;
            return Ok(Expr::Literal(value));
        }
        match word {
            "if" => return self.conditional(run),
            "for" => return self.iteration(run, Loop::For),
            "some" => return self.iteration(run, Loop::Some),
            "every" => return self.iteration(run, Loop::Every),
            "function" => return self.function(run),
            "then" | "else" | "return" | "satisfies" | "and" | "or" | "in" | "between" => {
                return Err(
                    self.error(format!("“{word}”不应出现在此处"), format!("`{word}` is out of place"))
                );
            }
            _ => {}
        }
        if let Some((name, len)) = builtins::names().longest(rest)
            && rest[len..].trim_start().starts_with('(')
        {
            self.pos += len;
            return Ok(Expr::Name(name));
        }
        self.pos += run;
        Ok(Expr::Name(known.map_or_else(|| Arc::from(word), |(name, _)| name)))
    }

    fn number(&mut self) -> Parsed<Expr> {
        let rest = self.rest();
        let digits = |s: &str| s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
        let mut len = digits(rest);
        let tail = &rest[len..];
        if tail.starts_with('.') && tail[1..].starts_with(|c: char| c.is_ascii_digit()) {
            len += 1 + digits(&tail[1..]);
        }
        let mut value = rest[..len].parse::<Decimal>().ok();
        let tail = &rest[len..];
        if let Some(exp) = tail.strip_prefix(['e', 'E']) {
            let signed = usize::from(exp.starts_with(['+', '-']));
            let n = digits(&exp[signed..]);
            if n > 0 {
                len += 1 + signed + n;
                value = Decimal::from_scientific(&rest[..len]).ok();
            }
        }
        let Some(value) = value else {
            return Err(self.error("无法读取此数", "this number cannot be read"));
        };
        self.pos += len;
        Ok(Expr::Literal(Value::Number(value)))
    }

    /// A string with its escapes, the quotation mark being next.
    fn string(&mut self) -> Parsed<String> {
        let rest = self.rest();
        let mut out = String::new();
        let mut chars = rest.char_indices().skip(1);
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.pos += i + 1;
                    return Ok(out);
                }
                '\\' => match chars.next().map(|(_, c)| c) {
                    Some('n') => out.push('\n'),
                    Some('r') => out.push('\r'),
                    Some('t') => out.push('\t'),
                    Some(c @ ('u' | 'U')) => {
                        let n = if c == 'u' { 4 } else { 6 };
                        let hex: String = chars.by_ref().take(n).map(|(_, c)| c).collect();
                        let code = u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32);
                        let bad = || self.error("无效的转义", "this escape is not valid");
                        out.push(code.ok_or_else(bad)?);
                    }
                    Some(c @ ('"' | '\\' | '\'')) => out.push(c),
                    Some(c) => out.extend(['\\', c]),
                    None => break,
                },
                c => out.push(c),
            }
        }
        Err(self.error("字符串缺少结尾引号", "the string has no closing quotation mark"))
    }

    fn at_literal(&mut self) -> Parsed<Expr> {
        self.pos += 1;
        let text = self.string()?;
        let value = temporal(&text);
        value
            .map(Expr::Literal)
            .ok_or_else(|| self.error("无法读取此日期或时间", "this date or time cannot be read"))
    }

    fn parenthesis(&mut self) -> Parsed<Expr> {
        self.pos += 1;
        let first = self.expr()?;
        if self.sign("..") {
            return self.range_end(first, false);
        }
        self.expect(")")?;
        Ok(first)
    }

    fn bracket(&mut self) -> Parsed<Expr> {
        self.pos += 1;
        let mut items = Vec::new();
        if self.sign("]") {
            return Ok(Expr::List(items));
        }
        let first = self.expr()?;
        if self.sign("..") {
            return self.range_end(first, true);
        }
        items.push(first);
        while self.sign(",") {
            items.push(self.expr()?);
        }
        self.expect("]")?;
        Ok(Expr::List(items))
    }

    fn range_end(&mut self, low: Expr, low_closed: bool) -> Parsed<Expr> {
        let high = self.sum()?;
        let high_closed = self.sign("]");
        if !high_closed && !self.sign(")") && !self.sign("[") {
            return Err(self.error("区间缺少结尾括号", "the range has no closing bracket"));
        }
        Ok(Expr::Range(Some((Box::new(low), low_closed)), Some((Box::new(high), high_closed))))
    }

    fn context(&mut self) -> Parsed<Expr> {
        self.pos += 1;
        let mut entries = Vec::new();
        if self.sign("}") {
            return Ok(Expr::Context(entries));
        }
        loop {
            let key = if self.peek() == Some('"') { self.string()? } else { self.name_before(":")? };
            self.local.add(&key);
            self.expect(":")?;
            entries.push((Arc::from(normal(&key)), self.expr()?));
            if !self.sign(",") {
                break;
            }
        }
        self.expect("}")?;
        Ok(Expr::Context(entries))
    }

    /// A fresh name that runs up to a sign, which is left standing.
    fn name_before(&mut self, stop: &str) -> Parsed<String> {
        let rest = self.rest();
        let end = rest.find(|c: char| stop.contains(c) || "{}[]()\",:".contains(c)).unwrap_or(rest.len());
        let name = normal(&rest[..end]);
        if names::run(&name).is_none() {
            return Err(self.error("此处应为名称", "expected a name here"));
        }
        self.pos += end;
        Ok(name)
    }

    fn conditional(&mut self, skip: usize) -> Parsed<Expr> {
        self.pos += skip;
        let test = self.expr()?;
        self.expect_keyword("then")?;
        let yes = self.expr()?;
        self.expect_keyword("else")?;
        let no = self.expr()?;
        Ok(Expr::If(Box::new(test), Box::new(yes), Box::new(no)))
    }

    fn iteration(&mut self, skip: usize, kind: Loop) -> Parsed<Expr> {
        self.pos += skip;
        let mut iters = Vec::new();
        loop {
            let name = self.name_before_in()?;
            let source = self.expr()?;
            let until = if self.sign("..") { Some(self.expr()?) } else { None };
            self.local.add(&name);
            iters.push(Iter { name: Arc::from(name), source, until });
            if !self.sign(",") {
                break;
            }
        }
        self.expect_keyword(if kind == Loop::For { "return" } else { "satisfies" })?;
        if kind == Loop::For {
            self.local.add("partial");
        }
        let body = self.expr()?;
        Ok(Expr::Iterate(kind, iters, Box::new(body)))
    }

    fn name_before_in(&mut self) -> Parsed<String> {
        let start = self.pos;
        loop {
            let rest = self.rest();
            let Some(n) = names::run(rest) else {
                return Err(self.error("循环变量后应为“in”", "expected `in` after the variable"));
            };
            if &rest[..n] == "in" {
                let name = normal(&self.src[start..self.pos]);
                self.pos += n;
                return if name.is_empty() {
                    Err(self.error("缺少名称", "a name is missing"))
                } else {
                    Ok(name)
                };
            }
            self.pos += n;
        }
    }

    fn function(&mut self, skip: usize) -> Parsed<Expr> {
        self.pos += skip;
        self.expect("(")?;
        let mut params = Vec::new();
        while !self.sign(")") {
            let name = self.name_before(":,)")?;
            let kind = if self.sign(":") { Some(self.type_name()?) } else { None };
            self.local.add(&name);
            params.push((Arc::from(name), kind));
            if !self.sign(",") {
                self.expect(")")?;
                break;
            }
        }
        if self.keyword("external") {
            return Err(self.error("不支持外部函数", "external functions are not supported"));
        }
        Ok(Expr::Function(params, Arc::new(self.expr()?)))
    }

    pub(super) fn type_name(&mut self) -> Parsed<String> {
        const LONG: [&str; 4] =
            ["date and time", "days and time duration", "years and months duration", "day and time duration"];
        let rest = self.rest();
        let mut len = match LONG.iter().find(|t| rest.starts_with(**t)) {
            Some(t) => t.len(),
            None => rest.find(|c: char| !names::is_part(c) && c != '.').unwrap_or(rest.len()),
        };
        if len == 0 {
            return Err(self.error("此处应为类型", "expected a type here"));
        }
        if rest[len..].starts_with('<') {
            let mut level = 0i32;
            for (i, c) in rest[len..].char_indices() {
                level += i32::from(c == '<') - i32::from(c == '>' && !rest[len..][..i].ends_with('-'));
                if level == 0 {
                    len += i + 1;
                    break;
                }
            }
        }
        self.pos += len;
        Ok(rest[..len].to_owned())
    }

    pub(super) fn arguments(&mut self) -> Parsed<Args> {
        if self.sign(")") {
            return Ok(Args::Positional(Vec::new()));
        }
        if self.names_follow() {
            let mut out = Vec::new();
            loop {
                let name = self.name_before(":")?;
                self.expect(":")?;
                out.push((Arc::from(name), self.expr()?));
                if !self.sign(",") {
                    break;
                }
            }
            self.expect(")")?;
            return Ok(Args::Named(out));
        }
        let mut out = Vec::new();
        loop {
            out.push(self.expr()?);
            if !self.sign(",") {
                break;
            }
        }
        self.expect(")")?;
        Ok(Args::Positional(out))
    }

    /// Whether the arguments are `name: value`, since no expression starts with a name and a colon.
    fn names_follow(&mut self) -> bool {
        let rest = self.rest();
        let end = rest.find(|c: char| "{}[]()\",:".contains(c)).unwrap_or(rest.len());
        rest[end..].starts_with(':') && names::run(rest).is_some()
    }
}

/// Reads the text of an at-literal: a date, time, moment or duration.
pub(super) fn temporal(text: &str) -> Option<Value> {
    let duration = |t: &str| {
        parse_duration(t).map(|d| match d {
            Duration::Months(n) => Value::Months(n),
            Duration::Nanos(n) => Value::Nanos(n),
        })
    };
    Date::parse(text)
        .map(Value::Date)
        .or_else(|| Time::parse(text).map(Value::Time))
        .or_else(|| DateTime::parse(text).map(Value::DateTime))
        .or_else(|| duration(text))
}
