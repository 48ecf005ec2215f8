//! Who may open a page stands in its handler's signature: `async fn list(who: Who<Staff>, …)`.
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, No, Refusal, Role, bi};
use maud::Markup;
use registry::identity::{By, Session};

use crate::answer::{Sorry, said};
use crate::look::{Crumb, Flash, Lang, Shell, Tone, User, public_shell, shell, t};
use crate::nav::with_rooms;
use crate::route::encoded;
use crate::server::Web;
use crate::session::Met;

/// In the query of a page that is opened after a deed: it then says that the deed is done.
pub(crate) const DONE: &str = "done=1";

/// A set of roles, named by a type.
pub trait RoleSet: Send + Sync + 'static {
    /// The roles.
    const ROLES: &'static [Role];
}

macro_rules! role_sets {
    ($($(#[$doc:meta])* $name:ident = $roles:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl RoleSet for $name { const ROLES: &'static [Role] = $roles; }
    )+};
}

role_sets! {
    /// Every login.
    AnyRole = &Role::ALL;
    /// Every officer; not the operators' persons.
    Staff = &[
        Role::Clerk, Role::Inspector, Role::Laboratory, Role::Releaser, Role::Certifier,
        Role::Risk, Role::Manager, Role::Registrar, Role::Admin, Role::Auditor,
    ];
    /// Who lodges: an operator's person, or the window for it.
    Lodgers = &[Role::Declarant, Role::Clerk];
    /// Who amends, answers and withdraws: as [`Lodgers`], and the head who corrects after acceptance.
    Amenders = &[Role::Declarant, Role::Clerk, Role::Manager];
    /// Who accepts and returns; whether for this consignment, the gate of competence decides.
    Acceptors = &[Role::Clerk, Role::Manager];
    /// Who releases, holds and disposes.
    Releasers = &[Role::Releaser];
    /// Who signs certificates.
    Certifiers = &[Role::Certifier];
    /// Officers who may add a check on suspicion.
    Checkers = &[Role::Clerk, Role::Inspector, Role::Risk, Role::Manager];
    /// Who assesses risk information, proposes alerts and writes decision tables.
    RiskAnalysts = &[Role::Risk];
    /// Who approves alerts and decision tables: another analyst, or the quality manager.
    RiskApprovers = &[Role::Risk, Role::Registrar];
    /// Who enters what plants are supplied with: the plant's own person, and officers.
    SupplyHands = &[Role::Declarant, Role::Clerk, Role::Inspector, Role::Manager, Role::Registrar];
    /// Heads of branches.
    Managers = &[Role::Manager];
    /// Officers who inspect and sample, and their heads.
    Inspectors = &[Role::Inspector, Role::Manager];
    /// Who follows up what comes back from abroad: the risk desk, and heads of branches.
    FollowUps = &[Role::Risk, Role::Manager];
    /// Who enters the plan of a correction and looks at it on site.
    Correctors = &[Role::Inspector, Role::Risk, Role::Manager];
    /// Analysts.
    Analysts = &[Role::Laboratory];
    /// Everyone through whose hands samples go.
    SampleHands = &[Role::Inspector, Role::Laboratory, Role::Manager];
    /// Administrators.
    Admins = &[Role::Admin];
    /// Administrators, and auditors who look over their shoulder.
    AccountReaders = &[Role::Admin, Role::Auditor];
    /// Who decides in the life of brands: heads, the secretariat, and the independent reviewers.
    BrandHands = &[Role::Manager, Role::Registrar, Role::Auditor];
    /// Who keeps the registry and the authorisations.
    Registrars = &[Role::Registrar, Role::Manager];
}

/// A login with one of the roles of `R`; on a post its form carried the token of the session.
pub struct Who<R: RoleSet> {
    /// The session.
    pub session: Session,
    /// Language of the page.
    pub lang: Lang,
    /// Path and query.
    pub url: String,
    roles: PhantomData<R>,
}

/// Anyone, with or without a login; on a post the form carried its token.
pub struct Anyone {
    /// The session, if there is one.
    pub session: Option<Session>,
    /// Language of the page.
    pub lang: Lang,
    /// Path and query.
    pub url: String,
    /// Token for forms: of the session, or of the visitor.
    pub csrf: String,
}

/// What a page says of itself; the frame adds the rest.
#[derive(Default)]
pub struct Page<'a> {
    /// Title.
    pub title: &'a str,
    /// One sentence below it.
    pub lede: Option<&'a str>,
    /// A status below the title.
    pub status: Markup,
    /// The answer of a page that answers one question.
    pub verdict: Option<Tone>,
    /// Path to this page.
    pub crumbs: &'a [Crumb<'a>],
    /// Messages.
    pub flashes: &'a [Flash<'a>],
    /// Buttons at the right of the title.
    pub actions: Markup,
}

impl<R: RoleSet> Who<R> {
    /// Who acts, with roles and reach.
    pub fn actor(&self) -> Actor {
        self.session.account.actor()
    }

    /// The asker of an act on logins.
    pub fn by<'a>(&self, actor: &'a Actor) -> By<'a> {
        By { actor, account: Some(self.session.account.id) }
    }

    /// The page in its frame.
    pub fn page(&self, web: &Web, page: Page<'_>, body: Markup) -> Markup {
        framed(web, self.lang, &self.url, Some(&self.session), page, body)
    }
}

/// Draws a page in the officers' frame, or in the public one when nobody is signed in.
pub(crate) fn framed(
    web: &Web,
    lang: Lang,
    url: &str,
    session: Option<&Session>,
    page: Page<'_>,
    body: Markup,
) -> Markup {
    let bureau = said(lang, &web.settings.bureau);
    let told = session.map(|s| {
        let roles: Vec<String> = s.account.roles.iter().map(|r| said(lang, &r.name())).collect();
        (s.account.id.to_string(), said(lang, &s.account.name), roles.join(" · "))
    });
    let user =
        told.as_ref().map(|(id, name, role)| User { id, name, role, href: "/account", sign_out: "/logout" });
    let done = t(lang, "deed-done");
    let mut flashes = page.flashes.to_vec();
    if url.split(['?', '&']).any(|part| part == DONE) {
        flashes.push(Flash { tone: Tone::Go, text: &done });
    }
    let frame = Shell {
        lang,
        current: &format!("/{}", url.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default()),
        title: page.title,
        status: page.status,
        verdict: page.verdict,
        lede: page.lede,
        url,
        bureau: &bureau,
        user,
        crumbs: page.crumbs,
        flashes: &flashes,
        csrf: session.map(|s| s.csrf.as_str()),
        actions: page.actions,
        ..Shell::default()
    };
    match session {
        Some(s) => with_rooms(lang, &s.account.roles, frame, body, shell),
        None => public_shell(&frame, body),
    }
}

fn met(parts: &Parts) -> Result<Met, Sorry> {
    parts.extensions.get::<Met>().cloned().ok_or_else(|| No::fault("a route outside the router").into())
}

fn forged() -> Sorry {
    let what =
        bi("本次提交未能确认来自您打开的页面", "this submission did not come from a page that you opened");
    Refusal::new("access.csrf", what)
        .remedy(bi("回到表单，刷新页面后重新提交", "Go back to the form, reload it and submit again"))
        .into()
}

impl FromRequestParts<Web> for Anyone {
    type Rejection = Sorry;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Anyone, Sorry> {
        let met = met(parts)?;
        if !parts.method.is_safe() && !met.token_shown {
            return Err(forged());
        }
        Ok(Anyone { session: met.session, lang: met.lang, url: parts.uri.to_string(), csrf: met.csrf })
    }
}

impl<R: RoleSet> FromRequestParts<Web> for Who<R> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Who<R>, Response> {
        let met = met(parts).map_err(IntoResponse::into_response)?;
        let Some(session) = met.session else { return Err(to_login(parts)) };
        if !session.account.roles.iter().any(|role| R::ROLES.contains(role)) {
            return Err(Sorry::role(&session.account.roles, R::ROLES).into_response());
        }
        if !parts.method.is_safe() && !met.token_shown {
            return Err(forged().into_response());
        }
        Ok(Who { session, lang: met.lang, url: parts.uri.to_string(), roles: PhantomData })
    }
}

/// Sends the visitor to the log-in page and, after a page, back to it.
fn to_login(parts: &Parts) -> Response {
    let back = parts.uri.path_and_query().filter(|_| parts.method.is_safe()).map_or("/", |p| p.as_str());
    let place = format!("/login?next={}", encoded(back));
    let place = HeaderValue::from_str(&place).unwrap_or(HeaderValue::from_static("/login"));
    if parts.headers.contains_key("hx-request") {
        // A swapped-in log-in page would stand in the middle of a list: let the browser go there.
        return (StatusCode::UNAUTHORIZED, [("hx-redirect", place)]).into_response();
    }
    (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
}
