//! What the commands are called with.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

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
    /// EPCIS documents, JSON or XML: validate, hash, convert.
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
    /// Acceptance sampling plans.
    Sampling {
        /// What to do.
        #[command(subcommand)]
        what: SamplingDo,
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
    /// Declarations of the demonstration's year.
    #[arg(long, default_value_t = 21_000, value_name = "N")]
    pub demo_declarations: usize,
    /// Cookies travel over HTTPS only; set it wherever the pages are reached from another machine.
    #[arg(long)]
    pub secure_cookie: bool,
    /// Where the public reaches the pages, as certificates print it: `https://ciq.example.cn`.
    #[arg(long, env = "GUOMEN_PUBLIC_URL")]
    pub public_url: Option<String>,
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

/// What to do with deliveries.
#[derive(Debug, Subcommand)]
pub enum TraceDo {
    /// Score stations and deliveries by the share of cases that they can explain.
    Score(ScoreArgs),
}

/// An outbreak as three tables of tab-separated values.
#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// Deliveries: id, from station, to station, lot and dates.
    #[arg(long)]
    pub deliveries: PathBuf,
    /// Relations: the delivery that went into another.
    #[arg(long)]
    pub relations: PathBuf,
    /// Weights of the cases, by station.
    #[arg(long)]
    pub weights: PathBuf,
    /// Let contamination pass between goods in every station, in the order of time.
    #[arg(long)]
    pub cross_contamination: bool,
}

/// What to do with sampling plans.
#[derive(Debug, Subcommand)]
pub enum SamplingDo {
    /// The plan of ISO 2859-1 for a lot or a code letter.
    Plan(PlanArgs),
}

/// Which plan.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Lot size in units.
    #[arg(long, required_unless_present = "letter", conflicts_with = "letter")]
    pub lot: Option<u64>,
    /// Inspection level: S-1 to S-4, I, II or III.
    #[arg(long, default_value = "II")]
    pub level: String,
    /// Code letter A to R, in place of lot and level.
    #[arg(long)]
    pub letter: Option<String>,
    /// Acceptance quality limit in percent, such as 0.65.
    #[arg(long)]
    pub aql: String,
    /// normal, tightened or reduced.
    #[arg(long, default_value = "normal")]
    pub severity: String,
}
