//! Serving the pages and the API, and the demonstration's logins.

use crate::demo;
use api::Api;
use cli::{Cli, ServeArgs};
use flow::{Desk, OfficerLogin, Worker, open_officer_login};
use kernel::{Actor, No, Refusal, Result, Role, bi};
use registry::{
    identity::{By, Cost, Hasher, Lifetime},
    people::{self, Unit},
};
use std::sync::Arc;
use tokio::net::TcpListener;
use web::{Outside, Settings, Web};

/// The demonstration's password; it is printed, and guards nothing but made-up records.
const DEMO_PASSWORD: &str = "guomen-demonstration";
/// Roles that have pages to show.
const DEMO_ROLES: [Role; 6] =
    [Role::Inspector, Role::Risk, Role::Manager, Role::Registrar, Role::Auditor, Role::Admin];

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
    let settings =
        Settings { bureau: bureau.name, secure_cookie: args.secure_cookie, lifetime: Lifetime::default() };
    let worker = tokio::spawn(Worker { desk: desk.clone() }.run());
    let api = api::router(Api { desk: desk.clone() });
    let web =
        Web { db: desk.db, clock: desk.clock, chance: desk.chance, hasher, settings: Arc::new(settings) };
    let here = format!("http://{}", args.listen);
    let public_url = args.public_url.as_deref().unwrap_or(&here).trim_end_matches('/').to_owned();
    let outside = Outside { public_url, behind_proxy: args.behind_proxy };
    let app = api.fallback_service(web::router(web)).layer(axum::Extension(outside));
    let app = app.into_make_service_with_connect_info::<std::net::SocketAddr>();
    println!("{here}");
    let stop = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    let served = axum::serve(listener, app).with_graceful_shutdown(stop).await.map_err(No::fault);
    // A job that is broken off keeps its lease for a minute and is then taken again.
    worker.abort();
    served
}

/// One login a role, unless they are there; prints them.
async fn logins(desk: &Desk, bureau: &Unit, hasher: &Hasher) -> Result<()> {
    let hashed = hasher.hash(&desk.chance, DEMO_PASSWORD).await?;
    let by = Actor::system();
    for role in DEMO_ROLES {
        let mut tx = desk.begin().await?;
        let code = format!("demo-{}", role.code());
        if people::officer_by_no(&mut tx, &code).await?.is_none() {
            let new = OfficerLogin {
                login: role.code(),
                staff_no: &code,
                name: role.name(),
                unit: bureau,
                post: &code,
                post_name: role.name(),
                roles: vec![role],
                lang: "zh-CN",
            };
            open_officer_login(&mut tx, By { actor: &by, account: None }, new, &hashed).await?;
            desk.finish(tx).await?;
        }
        println!("login {:<10} password {DEMO_PASSWORD}  ({})", role.code(), role.name().en);
    }
    Ok(())
}
