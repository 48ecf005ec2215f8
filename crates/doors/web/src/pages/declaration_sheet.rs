//! The sheet of a declaration as it is typed: its fields, what the registry offers for them, and the message
//! beside each field that was wrong. It knows nothing of requests.
use kernel::{Actor, Refusal, Result, Scope, UNIT_CODES};
use maud::{Markup, html};
use registry::{people, trade};
use store::Tx;
use supervision::declaration::{GoodsLine, Lodgement, LotEntry};

use super::{declaration_list::operators, parts::label_of};
use crate::answer::{panel, said};
use crate::look::{
    self, Action, Choice, Field, FieldError, FieldKind, Kind, Lang, Width, button, button_row, field, t,
};

/// Most goods lines of one form; more come by file.
const MAX_LINES: usize = 50;
/// Products offered while typing.
const OFFERED: i64 = 500;

/// What was typed, as it was typed.
pub(super) type Typed = Vec<(String, String)>;

pub(super) fn value<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.iter().rev().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim())
}

/// How many lines the form has.
fn line_count(typed: &Typed) -> usize {
    let index = |name: &str| name.strip_prefix("lines[")?.split(']').next()?.parse::<usize>().ok();
    let last = typed.iter().filter_map(|(name, _)| index(name)).max();
    last.map_or(1, |n| n + 1).clamp(1, MAX_LINES)
}

/// The form as a lodgement. Lines left wholly blank are none.
pub(super) fn lodgement(typed: &Typed) -> Lodgement {
    let text = |name: &str| value(typed, name).to_owned();
    let parts = ["hs", "name", "quantity", "lots"];
    let blank = |i: usize| parts.iter().all(|p| value(typed, &format!("lines[{i}].{p}")).is_empty());
    let n = line_count(typed);
    let lines = (0..n).filter(|i| n == 1 || !blank(*i)).map(|i| {
        let at = |part: &str| text(&format!("lines[{i}].{part}"));
        GoodsLine {
            hs: at("hs"),
            name: at("name"),
            quantity: at("quantity"),
            unit: at("unit"),
            lots: lots(&at("lots")),
        }
    });
    let told = |name: &str| Some(text(name)).filter(|v| !v.is_empty());
    let upper = |name: &str| text(name).to_uppercase();
    Lodgement {
        direction: text("direction"),
        branch: text("branch"),
        operator: text("operator"),
        plant: told("plant"),
        market: upper("market"),
        origin: upper("origin"),
        port: upper("port"),
        mode: text("mode"),
        value: told("value"),
        currency: told("currency").map(|c| c.to_uppercase()),
        lines: lines.collect(),
        key: Some(format!("form/{}", value(typed, "_key"))).filter(|k| k.len() > 5),
    }
}

/// Lots, one to a line: number and quantity, parted by blanks or a tab, as they come out of a spreadsheet.
fn lots(text: &str) -> Vec<LotEntry> {
    let rows = text.lines().map(str::trim).filter(|l| !l.is_empty());
    rows.map(|row| {
        let (no, quantity) = row.rsplit_once(char::is_whitespace).unwrap_or((row, ""));
        LotEntry { no: no.trim().to_owned(), quantity: quantity.trim().to_owned() }
    })
    .collect()
}

/// A declaration as the fields of its form.
pub(super) fn typed_of(l: &Lodgement) -> Typed {
    let mut typed: Typed = [
        ("direction", &l.direction),
        ("branch", &l.branch),
        ("operator", &l.operator),
        ("market", &l.market),
        ("origin", &l.origin),
        ("port", &l.port),
        ("mode", &l.mode),
    ]
    .into_iter()
    .map(|(k, v)| (k.to_owned(), v.clone()))
    .collect();
    for (name, told) in [("plant", &l.plant), ("value", &l.value), ("currency", &l.currency)] {
        typed.push((name.into(), told.clone().unwrap_or_default()));
    }
    for (i, line) in l.lines.iter().enumerate() {
        let lots: Vec<String> = line.lots.iter().map(|l| format!("{} {}", l.no, l.quantity)).collect();
        for (part, text) in [
            ("hs", line.hs.clone()),
            ("name", line.name.clone()),
            ("quantity", line.quantity.clone()),
            ("unit", line.unit.clone()),
            ("lots", lots.join("\n")),
        ] {
            typed.push((format!("lines[{i}].{part}"), text));
        }
    }
    typed
}

/// What the lists of the form offer.
pub(super) struct Offers {
    branches: Vec<(String, String)>,
    operators: Vec<(String, String)>,
    plants: Vec<(String, String)>,
    products: Vec<(String, String)>,
    /// A party's own code: it declares for nobody else.
    own: Option<String>,
}

pub(super) async fn offers(tx: &mut Tx, lang: Lang, by: &Actor) -> Result<Offers> {
    let branches = people::branches(tx).await?;
    let branches = branches.iter().filter(|b| match by.scope {
        Scope::Branch(own) => b.id == own,
        _ => true,
    });
    let branches = branches.map(|b| (b.code.clone(), said(lang, &b.name))).collect();
    let (own, plants) = match by.scope {
        Scope::Operator(id) => {
            (trade::operator(tx, id).await?.map(|o| o.code), trade::plants_of(tx, id).await?)
        }
        _ => (None, trade::plants(tx, "", OFFERED).await?),
    };
    let operators = if own.is_some() { Vec::new() } else { operators(tx, lang).await? };
    let plants = plants.into_iter().map(|p| (p.filing_no, said(lang, &p.name))).collect();
    let products = trade::products(tx, "", OFFERED).await?;
    let products = products.into_iter().map(|p| (p.hs, said(lang, &p.name))).collect();
    Ok(Offers { branches, operators, plants, products, own })
}

/// What is shown of a form: where it posts, what was typed, and what was wrong with it.
pub(super) struct Sheet<'a> {
    pub(super) lang: Lang,
    pub(super) action: &'a str,
    pub(super) csrf: &'a str,
    pub(super) key: &'a str,
    pub(super) typed: &'a Typed,
    pub(super) refusal: Option<&'a Refusal>,
    /// The revision that is amended; none for a new one.
    pub(super) amends: Option<i64>,
    /// Whether the goods are fixed and a reason is asked for.
    pub(super) accepted: bool,
}

impl Sheet<'_> {
    /// The message beside a field. What is wrong with one lot is told at the field of all lots.
    fn error(&self, name: &str) -> Option<String> {
        let lots = name.ends_with(".lots");
        let fits = |f: &str| f == name || lots && f.starts_with(&format!("{name}["));
        let missing = self.refusal?.missing.iter().filter(|m| fits(&m.field));
        let told: Vec<String> = missing
            .map(|m| {
                let lot = m.field.strip_prefix(name).unwrap_or_default();
                let value = if m.value.is_empty() { String::new() } else { format!("“{}”: ", m.value) };
                format!("{lot} {value}{}", said(self.lang, &m.needed)).trim().to_owned()
            })
            .collect();
        (!told.is_empty()).then(|| told.join(" · "))
    }

    fn field(&self, name: &str, label: &str, f: Field<'_>) -> Markup {
        let error = self.error(name);
        let value = value(self.typed, name);
        field(&Field { lang: self.lang, name, label, value, error: error.as_deref(), ..f })
    }
}

fn names(sheet: &Sheet<'_>) -> Vec<String> {
    let head = [
        "direction",
        "branch",
        "operator",
        "plant",
        "market",
        "origin",
        "port",
        "mode",
        "value",
        "currency",
        "reason",
    ];
    let mut names: Vec<String> = head.map(str::to_owned).to_vec();
    for i in 0..line_count(sheet.typed) {
        names.extend(["hs", "name", "quantity", "unit", "lots"].map(|p| format!("lines[{i}].{p}")));
    }
    names
}

/// Above the form: each wrong field by its name, and the whole refusal when it is about more than fields.
fn above(sheet: &Sheet<'_>, labels: &dyn Fn(&str) -> String) -> Markup {
    let Some(refusal) = sheet.refusal else { return html! {} };
    let told: Vec<(String, String)> = names(sheet)
        .into_iter()
        .filter_map(|n| sheet.error(&n).map(|e| (n.clone(), format!("{}: {e}", labels(&n)))))
        .collect();
    let errors: Vec<FieldError<'_>> =
        told.iter().map(|(field, message)| FieldError { field, message }).collect();
    let fields_only = ["declaration.fields", "declaration.codes", "declaration.reason"];
    let whole = errors.is_empty() || !fields_only.contains(&refusal.code.as_str());
    html! {
        @if whole { (panel(sheet.lang, refusal, &[])) }
        (look::error_summary(sheet.lang, &errors))
    }
}

pub(super) fn draw(sheet: &Sheet<'_>, o: &Offers) -> Markup {
    let lang = sheet.lang;
    let (again, less) = (t(lang, "add-line"), t(lang, "drop-line"));
    let reason = t(lang, "reason");
    let form = look::Form {
        lang,
        id: "declaration-form",
        action: sheet.action,
        csrf: Some(sheet.csrf),
        idempotency_key: sheet.key,
        ..look::Form::default()
    };
    let send = t(lang, if sheet.amends.is_some() { "amend" } else { "lodge" });
    let n = line_count(sheet.typed);
    let more =
        Action { label: &again, kind: Kind::Secondary, name: Some(("do", "more")), ..Action::default() };
    let fewer =
        Action { label: &less, kind: Kind::Secondary, name: Some(("do", "less")), ..Action::default() };
    html! {
        (above(sheet, &|name| label_of(lang, name)))
        (look::form(&form, html! {
            // Enter in a field presses the first button: it must be the one that sends.
            button class="unseen" type="submit" tabindex="-1" aria-hidden="true" { (send) }
            @if let Some(revision) = sheet.amends { input type="hidden" name="revision" value=(revision); }
            (head(sheet, o))
            @for i in 0..n { (goods_line(sheet, i)) }
            @if !sheet.accepted && n < MAX_LINES {
                div class="cluster" { (more.draw()) @if n > 1 { (fewer.draw()) } }
            }
            @if sheet.accepted { (sheet.field("reason", &reason, Field { kind: FieldKind::Lines(2), required: true, ..Field::default() })) }
            (button_row(true, button(&send)))
        }))
        (look::datalist("operators", &o.operators))
        (look::datalist("plants", &o.plants))
        (look::datalist("products", &o.products))
    }
}

fn head(sheet: &Sheet<'_>, o: &Offers) -> Markup {
    let lang = sheet.lang;
    let (out, inward) = (t(lang, "export-direction"), t(lang, "import-direction"));
    let ways = [
        Choice { value: "export", label: &out, hint: "" },
        Choice { value: "import", label: &inward, hint: "" },
    ];
    let modes =
        ["general", "bonded", "consolidated", "ecommerce"].map(|m| (m, t(lang, &format!("mode-{m}"))));
    let modes: Vec<Choice<'_>> =
        modes.iter().map(|(value, label)| Choice { value, label, hint: "" }).collect();
    let branches: Vec<Choice<'_>> =
        o.branches.iter().map(|(value, label)| Choice { value, label, hint: "" }).collect();
    let label = |name: &str| label_of(lang, name);
    let fixed = sheet.amends.is_some();
    let code = |offers| Field {
        kind: FieldKind::Code,
        required: true,
        offers,
        width: Width::Twenty,
        ..Field::default()
    };
    let (country, plant) = (t(lang, "country-hint"), t(lang, "plant-hint"));
    let (worth, three) = (t(lang, "goods-value-hint"), t(lang, "currency-hint"));
    let two = || Field {
        kind: FieldKind::Code,
        required: true,
        hint: &country,
        width: Width::Five,
        ..Field::default()
    };
    html! {
        @if fixed {
            // What makes the matter what it is goes along unchanged.
            @for name in ["direction", "branch", "operator"] { input type="hidden" name=(name) value=(value(sheet.typed, name)); }
        } @else {
            (sheet.field("direction", &label("direction"), Field { kind: FieldKind::Radio(&ways), required: true, ..Field::default() }))
            (sheet.field("branch", &label("branch"), Field { kind: FieldKind::Select(&branches), required: true, width: Width::Twenty, ..Field::default() }))
            @if let Some(own) = &o.own {
                (field(&Field { lang, name: "operator", label: &label("operator"), value: own, kind: FieldKind::Code, readonly: true, width: Width::Twenty, ..Field::default() }))
            } @else {
                (sheet.field("operator", &label("operator"), code(Some("operators"))))
            }
        }
        (sheet.field("plant", &label("plant"), Field { required: false, hint: &plant, ..code(Some("plants")) }))
        div class="halves" {
            (sheet.field("market", &label("market"), two()))
            (sheet.field("origin", &label("origin"), two()))
        }
        div class="halves" {
            (sheet.field("port", &label("port"), Field { width: Width::Ten, ..code(None) }))
            (sheet.field("mode", &label("mode"), Field { kind: FieldKind::Select(&modes), required: true, width: Width::Twenty, ..Field::default() }))
        }
        div class="halves" {
            (sheet.field("value", &label("value"), Field { kind: FieldKind::Number, hint: &worth, width: Width::Twenty, ..Field::default() }))
            (sheet.field("currency", &label("currency"), Field { kind: FieldKind::Code, hint: &three, width: Width::Five, ..Field::default() }))
        }
    }
}

fn goods_line(sheet: &Sheet<'_>, i: usize) -> Markup {
    let lang = sheet.lang;
    let units: Vec<Choice<'_>> = UNIT_CODES
        .iter()
        .map(|(value, zh, en)| Choice { value, label: lang.pick(zh, en), hint: "" })
        .collect();
    let name = |part: &str| format!("lines[{i}].{part}");
    let label = |key: &str| t(lang, key);
    let (hint, readonly) = (t(lang, "lots-hint"), sheet.accepted);
    let base = || Field { required: true, readonly, ..Field::default() };
    html! {
        fieldset class="stack" {
            legend { h2 { (t(lang, "goods-line")) " " (i + 1) } }
            (sheet.field(&name("hs"), &label("hs-code"), Field { kind: FieldKind::Code, offers: Some("products"), width: Width::Twenty, ..base() }))
            (sheet.field(&name("name"), &label("goods-name"), base()))
            div class="halves" {
                (sheet.field(&name("quantity"), &label("quantity"), Field { kind: FieldKind::Number, width: Width::Ten, ..base() }))
                @if readonly {
                    input type="hidden" name=(name("unit")) value=(value(sheet.typed, &name("unit")));
                } @else {
                    (sheet.field(&name("unit"), &label("unit-of-measure"), Field { kind: FieldKind::Select(&units), width: Width::Ten, ..base() }))
                }
            }
            (sheet.field(&name("lots"), &label("lots"), Field { kind: FieldKind::Lines(3), hint: &hint, required: false, readonly, ..Field::default() }))
        }
    }
}

/// What "one line more" and "one line fewer" make of the form.
pub(super) fn reshaped(typed: &mut Typed) -> bool {
    let n = line_count(typed);
    match value(typed, "do") {
        "more" if n < MAX_LINES => typed.push((format!("lines[{n}].hs"), String::new())),
        "less" if n > 1 => {
            let last = format!("lines[{}].", n - 1);
            typed.retain(|(k, _)| !k.starts_with(&last));
        }
        "more" | "less" => {}
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_are_read_as_they_come_out_of_a_spreadsheet() {
        let read = lots("A-1\t7000\r\n\n  B 2  5000.5 \nC");
        let told: Vec<_> = read.iter().map(|l| (l.no.as_str(), l.quantity.as_str())).collect();
        assert_eq!(told, [("A-1", "7000"), ("B 2", "5000.5"), ("C", "")]);
    }

    #[test]
    fn a_form_comes_back_as_it_was_typed() {
        let mut typed: Typed = vec![("lines[0].hs".into(), "071030".into()), ("do".into(), "more".into())];
        assert!(reshaped(&mut typed));
        assert_eq!((line_count(&typed), lodgement(&typed).lines.len()), (2, 1));
        assert_eq!(lodgement(&typed).lines[0].hs, "071030");
    }

    #[test]
    fn an_absurd_index_makes_no_absurd_form() {
        let typed: Typed = vec![("lines[999999999].hs".into(), "1".into())];
        assert_eq!(line_count(&typed), MAX_LINES);
    }
}
