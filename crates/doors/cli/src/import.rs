//! Taking declarations in from a file, through the very same acts as any other door.
//!
//! Each document of rows is one transaction. Stopping at any moment loses nothing: what was
//! acknowledged is durable, and taking the file in again goes on where it stopped, because each
//! row carries its own request key.

use crate::{
    args::{Format, ImportArgs},
    found,
    kr_customs::{Layout, Row, branch_code, risk},
    say::Say,
    text,
};
use flow::Desk;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Actor, Missing, No, Refusal, Result, Timestamp, bi};
use registry::{people, people::Unit, trade};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashSet},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};
use store::Tx;
use supervision::declaration;

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
    let report = take_in(desk, &content, path, args.document, say).await?;
    let text = format!(
        "{} rows: {} lodged, {} lodged before, {} rejected; {} to be inspected; {:.0} rows a second",
        report.rows, report.lodged, report.known, report.rejected, report.selected, report.rows_per_second
    );
    say.done(&serde_json::to_value(&report)?, &text);
    Ok(ExitCode::SUCCESS)
}

async fn take_in(desk: &Desk, content: &str, rejects: PathBuf, most: u64, say: Say) -> Result<Report> {
    let started = Instant::now();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(content.as_bytes());
    let layout = layout(&mut reader)?;
    let bureau = found(desk).await?;
    let rejects = Rejects::new(rejects);
    let mut import = Import { desk, bureau, known: Known::default(), report: Report::default(), rejects };
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
        if document.len() as u64 >= most {
            import.lodge(&document).await?;
            document.clear();
            bar.set_position(import.report.rows);
        }
    }
    import.lodge(&document).await?;
    bar.finish_and_clear();
    import.finish(started)
}

fn layout(reader: &mut csv::Reader<&[u8]>) -> Result<Layout> {
    let heads = reader.headers().map_err(|e| refuse_head(&e.to_string()))?;
    Layout::find(heads).map_err(|missing| refuse_head(&missing.join(", ")))
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
        let present = tx.now();
        let mut refused = Vec::new();
        let mut ids = Vec::new();
        for (n, row) in rows {
            tx.set_now(Timestamp::at(row.date, 9, 0));
            if let Err(no) = declaration::check(&row.lodgement) {
                refused.push((*n, no));
                continue;
            }
            self.enter(&mut tx, &by, row).await?;
            let entered = tx.facts().len();
            match declaration::lodge(&mut tx, &by, &row.lodgement).await {
                Ok(_) if tx.facts().len() == entered => self.report.known += 1,
                Ok(id) => ids.push(id),
                Err(No::Fault(f)) => return Err(No::Fault(f)),
                Err(no) => refused.push((*n, no)),
            }
        }
        tx.set_now(present);
        let lanes = self.desk.finish_telling_lanes(tx).await?;
        for (lane, selected) in lanes {
            *self.report.lanes.entry(lane).or_default() += 1;
            self.report.selected += u64::from(selected);
        }
        self.report.lodged += ids.len() as u64;
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
