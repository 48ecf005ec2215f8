//! Reasons: why this lane, why refused, why this figure; and what to do when the answer is no.
use maud::{Markup, html};

use super::button::Action;
use super::lang::{Lang, t};
use super::mark::{Sign, sign};

/// A link to the rule, version or record that carries a statement.
#[derive(Debug, Clone, Default)]
pub struct Cite<'a> {
    /// Short label: "进出口商品检验法 第29条", "CN-2026 v3".
    pub label: &'a str,
    /// Its page; `None` where there is only the name.
    pub href: Option<&'a str>,
}

impl<'a> Cite<'a> {
    /// A citation that leads to its page.
    pub fn link(label: &'a str, href: &'a str) -> Self {
        Cite { label, href: Some(href) }
    }

    /// A citation by name alone.
    pub fn name(label: &'a str) -> Self {
        Cite { label, href: None }
    }
}

/// A citation as a link, or as plain words.
pub fn cite(cite: &Cite<'_>) -> Markup {
    html! { @if let Some(href) = cite.href { a href=(href) { (cite.label) } } @else { span { (cite.label) } } }
}

/// One short plain sentence with what it rests on.
#[derive(Debug, Clone, Default)]
pub struct Reason<'a> {
    /// The sentence.
    pub text: &'a str,
    /// What it contributed: "+0.12", "抽中".
    pub weight: Option<&'a str>,
    /// Rule, version or record.
    pub cites: Vec<Cite<'a>>,
}

/// A list of reasons under its question ("why this lane").
pub fn reason_lines(title: &str, reasons: &[Reason<'_>]) -> Markup {
    html! {
        div class="reasons" {
            h2 { (title) }
            ul class="plain-list" { @for reason in reasons { li { (reason_line(reason)) } } }
        }
    }
}

/// One reason, to stand in a cell or a paragraph.
pub fn reason_line(reason: &Reason<'_>) -> Markup {
    html! {
        span class="reason" {
            (reason.text)
            @if let Some(weight) = reason.weight { " " span class="weight" { (weight) } }
            @if !reason.cites.is_empty() { " " span class="cites" { @for one in &reason.cites { (cite(one)) } } }
        }
    }
}

/// A lawful "no", complete.
#[derive(Debug, Clone, Default)]
pub struct RefusalPanel<'a> {
    /// Language.
    pub lang: Lang,
    /// What was refused: "不能签发 证书 310026000412".
    pub what: &'a str,
    /// By which clauses.
    pub clauses: Vec<Cite<'a>>,
    /// What is missing or stands against it.
    pub missing: Vec<&'a str>,
    /// Who could do it instead.
    pub who: Vec<Cite<'a>>,
    /// What to do now.
    pub now: &'a str,
    /// Buttons for that.
    pub actions: Markup,
}

/// The refusal: what was refused, by which clause, what is missing, who can do it, what to do now.
pub fn refusal_panel(refusal: &RefusalPanel<'_>) -> Markup {
    let lang = refusal.lang;
    html! {
        section class="refusal" role="alert" {
            h2 { (sign(Sign::Square)) span { (refusal.what) } }
            dl {
                @if !refusal.clauses.is_empty() {
                    dt { (t(lang, "refusal-clause")) }
                    dd { ul class="plain-list" { @for clause in &refusal.clauses { li { (cite(clause)) } } } }
                }
                @if !refusal.missing.is_empty() {
                    dt { (t(lang, "refusal-missing")) }
                    dd { ul class="plain-list" { @for one in &refusal.missing { li { (one) } } } }
                }
                dt { (t(lang, "refusal-who")) }
                dd {
                    @if refusal.who.is_empty() { (t(lang, "refusal-nobody")) }
                    @else { ul class="plain-list" { @for one in &refusal.who { li { (cite(one)) } } } }
                }
                dt { (t(lang, "refusal-now")) }
                dd { (refusal.now) }
            }
            @if !refusal.actions.0.is_empty() { div class="buttons" { (refusal.actions) } }
        }
    }
}

/// An error of one field, for the summary at the top of a form.
#[derive(Debug, Clone, Default)]
pub struct FieldError<'a> {
    /// Name of the field (its id).
    pub field: &'a str,
    /// The message, as beside the field.
    pub message: &'a str,
}

/// All errors of a form in one place, each leading to its field. Empty when there is none.
pub fn error_summary(lang: Lang, errors: &[FieldError<'_>]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div class="errors" role="alert" tabindex="-1" data-focus {
                h2 { (t(lang, "errors-title")) }
                ul class="plain-list" {
                    @for error in errors { li { a href={ "#" (error.field) } { (error.message) } } }
                }
            }
        }
    }
}

/// Something that may not be done now, and why.
#[derive(Debug, Clone, Default)]
pub struct Cannot<'a> {
    /// The deed.
    pub deed: &'a str,
    /// Why not, one sentence.
    pub why: &'a str,
    /// The clause.
    pub clause: Option<Cite<'a>>,
}

/// The right side of an object page: what I may do now, and why not the rest.
pub fn may_do(lang: Lang, can: &[Action<'_>], cannot: &[Cannot<'_>]) -> Markup {
    html! {
        div class="maydo" {
            section {
                h2 { (t(lang, "may-do")) }
                @if can.is_empty() { p class="quiet" { (t(lang, "may-do-nothing")) } }
                div class="can" { @for action in can { (action.draw()) } }
            }
            @if !cannot.is_empty() {
                section {
                    h2 { (t(lang, "may-not")) }
                    ul class="cannot" { @for one in cannot {
                        li {
                            b { (sign(Sign::Dash)) (one.deed) }
                            p { (one.why) @if let Some(clause) = &one.clause { " " (cite(clause)) } }
                        }
                    } }
                }
            }
        }
    }
}

/// A decision: one question, its evidence, two buttons.
pub fn decision(question: &str, evidence: Markup, buttons: Markup) -> Markup {
    html! { section class="decision" { h2 { (question) } div { (evidence) } div class="buttons" { (buttons) } } }
}
