//! The commands. Each parses, calls one act or one engine, and shows the answer: as text, or
//! with `--json` as JSON. Exit 0 done, 1 refused or invalid (the reason on stderr), 2 usage.

mod args;
mod certificate;
mod epcis;
mod epcis_capture;
mod import;
mod indicator;
mod indicator_args;
mod kr_customs;
mod ledger;
mod notices;
mod plan;
mod results;
mod risk;
mod say;
mod score;
mod text;
mod trace_args;
mod traces;
mod user;

pub use args::{Cli, Command, ServeArgs};

use args::{CertificateDo, EpcisDo, ImportWhat, LedgerDo, NotificationDo, TargetingDo, UserDo};
use flow::{Desk, lots::Way};
use kernel::{Actor, Chance, Clock, No, Refusal, Result, bi};
pub use say::Say;
use std::process::ExitCode;
use store::Db;
use supervision::{declaration, targeting};
use trace_args::TraceDo;

/// Runs one command.
pub async fn run(cli: Cli) -> ExitCode {
    let say = Say { json: cli.json };
    match dispatch(&cli, say).await {
        Ok(code) => code,
        Err(no) => {
            say.refusal(&no);
            ExitCode::from(1)
        }
    }
}

async fn dispatch(cli: &Cli, say: Say) -> Result<ExitCode> {
    match &cli.command {
        Command::Migrate => {
            let desk = open(cli).await?;
            found(&desk).await?;
            let shown = desk.db.shown_url();
            say.done(&serde_json::json!({ "db": shown }), &format!("{shown} is ready"));
        }
        Command::Check => {
            let desk = open(cli).await?;
            let mut tx = desk.read().await?;
            let (seq, _) = store::ledger::head(&mut tx).await?;
            let shown = desk.db.shown_url();
            say.done(
                &serde_json::json!({ "db": shown, "facts": seq }),
                &format!("{shown} answers; {seq} facts"),
            );
        }
        Command::Ledger { what: LedgerDo::Verify } => return ledger::verify(&open(cli).await?, say).await,
        Command::Ledger { what: LedgerDo::Export { out } } => {
            ledger::export(&open(cli).await?, out.as_deref()).await?
        }
        Command::Serve(_) => return Err(No::fault("serving is the program's own part")),
        Command::User { what: UserDo::Add { login, role, name } } => {
            let desk = open(cli).await?;
            user::add(&desk, login, role, name, say).await?;
        }
        Command::User { what: UserDo::Token { login, label } } => {
            user::token(&open(cli).await?, login, label, say).await?;
        }
        Command::Backup { file } => {
            store::backup(&open(cli).await?.db, file).await?;
            say.done(&serde_json::json!({ "file": file }), &format!("written to {}", file.display()));
        }
        Command::Restore { file } => {
            store::restore(&cli.db, file).await?;
            let desk = open(cli).await?;
            return ledger::verify(&desk, say).await;
        }
        Command::Import { what: ImportWhat::Declarations(args) } => {
            return import::run(&open(cli).await?, args, say).await;
        }
        Command::Notification { what: NotificationDo::Import(args) } => {
            let desk = open(cli).await?;
            found(&desk).await?;
            return notices::run(&desk, args, say).await;
        }
        Command::Targeting { what: TargetingDo::Replay { declaration } } => {
            return replay(&open(cli).await?, declaration, say).await;
        }
        Command::Certificate { what: CertificateDo::Verify { file, key } } => {
            return certificate::verify(cli, file, key.as_deref(), say).await;
        }
        Command::Epcis { what: EpcisDo::Capture { files, proceed } } => {
            return epcis_capture::run(&open(cli).await?, files, *proceed, say).await;
        }
        Command::Epcis { what } => return epcis::run(what, say),
        Command::Trace { what } => return trace(cli, what, say).await,
        Command::Indicator { catalogue, what } => {
            indicator::run(&open(cli).await?, catalogue.as_deref(), what, say).await?;
        }
        Command::Sampling { what } => return plan::run(what, say),
        Command::Risk { what } => return risk::run(cli, what, say).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn trace(cli: &Cli, what: &TraceDo, say: Say) -> Result<ExitCode> {
    let (args, way) = match what {
        TraceDo::Score(args) => return score::run(args),
        TraceDo::Back(args) => (args, Way::Back),
        TraceDo::Forward(args) => (args, Way::Forward),
        TraceDo::Sources(args) => return traces::sources(&open(cli).await?, args, say).await,
    };
    traces::run(&open(cli).await?, args, way, say).await
}

/// Opens the database that the command names.
pub async fn open(cli: &Cli) -> Result<Desk> {
    Ok(Desk { db: Db::open(&cli.db).await?, clock: Clock::System, chance: Chance::system() })
}

/// The bureau itself and the rules that ship with the product, once.
pub async fn found(desk: &Desk) -> Result<registry::people::Unit> {
    let mut tx = desk.begin().await?;
    let bureau = flow::found(&mut tx, "BUREAU", bi("检验检疫局", "Inspection and Quarantine Bureau")).await?;
    desk.finish(tx).await?;
    Ok(bureau)
}

/// Shows that the stored seed gives the same draw.
async fn replay(desk: &Desk, which: &str, say: Say) -> Result<ExitCode> {
    let mut tx = desk.read().await?;
    let by = Actor::system();
    let found = match which.parse() {
        Ok(id) => declaration::one(&mut tx, &by, id).await?,
        Err(_) => declaration::by_no(&mut tx, &by, which).await?,
    };
    let replay = match &found {
        Some(d) => targeting::replay(&mut tx, d.id).await?,
        None => None,
    };
    let Some(replay) = replay else {
        return Err(No::from(
            Refusal::new("declaration.unknown", bi("没有该报检单", "there is no such declaration")).missing(
                "declaration",
                which,
                bi("给出报检单号或其标识", "give a declaration's number or id"),
            ),
        ));
    };
    let o = &replay.replayed;
    let verdict = if replay.same { "the same decision" } else { "ANOTHER decision than the stored one" };
    let reasons: Vec<&str> = o.reasons.iter().map(|r| r.en.as_str()).collect();
    let text = format!(
        "seed {}\nrules {}\nlane {}, rate {} ppm, draw {} ppm, selected: {}\n{}\nreplay gives {verdict}",
        replay.stored.seed,
        replay.stored.rule_version,
        o.lane,
        o.rate_ppm,
        o.draw_ppm,
        o.selected,
        reasons.join("\n")
    );
    say.done(&serde_json::to_value(&replay)?, &text);
    Ok(if replay.same { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
