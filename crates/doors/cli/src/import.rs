//! Taking declarations in from a file, through the very same acts as any other door.
//!
//! Each document of rows is one transaction. Stopping at any moment loses nothing: what was
//! acknowledged is durable, and taking the file in again goes on where it stopped, because each
//! row carries its own request key.

use crate::{
    args::{Format, ImportArgs},
    found,
    kr_customs::{Layout, Row, branch_code, risk},
    results::{Counts, Outcomes, Results, Step},
    say::Say,
    text,
};
use flow::Desk;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{
    Actor, Clock, Date, DeclarationId, Fact, Missing, No, Refusal, Result, Supervision, Timestamp, bi,
};
use registry::{people, people::Unit, trade};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};
use store::{Tx, ledger};
use supervision::declaration;

/// Between two acts on a declaration, in microseconds.
const MINUTE: i64 = 60_000_000;
/// How long after its last row the acts of a file may run.
const SLACK: i64 = 30 * Timestamp::DAY;

/// What came of an import.
#[derive(Debug, Default, Serialize)]
struct Report {
    /// Rows of the file, without its head.
    rows: u64,
    /// Declarations lodged now.
    lodged: u64,
    /// Rows that an earlier run had lodged.
    known: u64,
    /// Rows that were refused.
    rejected: u64,
    /// Declarations lodged now, by lane.
    lanes: BTreeMap<String, u64>,
    /// Declarations lodged now that are to be inspected.
    selected: u64,
    /// What came of the results, when the file was asked for them.
    #[serde(flatten)]
    results: Option<Counts>,
    /// Seconds.
    seconds: f64,
    /// Rows a second.
    rows_per_second: f64,
    /// Where the rejected rows are.
    rejects: Option<PathBuf>,
}

/// Takes a file in.
pub(crate) async fn run(desk: &Desk, args: &ImportArgs, say: Say) -> Result<ExitCode> {
    let Format::KrCustoms = args.format;
    let content = text::text(&args.file)?;
    let path = args.rejects.clone().unwrap_or_else(|| args.file.with_extension("rejects.csv"));
    let report = take_in(desk, &content, path, args, say).await?;
    let text = format!(
        "{} rows: {} lodged, {} lodged before, {} rejected; {} to be inspected; {:.0} rows a second",
        report.rows, report.lodged, report.known, report.rejected, report.selected, report.rows_per_second
    );
    say.done(&serde_json::to_value(&report)?, &text);
    Ok(ExitCode::SUCCESS)
}

async fn take_in(
    desk: &Desk,
    content: &str,
    rejects: PathBuf,
    args: &ImportArgs,
    say: Say,
) -> Result<Report> {
    let started = Instant::now();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content.as_bytes());
    let layout = layout(&mut reader, args.with_results)?;
    let (bureau, last) = prepared(desk, span(content, &layout), args.with_results).await?;
    let rejects = Rejects::new(rejects);
    let mut import = Import {
        desk,
        bureau,
        known: Known::default(),
        report: Report::default(),
        results: args.with_results.then(Results::default),
        last,
        rejects,
    };
    let bar = bar(content.len(), say);
    let mut document = Vec::new();
    for record in reader.records() {
        import.report.rows += 1;
        let row = match record {
            Ok(r) => layout.read(&r).map(|row| (import.report.rows, row)),
            Err(e) => Err(broken(&e)),
        };
        match row {
            Ok(row) => document.push(row),
            Err(gap) => import.reject(import.report.rows, &gap)?,
        }
        if document.len() as u64 >= args.document {
            import.lodge(&document).await?;
            document.clear();
            bar.set_position(import.report.rows);
        }
    }
    import.lodge(&document).await?;
    bar.finish_and_clear();
    import.finish(started)
}

/// The first and the last day of the rows that can be read.
fn span(content: &str, layout: &Layout) -> Option<(Date, Date)> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content.as_bytes());
    let days = reader.records().flatten().filter_map(|r| layout.read(&r).ok()).map(|row| row.date);
    days.fold(None, |span, day| {
        Some(span.map_or((day, day), |(a, b): (Date, Date)| (a.min(day), b.max(day))))
    })
}

/// The bureau, and from when on acts may be done. A new bureau is founded the day before the first row, because the
/// ledger never goes back in time; for the same reason results are not taken in behind newer records.
async fn prepared(desk: &Desk, span: Option<(Date, Date)>, results: bool) -> Result<(Unit, Timestamp)> {
    let mut tx = desk.read().await?;
    let ((seq, newest), now) = (ledger::head(&mut tx).await?, tx.now());
    drop(tx);
    let before = span.map(|(first, _)| Timestamp(Timestamp::start_of(first).0 - Timestamp::DAY));
    if let Some(at) = before.filter(|at| seq == 0 && *at < now) {
        return Ok((found(&Desk { clock: Clock::simulated(at), ..desk.clone() }).await?, at));
    }
    if let Some((_, last)) =
        span.filter(|(_, last)| results && newest.0 > Timestamp::start_of(*last).0 + SLACK)
    {
        let what = bi("账本中已有晚于该文件的记录", "the ledger holds records newer than the file");
        return Err(Refusal::new("import.behind", what)
            .missing(
                "file",
                last,
                bi("查验结果须按时间顺序记入", "results are recorded in the order of time"),
            )
            .remedy(bi("导入到空数据库", "Take the file into an empty database"))
            .into());
    }
    Ok((found(desk).await?, if results { newest } else { Timestamp(i64::MIN) }))
}

fn layout(reader: &mut csv::Reader<&[u8]>, results: bool) -> Result<Layout> {
    let heads = reader.headers().map_err(|e| refuse_head(&e.to_string()))?;
    Layout::find(heads, results).map_err(|missing| refuse_head(&missing.join(", ")))
}

fn refuse_head(value: &str) -> No {
    Refusal::new("import.columns", bi("文件缺少列", "the file lacks columns"))
        .missing(
            "header",
            value,
            bi("首行须为该数据集的列名", "the first row must carry the data set's column names"),
        )
        .into()
}

fn broken(e: &csv::Error) -> Missing {
    Missing { field: "row".into(), value: String::new(), needed: bi(e.to_string(), e.to_string()) }
}

fn bar(bytes: usize, say: Say) -> ProgressBar {
    if say.json {
        return ProgressBar::hidden();
    }
    // A row of this data set is about 100 bytes; the bar only has to move honestly.
    let bar = ProgressBar::new(u64::try_from(bytes / 100).unwrap_or(0));
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos} rows, {per_sec}") {
        bar.set_style(style);
    }
    bar
}

/// Codes that this run has found in the registry or entered there.
#[derive(Default)]
struct Known {
    branches: HashSet<String>,
    operators: HashSet<String>,
    products: HashSet<String>,
}

struct Import<'a> {
    desk: &'a Desk,
    bureau: Unit,
    known: Known,
    report: Report,
    results: Option<Results>,
    /// The time of the newest act: the ledger never goes back.
    last: Timestamp,
    rejects: Rejects,
}

impl Import<'_> {
    /// Lodges one document of rows in one transaction.
    async fn lodge(&mut self, rows: &[(u64, Row)]) -> Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let by = Actor::system();
        let mut tx = self.desk.begin().await?;
        let (mut refused, mut followed) = (Vec::new(), 0);
        for (n, row) in rows {
            self.last = self.last.max(Timestamp::at(row.date, 9, 0));
            tx.set_now(self.last);
            if let Err(no) = declaration::check(&row.lodgement) {
                refused.push((*n, no));
                continue;
            }
            self.enter(&mut tx, &by, row).await?;
            let entered = tx.facts().len();
            match declaration::lodge(&mut tx, &by, &row.lodgement).await {
                Ok(id) => {
                    let known = tx.facts().len() == entered;
                    followed = self.desk.follow(&mut tx, followed).await?;
                    if known {
                        self.report.known += 1;
                    } else {
                        self.report.lodged += 1;
                        self.tell_lane(&tx, entered);
                    }
                    if let Some(says) = row.says {
                        followed = self.carry(&mut tx, (id, &row.lodgement.branch), says, followed).await?;
                    }
                }
                Err(No::Fault(f)) => return Err(No::Fault(f)),
                Err(no) => refused.push((*n, no)),
            }
        }
        tx.commit().await?;
        for (n, no) in refused {
            let gaps = no.refusal().map(|r| r.missing.clone()).unwrap_or_default();
            match gaps.first() {
                Some(gap) => self.reject(n, gap)?,
                None => self.reject(
                    n,
                    &Missing { field: "row".into(), value: String::new(), needed: bi("", no.to_string()) },
                )?,
            }
        }
        Ok(())
    }

    /// Counts the lane of the declaration whose facts begin at `from`.
    fn tell_lane(&mut self, tx: &Tx, from: usize) {
        for envelope in tx.facts().iter().skip(from) {
            if let Fact::Supervision(Supervision::Targeted(t)) = &envelope.fact {
                *self.report.lanes.entry(t.lane.clone()).or_default() += 1;
                self.report.selected += u64::from(t.selected);
            }
        }
    }

    /// Carries a declaration on with what the file says, an act a minute; gives the number of facts followed.
    async fn carry(
        &mut self,
        tx: &mut Tx,
        (id, branch): (DeclarationId, &str),
        says: Outcomes,
        mut followed: usize,
    ) -> Result<usize> {
        let Some(results) = &mut self.results else { return Ok(followed) };
        let mut looked = false;
        while let Step::Done = results.next(tx, id, branch, says).await? {
            looked = true;
            followed = self.desk.follow(tx, followed).await?;
            self.last = Timestamp(self.last.0 + MINUTE);
            tx.set_now(self.last);
        }
        if !looked {
            let selected = declaration::one(tx, &Actor::system(), id).await?.is_some_and(|d| d.selected);
            if !selected {
                results.unseen(says);
            }
        }
        Ok(followed)
    }

    /// Enters what the registry does not know yet: branch, importer and product of the row.
    async fn enter(&mut self, tx: &mut Tx, by: &Actor, row: &Row) -> Result<()> {
        let l = &row.lodgement;
        if self.known.branches.is_empty() {
            self.known.branches = people::branches(tx).await?.into_iter().map(|u| u.code).collect();
        }
        if self.known.branches.insert(l.branch.clone()) {
            let office = l.branch.trim_start_matches(branch_code("").as_str());
            let name = bi(format!("第 {office} 办事处"), format!("Office {office}"));
            people::open_unit(tx, by, &l.branch, "branch", name, Some(&self.bureau)).await?;
        }
        if self.known.operators.insert(l.operator.clone())
            && trade::operator_by_code(tx, &l.operator).await?.is_none()
        {
            let name = bi(l.operator.clone(), l.operator.clone());
            trade::list_operator(tx, by, &l.operator, "importer", name, 3).await?;
        }
        for line in &l.lines {
            if self.known.products.insert(line.hs.clone())
                && trade::product_by_hs(tx, &line.hs).await?.is_none()
            {
                let (level, food) = risk(&line.hs);
                trade::list_product(tx, by, &line.hs, bi(&*line.name, &*line.name), level, food).await?;
            }
        }
        Ok(())
    }

    fn reject(&mut self, row: u64, gap: &Missing) -> Result<()> {
        self.report.rejected += 1;
        self.rejects.write(row, gap)
    }

    fn finish(mut self, started: Instant) -> Result<Report> {
        self.report.rejects = self.rejects.close()?;
        self.report.results = self.results.map(|r| r.counts);
        self.report.seconds = started.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
        let rows = self.report.rows as f64;
        self.report.rows_per_second = rows / self.report.seconds.max(1e-9);
        Ok(self.report)
    }
}

/// The rejected rows, as a CSV file that is only made when there is one.
struct Rejects {
    path: PathBuf,
    file: Option<csv::Writer<std::fs::File>>,
}

impl Rejects {
    fn new(path: PathBuf) -> Rejects {
        Rejects { path, file: None }
    }

    fn write(&mut self, row: u64, gap: &Missing) -> Result<()> {
        if self.file.is_none() {
            let mut w = open(&self.path)?;
            w.write_record(["row", "field", "value", "reason"]).map_err(No::fault)?;
            self.file = Some(w);
        }
        let Some(w) = &mut self.file else { return Ok(()) };
        w.write_record([row.to_string().as_str(), &gap.field, &gap.value, &gap.needed.en]).map_err(No::fault)
    }

    fn close(self) -> Result<Option<PathBuf>> {
        let Some(mut w) = self.file else { return Ok(None) };
        w.flush().map_err(No::fault)?;
        Ok(Some(self.path))
    }
}

fn open(path: &Path) -> Result<csv::Writer<std::fs::File>> {
    csv::Writer::from_path(path).map_err(|e| {
        Refusal::new("import.rejects", bi("无法写出退单文件", "the file of rejected rows cannot be written"))
            .missing("rejects", path.display(), bi(e.to_string(), "name a writable place with --rejects"))
            .into()
    })
}
