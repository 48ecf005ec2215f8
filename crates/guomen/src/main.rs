//! Joins the rooms of the house into one program.

mod demo;
mod serve;

use clap::Parser;
use cli::{Cli, Command, Say};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let Command::Serve(args) = &cli.command else { return cli::run(cli).await };
    match serve::run(&cli, args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(no) => {
            Say { json: cli.json }.refusal(&no);
            ExitCode::from(1)
        }
    }
}
