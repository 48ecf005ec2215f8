//! What the commands are called with.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

use crate::{indicator_args::IndicatorDo, plan::args::SamplingDo, risk::args::RiskDo, trace_args::TraceDo};

/// The database when none is named.
pub(crate) const DEFAULT_DB: &str = "sqlite://guomen.db";

/// Guomen 国门: the operating platform of a border inspection and quarantine bureau.
#[derive(Debug, Parser)]
#[command(name = "guomen", version, about, long_about = None)]
pub struct Cli {
    /// The database: `sqlite://FILE` (made and migrated on first use) or `postgres://…`.
    #[arg(
        long,
        global = true,
        env = "GUOMEN_DB",
        default_value = DEFAULT_DB,
        hide_env_values = true
    )]
    pub db: String,
    /// Answer in JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages.
    Serve(ServeArgs),
    /// Logins.
    User {
        /// What to do.
        #[command(subcommand)]
        what: UserDo,
    },
    /// Bring the database up to date and found the bureau with the rules that ship with it.
    Migrate,
    /// Check that the database can be reached and say how many facts its ledger holds.
    Check,
    /// The ledger: every fact, numbered, chained and signed.
    Ledger {
        /// What to do with it.
        #[command(subcommand)]
        what: LedgerDo,
    },
    /// Write a consistent copy of the database while it serves.
    Backup {
        /// The file to write; it must not exist.
        file: PathBuf,
    },
    /// Put a backup into a new database and verify its ledger.
    Restore {
        /// The file that `backup` wrote.
        file: PathBuf,
    },
    /// Take records in from files, through the same acts as pages and API.
    Import {
        /// What to take in.
        #[command(subcommand)]
        what: ImportWhat,
    },
    /// Notifications from abroad.
    Notification {
        /// What to do with them.
        #[command(subcommand)]
        what: NotificationDo,
    },
    /// Decisions on lanes.
    Targeting {
        /// What to do.
        #[command(subcommand)]
        what: TargetingDo,
    },
    /// Certificates.
    Certificate {
        /// What to do.
        #[command(subcommand)]
        what: CertificateDo,
    },
    /// EPCIS documents, JSON or XML: validate, hash, convert, capture.
    Epcis {
        /// What to do.
        #[command(subcommand)]
        what: EpcisDo,
    },
    /// Tracing.
    Trace {
        /// What to do.
        #[command(subcommand)]
        what: TraceDo,
    },
    /// Indicators folded from the ledger.
    Indicator {
        /// A folder of definitions in place of those that ship with the program.
        #[arg(long)]
        catalogue: Option<PathBuf>,
        /// What to do.
        #[command(subcommand)]
        what: IndicatorDo,
    },
    /// Acceptance sampling plans.
    Sampling {
        /// What to do.
        #[command(subcommand)]
        what: SamplingDo,
    },
    /// Risk: decision tables, the learned score, watch lists.
    Risk {
        /// What to do.
        #[command(subcommand)]
        what: RiskDo,
    },
}

/// How to serve.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address and port to listen on.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: std::net::SocketAddr,
    /// Make a year of a made-up bureau first, open one login for each role, and let the bureau live on.
    #[arg(long)]
    pub demo: bool,
    /// Where the genealogy of lots is kept between runs; beside an SQLite database by itself.
    #[arg(long, value_name = "FILE")]
    pub genealogy: Option<PathBuf>,
    /// Declarations of the demonstration's year.
    #[arg(long, default_value_t = 21_000, value_name = "N")]
    pub demo_declarations: usize,
    /// Subscriptions of EPCIS queries may send to private and loopback addresses.
    #[arg(long)]
    pub private_webhooks: bool,
    /// Cookies travel over HTTPS only; set it wherever the pages are reached from another machine.
    #[arg(long)]
    pub secure_cookie: bool,
    /// Where the public reaches the pages, as certificates print it: `https://ciq.example.cn`.
    #[arg(long, env = "GUOMEN_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Speaks in neutral words: "excellence initiative" for "brand".
    #[arg(long)]
    pub neutral_labels: bool,
    /// A proxy of the house stands in front and names the caller in `X-Forwarded-For`.
    #[arg(long)]
    pub behind_proxy: bool,
}

/// What to do with logins.
#[derive(Debug, Subcommand)]
pub enum UserDo {
    /// Open a login for the whole bureau; the password is read from the variable GUOMEN_PASSWORD.
    Add {
        /// Login name.
        login: String,
        /// Role: admin, auditor, manager, registrar, risk, clerk, inspector, laboratory, releaser or certifier.
        #[arg(long)]
        role: String,
        /// Name shown on pages.
        #[arg(long)]
        name: String,
    },
    /// Issue an API token for a login; it is printed once and kept as a hash only.
    Token {
        /// Login name.
        login: String,
        /// What the token is for.
        #[arg(long)]
        label: String,
    },
}

/// What to do with the ledger.
#[derive(Debug, Subcommand)]
pub enum LedgerDo {
    /// Re-compute the whole chain and name the first broken fact; exit 1 if there is one.
    Verify,
    /// Write every fact as a JSON line.
    Export {
        /// The file to write; standard output when none is named.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// What to take in.
#[derive(Debug, Subcommand)]
pub enum ImportWhat {
    /// Declarations.
    Declarations(ImportArgs),
}

/// A file of declarations.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// How the file is written.
    #[arg(long, value_enum)]
    pub format: Format,
    /// The file.
    pub file: PathBuf,
    /// Where rejected rows are written, as CSV; beside the file when not named.
    #[arg(long)]
    pub rejects: Option<PathBuf>,
    /// Inspect what is selected, with what the file says was found.
    #[arg(long)]
    pub with_results: bool,
    /// Declarations in one transaction.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    pub document: u64,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// The public Korean customs declaration data set, CSV with 22 columns.
    KrCustoms,
}

/// What to do with decisions.
#[derive(Debug, Subcommand)]
pub enum TargetingDo {
    /// Take a decision again from its stored inputs, seed and rule version; exit 1 if it differs.
    Replay {
        /// Number or id of the declaration.
        declaration: String,
    },
}

/// What to do with certificates.
#[derive(Debug, Subcommand)]
pub enum CertificateDo {
    /// Check a certificate's PDF or JSON file without a network; exit 1 with the reason when it is not valid.
    Verify {
        /// The file.
        file: PathBuf,
        /// The bureau's public key: 64 hex digits, or a file with them, or the file saved from
        /// `/.well-known/guomen-key.json`. Without it the keys of the database named by `--db` are used; with
        /// `--db` the answer also says whether the certificate was withdrawn or replaced.
        #[arg(long)]
        key: Option<String>,
    },
}

/// What to do with EPCIS documents.
#[derive(Debug, Subcommand)]
pub enum EpcisDo {
    /// Say all that is wrong, with rule, path and remedy; exit 1 if anything is.
    Validate {
        /// Documents.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print the CBV 2.0 hash of every event, one a line, in document order.
    Hash {
        /// Documents.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Capture the events of documents, through the same act as the API; exit 1 if any document is refused.
    Capture {
        /// Documents.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Keep the good events of a document with bad ones, instead of refusing it whole.
        #[arg(long)]
        proceed: bool,
    },
    /// Write a document in the other syntax on standard output.
    Convert {
        /// The syntax to write.
        #[arg(long, value_enum)]
        to: Syntax,
        /// The document.
        file: PathBuf,
    },
}

/// A syntax of EPCIS.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Syntax {
    /// JSON-LD.
    Json,
    /// XML.
    Xml,
}

/// What to do with notifications.
#[derive(Debug, Subcommand)]
pub enum NotificationDo {
    /// Register the notices of a file: our own goods open a follow-up, others' are watched.
    Import(NoticeArgs),
}

/// A file of notices.
#[derive(Debug, Args)]
pub struct NoticeArgs {
    /// Where the file comes from.
    #[arg(long, value_enum)]
    pub format: NoticeFormat,
    /// The file, CSV in UTF-8 or UTF-16.
    pub file: PathBuf,
}

/// Where a file of notices comes from.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum NoticeFormat {
    /// An export of the European Rapid Alert System for Food and Feed.
    Rasff,
    /// Import refusals of the US Food and Drug Administration.
    Fda,
}
