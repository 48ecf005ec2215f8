//! The team: who may inspect these goods and who may not, assigning by name, drawing at random.
use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{OfficerId, TaskId};
use maud::{Markup, html};
use supervision::inspection::{self, Candidates, TeamDraw};

use super::{View, state_badge};
use crate::answer::{Answer, said};
use crate::guard::{Managers, Page, Who};
use crate::look::{
    self, Crumb, Field, FieldKind, Lang, Sign, Tone, Width, badge, button, button_row, button_secondary,
    field, format, t, t_args,
};
use crate::pages::kit::{self, Posted};
use crate::route::{RouteSpec, get, post};
use crate::server::Web;
use crate::session::go;

pub(super) fn routes() -> Vec<RouteSpec> {
    vec![
        get("/inspections/{id}/team", choose),
        post("/inspections/{id}/team", assign),
        post("/inspections/{id}/draw", draw),
    ]
}

async fn choose(who: Who<Managers>, State(web): State<Web>, Path(id): Path<String>) -> Answer {
    let (lang, actor) = (who.lang, who.actor());
    let id: TaskId = kit::id(&id)?;
    let mut tx = web.read().await?;
    let v = View::load(&mut tx, &actor, lang, id).await?;
    let pool = inspection::candidates(&mut tx, &actor, &v.task).await?;
    let reason = reason_field(lang, &v);
    let body = html! {
        p class="measure" { (t_args(lang, "insp-team-rule", &[("n", v.task.team_min.into())])) }
        div class="halves" {
            (look::section(&t(lang, "insp-draw"), html! {}, draw_form(&who, &v, &pool, &reason)))
            (look::section(&t(lang, "insp-assign"), html! {}, assign_form(&who, &v, &pool, &reason)))
        }
        (look::section(&t(lang, "insp-barred"), html! {}, barred(lang, &pool)))
        (section(lang, &v))
    };
    let (list, no) = (t(lang, "inspections"), v.task.declaration_no.clone());
    let (own, title) = (v.href(""), t(lang, "inspection-team"));
    let crumbs = [
        Crumb { label: &list, href: Some("/inspections") },
        Crumb { label: &no, href: Some(&own) },
        Crumb { label: &title, href: None },
    ];
    let page =
        Page { title: &title, status: state_badge(lang, v.task.state), crumbs: &crumbs, ..Page::default() };
    Ok(who.page(&web, page, body))
}

/// Asked for only when a team is there already.
fn reason_field(lang: Lang, v: &View) -> impl Fn(&str) -> Markup {
    let wanted = !v.team.is_empty();
    move |name: &str| {
        let (label, hint) = (t(lang, "insp-team-reason"), t(lang, "insp-team-reason-hint"));
        html! { @if wanted { (field(&Field { lang, name, label: &label, hint: &hint, kind: FieldKind::Lines(2), required: true, ..Field::default() })) } }
    }
}

fn draw_form(who: &Who<Managers>, v: &View, pool: &Candidates, reason: &impl Fn(&str) -> Markup) -> Markup {
    let lang = who.lang;
    let action = v.href("/draw");
    let form = look::Form {
        lang,
        id: "draw",
        action: &action,
        csrf: Some(&who.session.csrf),
        ..look::Form::default()
    };
    let size = v.task.team_min.to_string();
    look::form(
        &form,
        html! {
            input type="hidden" name="version" value=(v.task.version);
            p { (t_args(lang, "insp-draw-of", &[("n", pool.able.len().into())])) }
            (field(&Field { lang, name: "size", label: &t(lang, "insp-team-size"), value: &size, kind: FieldKind::Number, required: true, width: Width::Five, ..Field::default() }))
            (reason("draw_reason"))
            (button_row(false, button(&t(lang, "insp-draw-do"))))
        },
    )
}

fn assign_form(who: &Who<Managers>, v: &View, pool: &Candidates, reason: &impl Fn(&str) -> Markup) -> Markup {
    let lang = who.lang;
    let action = v.href("/team");
    let form = look::Form {
        lang,
        id: "assign",
        action: &action,
        csrf: Some(&who.session.csrf),
        ..look::Form::default()
    };
    look::form(
        &form,
        html! {
            input type="hidden" name="version" value=(v.task.version);
            fieldset class="field" {
                legend { (t(lang, "insp-able")) }
                p class="hint" { (t(lang, "insp-able-hint")) }
                @if pool.able.is_empty() { p { (t(lang, "insp-nobody")) } }
                div class="choices large" {
                    @for (n, m) in pool.able.iter().enumerate() {
                        @let id = format!("officer-{n}");
                        label class="choice" for=(id) {
                            input type="checkbox" id=(id) name="officer" value=(m.officer) checked[v.in_team(Some(m.officer))];
                            span { (m.staff_no) " " (said(lang, &m.name)) }
                        }
                    }
                }
            }
            (reason("assign_reason"))
            (button_row(false, button_secondary(&t(lang, "insp-assign-do"), "do", "assign")))
        },
    )
}

fn barred(lang: Lang, pool: &Candidates) -> Markup {
    html! {
        @if pool.barred.is_empty() { p class="quiet" { (t(lang, "insp-barred-none")) } }
        ul class="plain-list" {
            @for b in &pool.barred { li { (b.staff_no) " " (said(lang, &b.name)) " · " span class="quiet" { (said(lang, &b.why)) } } }
        }
    }
}

async fn assign(
    who: Who<Managers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: TaskId = kit::id(&id)?;
    let officers: Vec<OfficerId> = posted.all("officer").filter_map(|o| o.parse().ok()).collect();
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let (version, reason) = (posted.number("version"), posted.get("assign_reason"));
    let done = inspection::assign(&mut tx, &actor, id, version, &officers, reason).await;
    let subject = subject(&web, &who, id).await?;
    desk.conclude(tx, &actor, &subject, done).await?;
    Ok(go(&format!("/inspections/{id}"), &[]))
}

async fn draw(
    who: Who<Managers>,
    State(web): State<Web>,
    Path(id): Path<String>,
    axum::Form(form): axum::Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let (actor, posted) = (who.actor(), Posted::from(form));
    let id: TaskId = kit::id(&id)?;
    let size = posted.number("size").clamp(0, 20);
    let desk = web.desk();
    let mut tx = desk.begin().await?;
    let (version, reason) = (posted.number("version"), posted.get("draw_reason"));
    let done = inspection::draw_team(&mut tx, &actor, id, version, size, reason).await.map(drop);
    let subject = subject(&web, &who, id).await?;
    desk.conclude(tx, &actor, &subject, done).await?;
    Ok(go(&format!("/inspections/{id}"), &[]))
}

/// A refusal of the gate is recorded about the consignment.
async fn subject(web: &Web, who: &Who<Managers>, id: TaskId) -> Result<String, kernel::No> {
    let mut tx = web.read().await?;
    Ok(inspection::one(&mut tx, &who.actor(), id).await?.declaration.subject())
}

/// The team on the page of its task, and every draw with what anyone needs to repeat it.
pub(super) fn section(lang: Lang, v: &View) -> Markup {
    let list = html! {
        @if v.team.is_empty() { p class="quiet" { (t(lang, "insp-team-none")) } }
        ol class="plain-list" {
            @for (n, m) in v.team.iter().enumerate() {
                li { (m.staff_no) " " (said(lang, &m.name)) @if n == 0 { " · " (t(lang, "insp-leader")) } }
            }
        }
        @for d in &v.draws { (drawn(lang, d)) }
    };
    look::section(&t(lang, "inspection-team"), html! {}, list)
}

fn drawn(lang: Lang, d: &TeamDraw) -> Markup {
    let title =
        t_args(lang, "insp-drawn", &[("n", d.n.into()), ("at", format::date_time(d.at.instant()).into())]);
    html! {
        details {
            summary { (title) " " @if d.same { (badge(Tone::Go, Sign::Check, &t(lang, "insp-replayed"))) } @else { (badge(Tone::Stop, Sign::Cross, &t(lang, "insp-replay-differs"))) } }
            p { (t(lang, "insp-drawn-of")) " " (d.candidates.join(", ")) }
            p { (t(lang, "insp-drawn-who")) " " (d.picked.join(", ")) }
            p class="code" { (d.seed) }
            ul class="plain-list" { @for b in &d.barred { li { (b.staff_no) " " (said(lang, &b.name)) " · " span class="quiet" { (said(lang, &b.why)) } } } }
        }
    }
}
