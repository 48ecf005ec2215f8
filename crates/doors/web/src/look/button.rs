//! Buttons: what can be done next. One sea-green button a view; the rest are quiet; stops are vermilion.
use maud::{Markup, html};

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The next step.
    #[default]
    Primary,
    /// Another way.
    Secondary,
    /// A stop: hold, refuse, withdraw, destroy.
    Danger,
}

impl Kind {
    fn class(self) -> &'static str {
        match self {
            Kind::Primary => "button",
            Kind::Secondary => "button second",
            Kind::Danger => "button danger",
        }
    }
}

/// A button that submits its form, or a link that looks like one.
#[derive(Debug, Clone, Default)]
pub struct Action<'a> {
    /// The verb.
    pub label: &'a str,
    /// Look.
    pub kind: Kind,
    /// With an address it is a link; without, a submit button.
    pub href: Option<&'a str>,
    /// `name` and `value` sent with the form.
    pub name: Option<(&'a str, &'a str)>,
    /// A sentence to agree to first; without JavaScript the server asks.
    pub confirm: Option<&'a str>,
    /// Id of a form elsewhere on the page.
    pub form: Option<&'a str>,
}

impl Action<'_> {
    /// Draws it.
    pub fn draw(&self) -> Markup {
        let class = self.kind.class();
        html! {
            @if let Some(href) = self.href {
                a class=(class) href=(href) data-confirm=[self.confirm] { (self.label) }
            } @else {
                button class=(class) type="submit" form=[self.form] name=[self.name.map(|n| n.0)] value=[self.name.map(|n| n.1)]
                    data-confirm=[self.confirm] { (self.label) }
            }
        }
    }
}

/// The next step: submits the form around it.
pub fn button(label: &str) -> Markup {
    Action { label, ..Default::default() }.draw()
}

/// Another way: submits with `name=value`.
pub fn button_secondary(label: &str, name: &str, value: &str) -> Markup {
    Action { label, kind: Kind::Secondary, name: Some((name, value)), ..Default::default() }.draw()
}

/// A stop, asked for twice.
pub fn danger(label: &str, confirm: &str) -> Markup {
    Action { label, kind: Kind::Danger, confirm: Some(confirm), ..Default::default() }.draw()
}

/// A link that looks like the next step.
pub fn button_link(label: &str, href: &str) -> Markup {
    Action { label, href: Some(href), ..Default::default() }.draw()
}

/// A link that looks like another way.
pub fn button_link_secondary(label: &str, href: &str) -> Markup {
    Action { label, href: Some(href), kind: Kind::Secondary, ..Default::default() }.draw()
}

/// A row of buttons; `sticky` keeps it under the thumb on a phone.
pub fn button_row(sticky: bool, buttons: Markup) -> Markup {
    html! { div class={ "buttons" @if sticky { " sticky" } } { (buttons) } }
}
