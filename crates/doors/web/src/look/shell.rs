//! The frame of every page: masthead, rail of rooms, path, messages, one main region, footer.
use maud::{DOCTYPE, Markup, html};

use super::asset::asset_url;
use super::bits::Tone;
use super::lang::{Lang, in_lang, t};
use super::mark::{Sign, mark, sign};

/// A group of rooms in the rail.
#[derive(Debug, Clone, Default)]
pub struct NavGroup<'a> {
    /// Heading of the group.
    pub title: &'a str,
    /// Its rooms.
    pub items: Vec<NavItem<'a>>,
}

/// One room in the rail.
#[derive(Debug, Clone, Default)]
pub struct NavItem<'a> {
    /// Its word.
    pub label: &'a str,
    /// Its address; equal to [`Shell::current`] for the room one is in.
    pub href: &'a str,
    /// How much waits there for this officer.
    pub count: Option<u64>,
}

/// One step of the path above the title; the last has no address.
#[derive(Debug, Clone, Default)]
pub struct Crumb<'a> {
    /// Its word.
    pub label: &'a str,
    /// Its address.
    pub href: Option<&'a str>,
}

/// A message after an act, at the top of the page.
#[derive(Debug, Clone, Default)]
pub struct Flash<'a> {
    /// Go for done, Wait for a warning, Stop for a refusal.
    pub tone: Tone,
    /// One sentence.
    pub text: &'a str,
}

/// Who is at the screen.
#[derive(Debug, Clone, Default)]
pub struct User<'a> {
    /// Stable id; drafts kept on the device belong to it.
    pub id: &'a str,
    /// Name.
    pub name: &'a str,
    /// Role or post as it stands on documents.
    pub role: &'a str,
    /// Own page: password, tokens, authorisations.
    pub href: &'a str,
    /// Where the sign-out form posts.
    pub sign_out: &'a str,
}

/// What the frame shows around a page.
#[derive(Debug, Clone, Default)]
pub struct Shell<'a> {
    /// Language of the page.
    pub lang: Lang,
    /// Title: `h1` and, with the bureau, the window title.
    pub title: &'a str,
    /// The answer of a page that answers one question (certificate check): a tile with its sign before the title.
    pub verdict: Option<Tone>,
    /// A status below the title (a [`super::badge`] or [`super::clock_chip`]).
    pub status: Markup,
    /// One sentence below the title.
    pub lede: Option<&'a str>,
    /// Path and query of this page, kept by the language switch.
    pub url: &'a str,
    /// Name of the bureau.
    pub bureau: &'a str,
    /// Name of the user's unit.
    pub unit: &'a str,
    /// Nobody on public pages and at sign-in.
    pub user: Option<User<'a>>,
    /// The rail; empty for none.
    pub nav: &'a [NavGroup<'a>],
    /// Address of the room one is in.
    pub current: &'a str,
    /// Path from the room to this page.
    pub crumbs: &'a [Crumb<'a>],
    /// Messages.
    pub flashes: &'a [Flash<'a>],
    /// Token against forged requests, for forms and htmx.
    pub csrf: Option<&'a str>,
    /// Buttons at the right of the title.
    pub actions: Markup,
}

/// A page for officers. `body` is the content of `main` below the title.
pub fn shell(frame: &Shell<'_>, body: Markup) -> Markup {
    let lang = frame.lang;
    document(
        frame,
        html! {
            a class="skip" href="#main" { (t(lang, "skip-to-content")) }
            (masthead(frame))
            div class={ "frame" @if frame.nav.is_empty() { " single" } } {
                @if !frame.nav.is_empty() { (rail(frame)) }
                div { (crumbs(frame)) (main_region(frame, body)) }
            }
            (footer(frame, false))
        },
    )
}

/// A page for everyone: one column, no rail, no search; certificate check, promises, sign-in.
pub fn public_shell(frame: &Shell<'_>, body: Markup) -> Markup {
    let lang = frame.lang;
    document(
        frame,
        html! {
            a class="skip" href="#main" { (t(lang, "skip-to-content")) }
            div class="public" {
                header class="masthead wenwu" {
                    (bureau(frame))
                    div class="masthead-tools" { (tongue(frame)) (theme_switch(lang)) }
                }
                div class="frame single" { (main_region(frame, body)) }
                (footer(frame, true))
            }
        },
    )
}

fn document(frame: &Shell<'_>, body: Markup) -> Markup {
    let headers = frame.csrf.map(|token| format!(r#"{{"x-csrf-token":"{token}"}}"#));
    html! {
        (DOCTYPE)
        html lang=(frame.lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="htmx-config" content=r#"{"includeIndicatorStyles":false,"allowEval":false}"#;
                @if let Some(token) = frame.csrf { meta name="csrf-token" content=(token); }
                title { (frame.title) " · " (frame.bureau) }
                link rel="icon" type="image/svg+xml" href=(asset_url("mark.svg"));
                link rel="stylesheet" href=(asset_url("guomen.css"));
                // Not deferred: it sets the theme before the first paint.
                script src=(asset_url("guomen.js")) {}
                script src=(asset_url("htmx.js")) defer {}
            }
            body data-user=[frame.user.as_ref().map(|user| user.id)] hx-headers=[headers] {
                (body)
                (words(frame.lang))
            }
        }
    }
}

fn masthead(frame: &Shell<'_>) -> Markup {
    let lang = frame.lang;
    html! {
        header class="masthead wenwu" {
            (bureau(frame))
            @if !frame.nav.is_empty() {
                a class="rooms-link" href="#rooms" { (t(lang, "rooms")) }
            }
            div class="masthead-tools" {
                a class="unsent" href="#main" data-unsent hidden {}
                @if frame.user.is_some() {
                    a class="finder" href="/palette" data-palette {
                        (sign(Sign::Lens)) span { (t(lang, "find")) } span class="hint" { (t(lang, "find-hint")) } kbd { "Ctrl K" }
                    }
                }
                (tongue(frame))
                (theme_switch(lang))
                @if let Some(user) = &frame.user { (whoami(lang, user, frame.csrf)) }
            }
        }
    }
}

fn bureau(frame: &Shell<'_>) -> Markup {
    html! {
        a class="bureau" href="/" {
            (mark())
            span { b { (frame.bureau) } @if !frame.unit.is_empty() { small { (frame.unit) } } }
        }
    }
}

fn tongue(frame: &Shell<'_>) -> Markup {
    html! {
        nav class="tongue" aria-label=(t(frame.lang, "language")) {
            @for lang in Lang::ALL {
                @if lang == frame.lang {
                    span aria-current="true" lang=(lang.tag()) { (lang.own_name()) }
                } @else {
                    a href=(in_lang(frame.url, lang)) lang=(lang.tag()) hreflang=(lang.tag()) { (lang.own_name()) }
                }
            }
        }
    }
}

fn theme_switch(lang: Lang) -> Markup {
    html! { button class="plain needs-js" type="button" data-theme-switch { (t(lang, "theme-system")) } }
}

fn whoami(lang: Lang, user: &User<'_>, csrf: Option<&str>) -> Markup {
    html! {
        a class="whoami" href=(user.href) { b { (user.name) } small { (user.role) } }
        form method="post" action=(user.sign_out) {
            (csrf_field(csrf))
            button class="plain" type="submit" { (t(lang, "sign-out")) }
        }
    }
}

/// The hidden field that every posting form carries.
pub fn csrf_field(token: Option<&str>) -> Markup {
    html! { @if let Some(token) = token { input type="hidden" name="_csrf" value=(token); } }
}

fn rail(frame: &Shell<'_>) -> Markup {
    html! {
        nav class="rail" id="rooms" aria-label=(t(frame.lang, "rooms")) {
            a class="shut" href="#main" { (sign(Sign::Cross)) (t(frame.lang, "close")) }
            @for group in frame.nav {
                section {
                    h2 { (group.title) }
                    ul class="rooms" {
                        @for item in &group.items {
                            li { a href=(item.href) aria-current=[(item.href == frame.current).then_some("page")] {
                                (item.label)
                                @if let Some(count) = item.count.filter(|count| *count > 0) {
                                    span class="count" { (super::format::count(count)) }
                                }
                            } }
                        }
                    }
                }
            }
        }
    }
}

fn crumbs(frame: &Shell<'_>) -> Markup {
    html! {
        @if !frame.crumbs.is_empty() {
            nav class="crumbs" aria-label=(t(frame.lang, "you-are-here")) {
                ol { @for crumb in frame.crumbs {
                    li {
                        @if let Some(href) = crumb.href { a href=(href) { (crumb.label) } }
                        @else { span aria-current="page" { (crumb.label) } }
                    }
                } }
            }
        }
    }
}

fn main_region(frame: &Shell<'_>, body: Markup) -> Markup {
    html! {
        main id="main" tabindex="-1" {
            div id="flashes" role="status" { @for flash in frame.flashes { (flash_line(flash)) } }
            div class="page-head" {
                div {
                    div class="titled" {
                        @if let Some(tone) = frame.verdict { span class={ "tile " (tone.class()) } { (sign(tone.sign())) } }
                        h1 { (frame.title) }
                    }
                    @if let Some(lede) = frame.lede { p class="lede" { (lede) } }
                    @if !frame.status.0.is_empty() { div class="cluster" { (frame.status) } }
                }
                @if !frame.actions.0.is_empty() { div class="buttons" { (frame.actions) } }
            }
            (body)
        }
    }
}

/// One message, as it stands at the top of a page or in an htmx answer.
pub fn flash_line(flash: &Flash<'_>) -> Markup {
    html! { div class={ "flash " (flash.tone.class()) } { (sign(flash.tone.sign())) p { (flash.text) } } }
}

fn footer(frame: &Shell<'_>, public: bool) -> Markup {
    let lang = frame.lang;
    html! {
        footer class="foot" {
            span { (frame.bureau) " · " (t(lang, "product-name")) }
            button class="plain needs-js theme-low" type="button" data-theme-switch { (t(lang, "theme-system")) }
            @if public { a href="/verify" { (t(lang, "check-a-certificate")) } }
            @if !public {
                button class="plain needs-js" type="button" data-keys-help { (t(lang, "keys")) }
            }
        }
    }
}

/// The words the script needs, in the language of the page.
fn words(lang: Lang) -> Markup {
    html! {
        template id="words"
            data-theme-system=(t(lang, "theme-system")) data-theme-light=(t(lang, "theme-light")) data-theme-dark=(t(lang, "theme-dark"))
            data-find=(t(lang, "find")) data-find-hint=(t(lang, "find-hint")) data-find-none=(t(lang, "find-none")) data-find-type=(t(lang, "find-type"))
            data-find-failed=(t(lang, "find-failed")) data-close=(t(lang, "close"))
            data-confirm-title=(t(lang, "confirm-title")) data-confirm-yes=(t(lang, "confirm-yes")) data-confirm-no=(t(lang, "confirm-no"))
            data-working=(t(lang, "working"))
            data-keys-title=(t(lang, "keys")) data-keys-find=(t(lang, "keys-find")) data-keys-down=(t(lang, "keys-down")) data-keys-up=(t(lang, "keys-up"))
            data-keys-open=(t(lang, "keys-open")) data-keys-help=(t(lang, "keys-help")) data-keys-single=(t(lang, "keys-single"))
            data-draft-unsent=(t(lang, "draft-unsent")) data-draft-queued=(t(lang, "draft-queued")) data-draft-sending=(t(lang, "draft-sending"))
            data-draft-signed=(t(lang, "draft-signed")) data-draft-refused=(t(lang, "draft-refused")) data-draft-clean=(t(lang, "draft-clean"))
            data-draft-failed=(t(lang, "draft-failed")) {}
    }
}
