//! Serving the pages, and the demonstration's logins.

use crate::demo;
use cli::{Cli, ServeArgs};
use flow::{Desk, clockwork};
use kernel::{Actor, No, Refusal, Result, Role, bi};
use registry::{
    identity::{By, Cost, Hasher, Lifetime, NewAccount, open_account},
    people::{self, Unit},
    trade,
};
use std::{sync::Arc, time::Duration};
use store::Tx;
use tokio::net::TcpListener;
use web::{Outside, Settings, Web};

/// How often the clockwork looks for what is due.
const TURN: Duration = Duration::from_secs(5);
/// The demonstration's password; it is printed, and guards nothing but made-up records.
const DEMO_PASSWORD: &str = "guomen-demonstration";

/// Serves until it is told to stop.
pub(crate) async fn run(cli: &Cli, args: &ServeArgs) -> Result<()> {
    let desk = cli::open(cli).await?;
    let bureau = cli::found(&desk).await?;
    let cost = if args.demo { Cost::Demonstration } else { Cost::Service };
    let hasher = Hasher::new(cost)?;
    if args.demo {
        let begun = std::time::Instant::now();
        let year = demo::open(&desk, &bureau, args.demo_declarations).await?;
        let seconds = begun.elapsed().as_secs_f64();
        println!("demonstration: {} declarations, {} deeds in {seconds:.1} s", year.lodged, year.deeds);
        tokio::spawn(demo::live(desk.clone()));
        logins(&desk, &bureau, &hasher).await?;
    }
    let listener =
        TcpListener::bind(args.listen).await.map_err(|e| {
            No::from(
                Refusal::new("serve.listen", bi("无法监听该地址", "this address cannot be listened on"))
                    .missing("listen", args.listen, bi(e.to_string(), e.to_string())),
            )
        })?;
    let clockwork = tokio::spawn(turn(desk.clone()));
    let settings =
        Settings { bureau: bureau.name, secure_cookie: args.secure_cookie, lifetime: Lifetime::default() };
    let web =
        Web { db: desk.db, clock: desk.clock, chance: desk.chance, hasher, settings: Arc::new(settings) };
    let here = format!("http://{}", args.listen);
    let public_url = args.public_url.as_deref().unwrap_or(&here).trim_end_matches('/').to_owned();
    let outside = Outside { public_url, behind_proxy: args.behind_proxy };
    let app = web::router(web).layer(axum::Extension(outside));
    println!("{here}");
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    let app = app.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let served = axum::serve(listener, app).with_graceful_shutdown(stop).await;
    clockwork.abort();
    served.map_err(No::fault)
}

/// Turns the clockwork for ever. A run that fails is told, and tried again at the next turn.
async fn turn(desk: Desk) {
    let mut every = tokio::time::interval(TURN);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        match clockwork::run_due(&desk).await {
            Ok(swept) if swept == clockwork::Swept::default() => {}
            Ok(swept) => tracing::info!(deemed = swept.deemed, left = swept.left, "clockwork"),
            Err(no) => tracing::error!(%no, "clockwork"),
        }
    }
}

/// One login a role, unless they are there; prints them.
async fn logins(desk: &Desk, bureau: &Unit, hasher: &Hasher) -> Result<()> {
    let hashed = hasher.hash(&desk.chance, DEMO_PASSWORD).await?;
    let by = Actor::system();
    for role in Role::ALL {
        let mut tx = desk.begin().await?;
        if let Some(new) = account(&mut tx, bureau, role).await? {
            match open_account(&mut tx, By { actor: &by, account: None }, new, &hashed).await {
                Ok(_) => desk.finish(tx).await?,
                Err(no) if no.refusal().is_some_and(|r| r.code == "identity.login_taken") => {}
                Err(no) => return Err(no),
            }
        }
        println!("login {:<10} password {DEMO_PASSWORD}  ({})", role.code(), role.name().en);
    }
    Ok(())
}

/// The login of a role: its first holder in the branch that visitors work in, or in the bureau itself; for the
/// declarant the first exporter. None when the bureau has nobody for it.
async fn account(tx: &mut Tx, bureau: &Unit, role: Role) -> Result<Option<NewAccount>> {
    let branches = people::branches(tx).await?;
    let mut new = NewAccount {
        login: role.code().to_owned(),
        officer: None,
        operator: None,
        roles: vec![role],
        unit: None,
        branch: None,
        name: role.name(),
        lang: "zh-CN".into(),
    };
    if role == Role::Declarant {
        let plants = trade::plants(tx, "", 1).await?;
        let Some(plant) = plants.first() else { return Ok(None) };
        new.operator = Some(plant.operator);
        return Ok(Some(new));
    }
    let posts = people::posts(tx).await?;
    let post = posts.iter().find(|p| p.code == role.code()).map(|p| p.id);
    let visited = branches.first().map(|b| b.id);
    let officers = people::officers(tx, "", 1000).await?;
    let holder = officers
        .into_iter()
        .filter(|o| Some(o.post) == post && (o.branch == visited || o.branch.is_none()))
        .min_by_key(|o| o.branch.is_none());
    let Some(o) = holder else { return Ok(None) };
    new.unit = Some(if o.branch.is_some() { o.unit } else { bureau.id });
    (new.officer, new.branch, new.name) = (Some(o.id), o.branch, o.name);
    Ok(Some(new))
}
