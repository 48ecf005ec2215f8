//! A version compiled for decisions: what its columns may ask, what its outputs may say, and its own examples.

use crate::targeting::{Goods, Inputs, Measure};
use kernel::{Decimal, Refusal, Result, Timestamp, bi};
use registry::rules::LANES;
use risk::table::{
    self, Finding, Gravity,
    compile::{Compiled, Scratch},
    feel::ast::Expr,
    model::Model,
    problem::Problem,
    value::Value,
};
use std::{collections::BTreeMap, sync::Arc};

/// What a column may ask for, with its meaning.
pub const INPUTS: [(&str, &str, &str); 12] = [
    ("direction", "进出口", "export or import"),
    ("class", "企业类别", "enterprise class, a number"),
    ("risk", "产品风险", "product risk: low, medium, high"),
    ("market", "国家", "the country abroad"),
    ("mode", "物流模式", "logistics mode"),
    ("origin", "原产国", "country of origin"),
    ("port", "口岸", "port"),
    ("operator", "企业代码", "code of the operator"),
    ("plant", "备案号", "filing number of the plant"),
    ("chapter", "章（2 位）", "chapter: two digits of the HS code"),
    ("heading", "品目（4 位）", "heading: four digits of the HS code"),
    ("hs", "商品编码", "the HS code"),
];
/// What a table may say.
pub const OUTPUTS: [(&str, &str, &str); 3] = [
    ("lane", "通道", "the lightest lane that it allows"),
    ("rate", "抽批比例（0 至 1）", "share to be inspected, from 0 to 1"),
    ("reason", "理由", "why, for the reason line"),
];

/// A version ready for decisions.
#[derive(Debug)]
pub struct Pinned {
    label: String,
    title: kernel::Bilingual,
    compiled: Compiled,
    columns: Vec<usize>,
    outputs: [Option<Arc<str>>; 3],
    /// The only output has no name of its own within the result.
    bare: Option<usize>,
    valid: Option<(Timestamp, Option<Timestamp>)>,
}

/// Every approved version, by label.
#[derive(Clone, Debug, Default)]
pub struct Tables(BTreeMap<String, Arc<Pinned>>);

/// One example of a version, tried.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Tried {
    /// Line in the file, from 2.
    pub line: usize,
    /// What was put in.
    pub inputs: Vec<(String, String)>,
    /// What should come out: lane and rate in parts per million.
    pub expected: (String, Option<u64>),
    /// What came out.
    pub found: (String, u64),
    /// Whether they agree.
    pub passes: bool,
}

fn refusal(problems: &[Problem]) -> Refusal {
    let mut no = Refusal::new("risk_table.body", bi("决策表无法读取", "the decision table cannot be read"));
    for p in problems.iter().take(20) {
        no = no.missing(if p.place.is_empty() { "body" } else { &p.place }, "", bi(&p.zh, &p.en));
    }
    no.remedy(bi("改正后重新上传", "Correct it and send it again"))
}

/// Reads a table that targeting can follow, from CSV or DMN XML; gives it as a model with its findings.
pub fn read_body(body: &str) -> Result<(Model, Vec<Finding>)> {
    let xml = body.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let model = if xml { table::dmn::parse(body.as_bytes()) } else { table::csv::read(body) };
    let model = model.map_err(|p| refusal(&p))?;
    let tables = model.decisions.iter().filter(|d| model.table(&d.name).is_some()).count();
    if tables != 1 {
        let needed = bi("一份文件一张决策表", "one decision table in one file");
        let what = bi("决策表无法采用", "the decision table cannot be used");
        return Err(Refusal::new("risk_table.body", what).missing("body", tables, needed).into());
    }
    Pinned::new("", bi("", ""), &model, None)?;
    let findings = table::check(&model);
    Ok((model, findings))
}

/// Whether a finding stands against using the table.
pub(super) fn is_error(f: &Finding) -> bool {
    f.gravity == Gravity::Error
}

impl Pinned {
    /// Compiles the table of a model.
    pub fn new(
        label: &str,
        title: kernel::Bilingual,
        model: &Model,
        valid: Option<(Timestamp, Option<Timestamp>)>,
    ) -> Result<Pinned> {
        let what = bi("决策表无法用于布控", "targeting cannot follow this table");
        let mut no = Refusal::new("risk_table.columns", what);
        let Some((_, t)) = model.tables().into_iter().next() else {
            return Err(no.missing("body", "", bi("没有决策表", "there is no decision table")).into());
        };
        let mut columns = Vec::new();
        for c in &t.inputs {
            let name = if let Expr::Name(n) = &*c.expression.expr { n.to_string() } else { String::new() };
            match INPUTS.iter().position(|i| i.0 == name) {
                Some(at) => columns.push(at),
                None => {
                    let all = INPUTS.map(|i| i.0).join(", ");
                    let needed = bi(format!("可用的输入：{all}"), format!("inputs that there are: {all}"));
                    no = no.missing(format!("in {}", c.expression.text), &c.expression.text, needed);
                }
            }
        }
        let mut outputs = [None, None, None];
        let names: Vec<String> = (0..t.outputs.len()).map(|at| t.output_name(at)).collect();
        for name in &names {
            match OUTPUTS.iter().position(|o| o.0 == name) {
                Some(at) => outputs[at] = Some(Arc::from(name.as_str())),
                None => {
                    let needed = bi("输出只能是 lane、rate、reason", "outputs are lane, rate and reason");
                    no = no.missing(format!("out {name}"), name, needed);
                }
            }
        }
        if outputs[0].is_none() && outputs[1].is_none() {
            no = no.missing("out", "", bi("至少输出 lane 或 rate", "an output is needed: lane or rate"));
        }
        use table::model::HitPolicy::{Any, First, Priority, Unique};
        if !matches!(t.policy, Unique | Any | Priority | First) {
            let needed = bi("命中策略须给出唯一结果", "the hit policy has to give one result");
            no = no.missing("policy", format!("{:?}", t.policy), needed);
        }
        if !no.missing.is_empty() {
            return Err(no.into());
        }
        let bare = (names.len() == 1).then(|| OUTPUTS.iter().position(|o| o.0 == names[0])).flatten();
        Ok(Pinned { label: label.into(), title, compiled: Compiled::new(t), columns, outputs, bare, valid })
    }

    /// What the table says of one line of a consignment; nothing where no row fits.
    fn says(&self, i: &Inputs, g: &Goods, hs: &str) -> Option<Said> {
        let value = |at: &usize| match *at {
            0 => Value::text(i.direction.as_str()),
            1 => Value::int(i.class),
            2 => Value::text(i.risk.as_str()),
            3 => Value::text(i.market.as_str()),
            4 => Value::text(i.mode.as_str()),
            5 => Value::text(g.origin.as_str()),
            6 => Value::text(g.port.as_str()),
            7 => Value::text(g.operator.as_str()),
            8 => Value::text(g.plant.as_str()),
            9 => Value::text(hs.get(..2).unwrap_or(hs)),
            10 => Value::text(hs.get(..4).unwrap_or(hs)),
            _ => Value::text(hs),
        };
        let values: Vec<Value> = self.columns.iter().map(value).collect();
        let mut scratch = Scratch::default();
        let result = self.compiled.decide(&values, &mut scratch);
        let part = |at: usize| match &result {
            Value::Context(c) => self.outputs[at].as_ref().and_then(|name| c.get(name)).cloned(),
            other if self.bare == Some(at) => Some(other.clone()),
            _ => None,
        };
        let text = |v: Option<Value>| match v {
            Some(Value::Text(t)) => t.to_string(),
            _ => String::new(),
        };
        let lane = text(part(0)).to_lowercase();
        let rate_ppm = match part(1) {
            Some(Value::Number(n)) => ppm(n),
            _ => 0,
        };
        let lane = if LANES.contains(&lane.as_str()) { lane } else { String::new() };
        if lane.is_empty() && rate_ppm == 0 {
            return None;
        }
        Some(Said {
            lane,
            rate_ppm,
            reason: text(part(2)),
            rows: scratch.used.iter().map(|r| r + 1).collect(),
        })
    }

    /// The strictest of what the table says of the lines of a consignment.
    fn measure(&self, i: &Inputs, g: &Goods) -> Option<Measure> {
        let mut said: Vec<Said> = Vec::new();
        if g.hs.is_empty() {
            said.extend(self.says(i, g, ""));
        }
        said.extend(g.hs.iter().filter_map(|hs| self.says(i, g, hs)));
        let mut rows: Vec<usize> = said.iter().flat_map(|s| s.rows.iter().copied()).collect();
        rows.sort_unstable();
        rows.dedup();
        let rows = rows.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        let strict = said.iter().max_by_key(|s| crate::targeting::rank(&s.lane))?;
        let rate_ppm = said.iter().map(|s| s.rate_ppm).max().unwrap_or(0);
        let why = said.iter().map(|s| s.reason.as_str()).find(|r| !r.is_empty());
        let (mut zh, mut en) =
            (format!("{}，第 {rows} 行", self.title.zh), format!("{}, row {rows}", self.title.en));
        if let Some(why) = why {
            zh.push_str(&format!("：{why}"));
            en.push_str(&format!(": {why}"));
        }
        Some(Measure {
            basis: "table".into(),
            source: self.label.clone(),
            title: bi(zh, en),
            lane: strict.lane.clone(),
            rate_ppm,
            hold: false,
            tests: Vec::new(),
        })
    }
}

struct Said {
    lane: String,
    rate_ppm: u64,
    reason: String,
    rows: Vec<usize>,
}

/// A share from 0 to 1 in parts per million; what lies outside is brought to the nearer end.
fn ppm(share: Decimal) -> u64 {
    let n = (share.clamp(Decimal::ZERO, Decimal::ONE) * Decimal::from(risk::draw::PPM)).round();
    u64::try_from(n).unwrap_or(0)
}

impl Tables {
    /// Adds a version.
    pub fn add(&mut self, p: Pinned) {
        self.0.insert(p.label.clone(), Arc::new(p));
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a version of this label is there.
    pub fn knows(&self, label: &str) -> bool {
        self.0.contains_key(label)
    }

    /// Labels of the versions in force at an instant.
    pub fn in_force(&self, at: Timestamp) -> Vec<String> {
        let fits = |p: &Pinned| p.valid.is_some_and(|(from, to)| from <= at && to.is_none_or(|to| at < to));
        self.0.iter().filter(|(_, p)| fits(p)).map(|(label, _)| label.clone()).collect()
    }

    /// What the tables that a consignment is pinned to say of it.
    pub fn measures(&self, i: &Inputs) -> Vec<Measure> {
        let Some(goods) = i.goods.as_ref() else { return Vec::new() };
        i.tables.iter().filter_map(|label| self.0.get(label)?.measure(i, goods)).collect()
    }
}

/// Tries the examples of a version. Their file has a head of input names and of `lane` and `rate`, what should come
/// out; an empty lane or rate is not compared. Fewer than one example is refused.
pub fn check_examples(model: &Model, examples: &str) -> Result<Vec<Tried>> {
    let what = bi("测试用例有误", "the examples are wrong");
    let wrong = |field: &str, value: &str, needed| {
        Refusal::new("risk_table.examples", what.clone()).missing(field, value, needed)
    };
    let pinned = Pinned::new("", bi("", ""), model, None)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(examples.as_bytes());
    let head = reader.headers().map_err(|e| wrong("head", "", bi(e.to_string(), e.to_string())))?.clone();
    let known = |h: &str| INPUTS.iter().any(|i| i.0 == h) || ["lane", "rate"].contains(&h);
    if let Some(h) = head.iter().find(|h| !known(h)) {
        return Err(
            wrong("head", h, bi("表头为输入名以及 lane、rate", "heads are inputs, lane and rate")).into()
        );
    }
    let mut out = Vec::new();
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|e| wrong("line", "", bi(e.to_string(), e.to_string())))?;
        let cell =
            |name: &str| head.iter().position(|h| h == name).and_then(|at| record.get(at)).unwrap_or("");
        let rate = match cell("rate") {
            "" => None,
            text => match text.parse::<Decimal>() {
                Ok(share) => Some(ppm(share)),
                Err(_) => return Err(wrong("rate", text, bi("0 至 1 的数", "a number from 0 to 1")).into()),
            },
        };
        out.push(one_example(&pinned, line, &head, &cell, rate)?);
    }
    if out.is_empty() {
        return Err(wrong("examples", "", bi("至少一个用例", "at least one example")).into());
    }
    Ok(out)
}

fn one_example<'a>(
    pinned: &Pinned,
    line: usize,
    head: &csv::StringRecord,
    cell: &dyn Fn(&str) -> &'a str,
    rate: Option<u64>,
) -> Result<Tried> {
    let hs = ["hs", "heading", "chapter"].into_iter().map(cell).find(|c| !c.is_empty()).unwrap_or("");
    let class = cell("class");
    let class: i64 = if class.is_empty() { 0 } else { class.parse().unwrap_or(-1) };
    let goods = Goods {
        origin: cell("origin").into(),
        port: cell("port").into(),
        operator: cell("operator").into(),
        plant: cell("plant").into(),
        hs: vec![hs.to_owned()],
    };
    let inputs = Inputs {
        no: String::new(),
        direction: cell("direction").into(),
        class,
        risk: cell("risk").into(),
        market: cell("market").into(),
        mode: cell("mode").into(),
        order: 1,
        measures: vec![],
        tables: vec![],
        goods: None,
        score: None,
    };
    let found = pinned.says(&inputs, &goods, hs).map_or((String::new(), 0), |s| (s.lane, s.rate_ppm));
    let expected = (cell("lane").to_lowercase(), rate);
    // "none" says that no row should fit.
    let lane_fits =
        expected.0.is_empty() || expected.0 == found.0 || (expected.0 == "none" && found.0.is_empty());
    let passes = lane_fits && rate.is_none_or(|r| r == found.1);
    let given = head.iter().filter(|h| !["lane", "rate"].contains(h) && !cell(h).is_empty());
    let inputs = given.map(|h| (h.to_owned(), cell(h).to_owned())).collect();
    Ok(Tried { line, inputs, expected, found, passes })
}
