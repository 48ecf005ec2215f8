//! The fields a template declares in lines `/// path type required|optional note` at its head, and the check
//! of values against them. Absent optional values become null (lists: empty), so a template never trips.

use serde_json::{Map, Value};

use crate::error::FormError;

/// Characters without a place to break a line before one is offered (U+200B), so that no value can run out of
/// its cell.
const LONGEST_RUN: usize = 22;

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    /// A string, or a number printed as given.
    Text,
    /// A calendar date, `YYYY-MM-DD`.
    Date,
    /// One of the named words.
    Choice(Vec<String>),
    /// `true` or `false`; absent means false.
    Flag,
    /// A list of strings.
    Texts,
    /// A list of objects; required means at least one.
    List,
    /// An object.
    Group,
}

/// One declared field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Path from the root, lists marked `[]`: `goods[].lots`.
    pub path: String,
    /// What it holds.
    pub kind: FieldType,
    /// Whether it must be there (within a parent that is there).
    pub required: bool,
    /// What it means, in words.
    pub note: String,
}

/// All fields of one form.
#[derive(Debug, Clone)]
pub(crate) struct Fields(Vec<Field>);

struct Check<'a> {
    form: &'a str,
    fields: &'a [Field],
    printable: &'a dyn Fn(char) -> bool,
}

impl Fields {
    pub(crate) fn list(&self) -> &[Field] {
        &self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads the declarations of a template.
    pub(crate) fn parse(template: &str, text: &str) -> Result<Self, FormError> {
        let mut fields: Vec<Field> = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let Some(declaration) = line.strip_prefix("/// ") else { continue };
            let wrong = |reason: String| FormError::Declaration {
                template: template.to_owned(),
                line: number + 1,
                reason,
            };
            let field = parse_line(declaration).map_err(wrong)?;
            if let Some((parent, _)) = field.path.rsplit_once('.') {
                let parent = parent.trim_end_matches("[]");
                if !fields.iter().any(|f| f.path == parent) {
                    return Err(wrong(format!("declare {parent} before {}", field.path)));
                }
            }
            fields.push(field);
        }
        Ok(Self(fields))
    }

    /// The values made complete, or the first thing wrong with them.
    pub(crate) fn check(
        &self,
        form: &str,
        data: &Value,
        printable: &dyn Fn(char) -> bool,
    ) -> Result<Value, FormError> {
        Check { form, fields: &self.0, printable }.object(data, "", "")
    }
}

fn parse_line(declaration: &str) -> Result<Field, String> {
    let mut words = declaration.split_whitespace();
    let (Some(path), Some(kind), Some(need)) = (words.next(), words.next(), words.next()) else {
        return Err("a declaration reads: path type required|optional note".to_owned());
    };
    let kind = match kind {
        "text" => FieldType::Text,
        "date" => FieldType::Date,
        "flag" => FieldType::Flag,
        "texts" => FieldType::Texts,
        "list" => FieldType::List,
        "group" => FieldType::Group,
        other => match other.strip_prefix("choice(").and_then(|rest| rest.strip_suffix(')')) {
            Some(choices) => FieldType::Choice(choices.split('|').map(str::to_owned).collect()),
            None => return Err(format!("unknown type {other}")),
        },
    };
    let required = match need {
        "required" => true,
        "optional" => false,
        other => return Err(format!("expected required or optional, found {other}")),
    };
    Ok(Field { path: path.to_owned(), kind, required, note: words.collect::<Vec<_>>().join(" ") })
}

impl Check<'_> {
    /// Checks the object at `place` (as in `goods[3]`) against the fields declared under `prefix` (`goods[].`).
    fn object(&self, value: &Value, prefix: &str, place: &str) -> Result<Value, FormError> {
        let Some(given) = value.as_object() else { return Err(self.wrong(place, "an object", value)) };
        let mut out = Map::new();
        // What no declaration names is passed on: a bureau's own template may use it.
        for (name, value) in given {
            let at = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
            out.insert(name.clone(), self.clean(value, &at)?);
        }
        for field in self.fields {
            let Some(name) = field.path.strip_prefix(prefix) else { continue };
            if name.contains('.') {
                continue;
            }
            let at = if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
            let value = self.field(field, given.get(name).unwrap_or(&Value::Null), &at)?;
            out.insert(name.to_owned(), value);
        }
        Ok(Value::Object(out))
    }

    fn field(&self, field: &Field, value: &Value, at: &str) -> Result<Value, FormError> {
        let empty = match value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if empty {
            return match (&field.kind, field.required) {
                (_, true) => Err(FormError::MissingField {
                    form: self.form.to_owned(),
                    field: at.to_owned(),
                    note: field.note.clone(),
                }),
                (FieldType::List | FieldType::Texts, false) => Ok(Value::Array(Vec::new())),
                (FieldType::Flag, false) => Ok(Value::Bool(false)),
                _ => Ok(Value::Null),
            };
        }
        match &field.kind {
            FieldType::Text => match value {
                Value::String(_) | Value::Number(_) => self.clean(value, at),
                _ => Err(self.wrong(at, "text", value)),
            },
            FieldType::Date => match value.as_str().filter(|text| is_date(text)) {
                Some(_) => Ok(value.clone()),
                None => Err(self.wrong(at, "a date YYYY-MM-DD", value)),
            },
            FieldType::Flag => match value {
                Value::Bool(_) => Ok(value.clone()),
                _ => Err(self.wrong(at, "true or false", value)),
            },
            FieldType::Choice(words) => match value.as_str().filter(|text| words.iter().any(|w| w == text)) {
                Some(_) => Ok(value.clone()),
                None => Err(self.wrong(at, &format!("one of {}", words.join(", ")), value)),
            },
            FieldType::Group => self.object(value, &format!("{}.", field.path), at),
            FieldType::List => {
                self.each(value, at, |item, at| self.object(item, &format!("{}[].", field.path), at))
            }
            FieldType::Texts => self.each(value, at, |item, at| match item {
                Value::String(_) | Value::Number(_) => self.clean(item, at),
                _ => Err(self.wrong(at, "text", item)),
            }),
        }
    }

    fn each(
        &self,
        value: &Value,
        at: &str,
        one: impl Fn(&Value, &str) -> Result<Value, FormError>,
    ) -> Result<Value, FormError> {
        let Some(items) = value.as_array() else { return Err(self.wrong(at, "a list", value)) };
        let done = items.iter().enumerate().map(|(n, item)| one(item, &format!("{at}[{n}]")));
        done.collect::<Result<Vec<_>, _>>().map(Value::Array)
    }

    /// A value whose text can be printed: known characters only, numbers as text, long runs made breakable.
    fn clean(&self, value: &Value, at: &str) -> Result<Value, FormError> {
        match value {
            Value::String(text) => self.text(text, at).map(Value::String),
            Value::Number(number) => Ok(Value::String(number.to_string())),
            Value::Array(_) => self.each(value, at, |item, at| self.clean(item, at)),
            Value::Object(members) => {
                let mut out = Map::new();
                for (name, member) in members {
                    out.insert(name.clone(), self.clean(member, &format!("{at}.{name}"))?);
                }
                Ok(Value::Object(out))
            }
            Value::Null | Value::Bool(_) => Ok(value.clone()),
        }
    }

    fn text(&self, text: &str, at: &str) -> Result<String, FormError> {
        let mut out = String::with_capacity(text.len());
        let mut run = 0;
        for c in text.replace("\r\n", "\n").chars() {
            let c = if c == '\t' || c == '\r' { ' ' } else { c };
            if !(self.printable)(c) {
                let (form, field) = (self.form.to_owned(), at.to_owned());
                return Err(FormError::Unprintable { form, field, code: u32::from(c) });
            }
            run = if c.is_whitespace() || u32::from(c) >= 0x2E80 { 0 } else { run + 1 };
            if run > LONGEST_RUN {
                out.push('\u{200B}');
                run = 1;
            }
            out.push(c);
        }
        Ok(out)
    }

    fn wrong(&self, at: &str, expected: &str, found: &Value) -> FormError {
        let shown: String = found.to_string().chars().take(60).collect();
        let field = if at.is_empty() { "(root)" } else { at };
        FormError::WrongType {
            form: self.form.to_owned(),
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: shown,
        }
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}
