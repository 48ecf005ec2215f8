//! Serving the pages and the API.

use crate::demo;
use api::Api;
use cli::{Cli, ServeArgs};
use flow::{Desk, Lots, Worker, clockwork, figures, webhook::Targets};
use kernel::{No, Refusal, Result, bi};
use registry::identity::{Cost, Hasher, Lifetime};
use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};
use web::{Outside, Settings, Web};

/// How often the clockwork looks for what is due.
const TURN: Duration = Duration::from_secs(5);
/// How often what is new in the ledger is folded into figures: a fact is on the scorecard within a second.
const FOLD: Duration = Duration::from_millis(900);

/// How often the genealogy looks for what is new.
const TRAIL: Duration = Duration::from_secs(3);

/// Serves until it is told to stop.
pub(crate) async fn run(cli: &Cli, args: &ServeArgs) -> Result<()> {
    let desk = cli::open(cli).await?;
    web::look::speak_neutrally(args.neutral_labels);
    let cost = if args.demo { Cost::Demonstration } else { Cost::Service };
    let hasher = Hasher::new(cost)?;
    if args.demo {
        demo::open(&desk, &hasher, args.demo_declarations).await?;
        tokio::spawn(demo::live(desk.clone()));
    }
    let bureau = cli::found(&desk).await?;
    let listener =
        TcpListener::bind(args.listen).await.map_err(|e| {
            No::from(
                Refusal::new("serve.listen", bi("无法监听该地址", "this address cannot be listened on"))
                    .missing("listen", args.listen, bi(e.to_string(), e.to_string())),
            )
        })?;
    let clockwork = tokio::spawn(turn(desk.clone()));
    let folding = tokio::spawn(fold(desk.clone()));
    let lots = Lots::open(&desk, args.genealogy.clone()).await?;
    let trail = tokio::spawn(follow(lots.clone(), desk.clone()));
    let settings =
        Settings { bureau: bureau.name, secure_cookie: args.secure_cookie, lifetime: Lifetime::default() };
    let targets = if args.private_webhooks { Targets::Private } else { Targets::Public };
    let worker = tokio::spawn(Worker { desk: desk.clone(), targets }.run());
    let api = api::router(Api { desk: desk.clone() });
    let web =
        Web { db: desk.db, clock: desk.clock, chance: desk.chance, hasher, settings: Arc::new(settings) };
    let here = format!("http://{}", args.listen);
    let public_url = args.public_url.as_deref().unwrap_or(&here).trim_end_matches('/').to_owned();
    let outside = Outside { public_url, behind_proxy: args.behind_proxy };
    let app = api
        .fallback_service(web::router(web))
        .layer(axum::Extension(outside))
        .layer(axum::Extension(lots))
        .layer(axum::Extension(targets));
    let app = app.into_make_service_with_connect_info::<std::net::SocketAddr>();
    let stop = told_to_stop()?;
    println!("{here}");
    let served = axum::serve(listener, app).with_graceful_shutdown(stop).await.map_err(No::fault);
    // A job that is broken off keeps its lease for a minute and is then taken again.
    worker.abort();
    clockwork.abort();
    folding.abort();
    trail.abort();
    served
}

/// Ends when the program is interrupted at its terminal, or terminated by whoever supervises it. It listens from the
/// call on, so that nobody who was told the address finds it deaf.
#[cfg(unix)]
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    let mut interrupted = signal(SignalKind::interrupt()).map_err(No::fault)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(No::fault)?;
    Ok(async move {
        tokio::select! { _ = interrupted.recv() => (), _ = terminated.recv() => () }
    })
}

/// Ends when the program is interrupted at its terminal.
#[cfg(not(unix))]
fn told_to_stop() -> Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Tells the ledger as events and grows the genealogy for ever. A turn that fails is told, and the next goes on.
async fn follow(lots: std::sync::Arc<Lots>, desk: Desk) {
    let mut every = tokio::time::interval(TRAIL);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        match lots.turn(&desk).await {
            Ok(0) => {}
            Ok(events) => tracing::info!(events, "genealogy"),
            Err(no) => tracing::error!(%no, "genealogy"),
        }
    }
}

/// Turns the clockwork for ever. A run that fails is told, and tried again at the next turn.
async fn turn(desk: Desk) {
    let mut every = tokio::time::interval(TURN);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        match clockwork::run_due(&desk).await {
            Ok(swept) if swept == clockwork::Swept::default() => {}
            Ok(swept) => {
                tracing::info!(deemed = swept.deemed, alerts = swept.alerts, left = swept.left, "clockwork")
            }
            Err(no) => tracing::error!(%no, "clockwork"),
        }
    }
}

/// Folds for ever. A turn that fails is told, and tried again at the next.
async fn fold(desk: Desk) {
    let mut every = tokio::time::interval(FOLD);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(no) = figures::turn(&desk).await {
            tracing::error!(%no, "folding");
        }
    }
}
