//! Opening a login: for an officer, who is posted in the same act when not there yet, or for an operator's person.
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use flow::{OfficerLogin, PersonLogin, open_officer_login, open_person_login};
use kernel::{No, Refusal, Role, bi};
use maud::{Markup, html};
use registry::people;

use crate::answer::{Answer, said};
use crate::guard::{Admins, Who};
use crate::look::{Crumb, Field, FieldKind, Lang, t};
use crate::pages::sheet::{Deed, Given, Sheet, conclude, done, draw, wrong};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/accounts/new", new),
        post("/accounts/new", open),
        get("/accounts/new-person", new_person),
        post("/accounts/new-person", open_person),
    ]
}

/// Roles of officers, as choices.
pub(super) fn role_choices(lang: Lang) -> Vec<(String, String)> {
    let staff = Role::ALL.into_iter().filter(|r| *r != Role::Declarant);
    staff.map(|r| (r.code().to_owned(), said(lang, &r.name()))).collect()
}

/// A new password, with what browsers need to know about it.
pub(super) fn password_field(sheet: &Sheet<'_>) -> Markup {
    let hint = t(sheet.lang, "password-hint");
    let kind = FieldKind::Password;
    let field = Field {
        name: "password",
        hint: &hint,
        kind,
        required: true,
        autocomplete: Some("new-password"),
        ..Field::default()
    };
    sheet.put("first-password", field)
}

/// A form of this room on its page.
fn page(
    who: &Who<Admins>,
    web: &Web,
    (word, lede, action): (&str, &str, &str),
    refusal: Option<&Refusal>,
    fields: Markup,
) -> Response {
    let lang = who.lang;
    let (root, title, lede, submit) =
        (t(lang, "accounts"), t(lang, word), t(lang, lede), t(lang, "open-account"));
    let crumbs = [Crumb { label: &root, href: Some("/accounts") }, Crumb { label: &title, href: None }];
    let deed = Deed {
        title: &title,
        lede: Some(&lede),
        crumbs: &crumbs,
        action,
        submit: &submit,
        ..Deed::default()
    };
    draw(who, web, &deed, refusal, fields)
}

async fn new(who: Who<Admins>, State(web): State<Web>) -> Answer<Response> {
    officer_form(&who, &web, &Given::default(), None).await
}

async fn officer_form(
    who: &Who<Admins>,
    web: &Web,
    given: &Given,
    refusal: Option<&Refusal>,
) -> Answer<Response> {
    let lang = who.lang;
    let mut tx = web.read().await?;
    let units = people::units(&mut tx).await?;
    let posts = people::posts(&mut tx).await?;
    let named = |code: &str, name: &kernel::Bilingual| format!("{code} · {}", said(lang, name));
    let units: Vec<_> = units.iter().map(|u| (u.id.to_string(), named(&u.code, &u.name))).collect();
    let posts: Vec<_> = posts.iter().map(|p| (p.code.clone(), named(&p.code, &p.name))).collect();
    let sheet = Sheet { lang, given, refusal };
    let name = |word: &str, name: &str| sheet.put(word, Field { name, ..Field::default() });
    let fields = html! {
        (sheet.code("user-name", "login", &t(lang, "login-hint")))
        (password_field(&sheet))
        (sheet.boxes("role", "roles", &role_choices(lang)))
        (sheet.code("staff-no", "code", &t(lang, "staff-no-hint")))
        (name("name-zh", "name_zh"))
        (name("name-en", "name_en"))
        (sheet.select("unit", "unit", &units))
        (sheet.select("post", "post", &posts))
    };
    let what = ("open-officer-account", "open-officer-lede", "/accounts/new");
    Ok(page(who, web, what, refusal, fields))
}

/// The password as it was typed, hashed; or the refusal for the form.
pub(super) async fn hashed(
    web: &Web,
    given: &Given,
) -> Answer<Result<registry::identity::Hashed, Box<Refusal>>> {
    let typed = given.0.iter().find(|(key, _)| key == "password").map_or("", |(_, value)| value.as_str());
    match web.hasher.hash(&web.chance, typed).await {
        Ok(hashed) => Ok(Ok(hashed)),
        Err(No::Refused(refusal)) => Ok(Err(refusal)),
        Err(fault) => Err(fault.into()),
    }
}

/// Roles ticked in a form.
pub(super) fn roles(given: &Given) -> Vec<Role> {
    given.all("roles").into_iter().filter_map(Role::parse).collect()
}

async fn open(
    who: Who<Admins>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let hashed = match hashed(&web, &given).await? {
        Ok(hashed) => hashed,
        Err(refusal) => return officer_form(&who, &web, &given, Some(&refusal)).await,
    };
    let mut tx = web.begin().await?;
    let opened = async {
        let unit = match given.get("unit").parse() {
            Ok(id) => people::unit(&mut tx, id).await?,
            Err(_) => None,
        };
        let unit = unit.ok_or_else(|| wrong("unit", given.get("unit"), bi("选择单位", "choose a unit")))?;
        if given.get("code").is_empty() {
            return Err(wrong("code", "", bi("填写工号", "write the staff number")));
        }
        let new = OfficerLogin {
            login: given.get("login"),
            staff_no: given.get("code"),
            name: bi(given.get("name_zh"), given.get("name_en")),
            unit: &unit,
            post: given.get("post"),
            post_name: bi(given.get("post"), given.get("post")),
            roles: roles(&given),
            lang: "zh-CN",
        };
        open_officer_login(&mut tx, who.by(&by), new, &hashed).await
    }
    .await;
    match conclude(&web, &by, "account/new", tx, opened).await? {
        Ok((account, _)) => Ok(done(&format!("/accounts/{account}"))),
        Err(refusal) => officer_form(&who, &web, &given, Some(&refusal)).await,
    }
}

async fn new_person(who: Who<Admins>, State(web): State<Web>) -> Answer<Response> {
    Ok(person_form(&who, &web, &Given::default(), None))
}

fn person_form(who: &Who<Admins>, web: &Web, given: &Given, refusal: Option<&Refusal>) -> Response {
    let lang = who.lang;
    let sheet = Sheet { lang, given, refusal };
    let fields = html! {
        (sheet.code("user-name", "login", &t(lang, "login-hint")))
        (password_field(&sheet))
        (sheet.code("operator-code", "operator", &t(lang, "operator-code-hint")))
        (sheet.line("name-zh", "name_zh"))
        (sheet.line("name-en", "name_en"))
    };
    let what = ("open-person-account", "open-person-lede", "/accounts/new-person");
    page(who, web, what, refusal, fields)
}

async fn open_person(
    who: Who<Admins>,
    State(web): State<Web>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (given, by) = (Given(sent), who.actor());
    let hashed = match hashed(&web, &given).await? {
        Ok(hashed) => hashed,
        Err(refusal) => return Ok(person_form(&who, &web, &given, Some(&refusal))),
    };
    let mut tx = web.begin().await?;
    let new = PersonLogin {
        login: given.get("login"),
        operator: given.get("operator"),
        name: bi(given.get("name_zh"), given.get("name_en")),
        lang: "zh-CN",
    };
    let opened = open_person_login(&mut tx, who.by(&by), new, &hashed).await;
    match conclude(&web, &by, "account/new", tx, opened).await? {
        Ok(account) => Ok(done(&format!("/accounts/{account}"))),
        Err(refusal) => Ok(person_form(&who, &web, &given, Some(&refusal))),
    }
}
