//! Who may use a resource stands in its handler's signature: `async fn list(caller: Caller<Staff>, …)`. A caller
//! shows an API token (RFC 6750); the token's login gives roles and reach.
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use kernel::{Actor, Refusal, Role, bi};
use registry::identity::{self, Account};

use crate::answer::Sorry;
use crate::server::Api;

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
    /// Everyone who may change something: auditors look only.
    Doers = &[
        Role::Declarant, Role::Clerk, Role::Inspector, Role::Laboratory, Role::Releaser, Role::Certifier,
        Role::Risk, Role::Manager, Role::Registrar, Role::Admin,
    ];
    /// Those who keep the registry.
    Keepers = &[Role::Registrar, Role::Admin];
    /// Those who lodge declarations: declarants for their operator, clerks at the window.
    Lodgers = &[Role::Declarant, Role::Clerk];
    /// Those who amend or withdraw a declaration.
    Amenders = &[Role::Declarant, Role::Clerk, Role::Manager];
    /// Those who accept a declaration or return it.
    Acceptors = &[Role::Clerk, Role::Manager];
    /// Those who may ask for a check.
    Checkers = &[Role::Clerk, Role::Inspector, Role::Risk, Role::Manager];
    /// Those who enter what plants are supplied with.
    SupplyHands = &[Role::Declarant, Role::Clerk, Role::Inspector, Role::Manager, Role::Registrar];
    /// Those who assign teams.
    Managers = &[Role::Manager];
    /// Those who inspect.
    Inspectors = &[Role::Inspector, Role::Manager];
    /// Those through whose hands samples go.
    SampleHands = &[Role::Inspector, Role::Laboratory, Role::Manager];
    /// Those who test.
    Analysts = &[Role::Laboratory];
    /// Those who decide on release.
    Releasers = &[Role::Releaser];
    /// Those who follow notifications up.
    FollowUps = &[Role::Risk, Role::Manager];
    /// Those who enter the plan of a correction and look at it on site.
    Correctors = &[Role::Inspector, Role::Risk, Role::Manager];
    /// Those who sign certificates.
    Certifiers = &[Role::Certifier];
}

/// A token's login with one of the roles of `R`.
pub struct Caller<R: RoleSet> {
    /// The login.
    pub account: Account,
    roles: PhantomData<R>,
}

impl<R: RoleSet> Caller<R> {
    /// Who acts, with roles and reach.
    pub fn actor(&self) -> Actor {
        self.account.actor()
    }
}

/// Anyone, with or without a token.
pub struct Anyone;

/// The token that a request shows.
pub(crate) fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn no_token() -> Sorry {
    let what = bi("没有有效的接口令牌", "there is no valid API token");
    let remedy = bi(
        "在请求头写 Authorization: Bearer 令牌；令牌由系统管理员或本人签发",
        "Send Authorization: Bearer TOKEN; an administrator or the login's own person issues tokens",
    );
    Refusal::new("access.token", what).remedy(remedy).into()
}

impl FromRequestParts<Api> for Anyone {
    type Rejection = Sorry;

    async fn from_request_parts(_: &mut Parts, _: &Api) -> Result<Anyone, Sorry> {
        Ok(Anyone)
    }
}

impl<R: RoleSet> FromRequestParts<Api> for Caller<R> {
    type Rejection = Sorry;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Caller<R>, Sorry> {
        let token = bearer(parts).ok_or_else(no_token)?;
        let mut tx = api.desk.read().await?;
        let account = identity::by_token(&mut tx, token).await?.ok_or_else(no_token)?;
        if !account.roles.iter().any(|role| R::ROLES.contains(role)) {
            return Err(Sorry::role(&account.roles, R::ROLES));
        }
        Ok(Caller { account, roles: PhantomData })
    }
}
