//! Taking samples and asking for tests.

use super::sql;
use crate::competence::{Licensed, Sample as Sampling, note_step};
use crate::declaration::Stage;
use kernel::{
    DeclarationId, LotId, No, Quantity, Refusal, Result, SampleId, TestId, UnitCode, bi,
    supervision::{Sampled, TestRequested},
};
use registry::rules as book;
use store::{Tx, vals};

/// A sample to be taken.
#[derive(Clone, Debug, Default)]
pub struct NewSample {
    /// Key of the request, so that sending it twice takes one sample.
    pub key: String,
    /// The lot.
    pub lot: Option<LotId>,
    /// Number of the unit that it is taken from, as typed; empty for a mixed sample.
    pub unit_no: String,
    /// How much, a decimal as typed.
    pub quantity: String,
    /// Its unit (UN/ECE rec 20).
    pub unit: String,
    /// Number of the seal.
    pub seal: String,
    /// Where it is taken.
    pub place: String,
    /// Analytes and methods to be tested; an empty method takes the one of the rule pack.
    pub tests: Vec<(String, String)>,
    /// The void sample that it replaces; its tests go on with this one.
    pub replaces: Option<SampleId>,
}

/// Takes and seals a sample; its voucher gets a number.
pub async fn take(tx: &mut Tx, license: &Licensed<Sampling>, new: &NewSample) -> Result<SampleId> {
    let declaration = license.declaration;
    if let Some(r) = tx.opt(sql::BY_KEY, vals![&new.key]).await? {
        let (id, of): (SampleId, DeclarationId) = (r.get(0)?, r.get(1)?);
        if of == declaration {
            return Ok(id);
        }
    }
    stage_open(tx, declaration, new.replaces.is_some()).await?;
    let (lot, quantity, unit_no) = checked(tx, declaration, new).await?;
    if let Some(old) = new.replaces {
        refuse_unless_void(tx, declaration, old, lot).await?;
    }
    note_step(tx, license).await?;
    let id = tx.id::<SampleId>();
    let branch: String = tx.one(sql::BRANCH_CODE, vals![license.branch]).await?.get(0)?;
    let year = tx.now().date().year();
    let n: i64 = tx.one(sql::NEXT, vals![format!("sample/{branch}/{year}")]).await?.get(0)?;
    let no = format!("{branch}S{year}{n:06}");
    let r = tx.one(sql::OFFICER, vals![license.officer]).await?;
    let holder = format!("{} {}", r.get::<String>(0)?, r.get::<String>(1)?);
    let now = tx.now();
    let row = vals![
        id,
        &no,
        declaration,
        license.branch,
        lot,
        unit_no,
        quantity.milli,
        quantity.unit,
        new.seal.trim(),
        new.place.trim(),
        holder,
        new.replaces,
        license.officer,
        license.authorisation,
        &new.key,
        now
    ];
    tx.exec(sql::ADD, row).await?;
    let fact = Sampled { sample: id, no, declaration, lot };
    tx.append(declaration.subject(), Some(license.officer), Some(license.branch), fact);
    let mut tests = new.tests.clone();
    if let Some(old) = new.replaces {
        for r in tx.all(sql::TESTS_OWED, vals![old]).await? {
            let analyte: String = r.get(0)?;
            if !tests.iter().any(|(a, _)| *a == analyte) {
                tests.push((analyte, r.get(1)?));
            }
        }
        tx.exec(sql::TESTS_REPLACED, vals![old]).await?;
    }
    if !tests.is_empty() {
        add_tests(tx, license, id, lot, &tests).await?;
    }
    Ok(id)
}

/// Samples are taken while goods are inspected, and to replace a void one also while others are tested.
async fn stage_open(tx: &mut Tx, declaration: DeclarationId, replacing: bool) -> Result<()> {
    let code: String = tx.one(sql::SUBJECT, vals![declaration]).await?.get(0)?;
    let at = Stage::parse(&code);
    if at == Some(Stage::Inspecting) || (replacing && at == Some(Stage::Testing)) {
        return Ok(());
    }
    Err(Refusal::new(
        "laboratory.stage",
        bi("本批目前不能抽样或追加检测", "no sample or test can be added now"),
    )
    .missing("stage", code, bi("应处于查验中", "the consignment would have to be under inspection"))
    .remedy(bi("如有可疑，先加查", "Add a check first when something is suspicious"))
    .into())
}

async fn checked(
    tx: &mut Tx,
    declaration: DeclarationId,
    new: &NewSample,
) -> Result<(LotId, Quantity, Option<i64>)> {
    let mut no = Refusal::new("laboratory.sample", bi("抽样凭证尚不完整", "the voucher is not complete yet"))
        .remedy(bi("补全所列各栏", "Complete the fields named"));
    let mut of_lot = None;
    if let Some(lot) = new.lot {
        of_lot = tx
            .opt(sql::LOT, vals![lot, declaration])
            .await?
            .map(|r| -> Result<_> { Ok((lot, Quantity { milli: r.get(0)?, unit: r.get(1)? })) });
    }
    let of_lot = of_lot.transpose()?;
    if of_lot.is_none() {
        no = no.missing("lot", "", bi("选择本批的一个批次", "choose a lot of this consignment"));
    }
    let unit = UnitCode::parse(&new.unit);
    if unit.is_none() {
        no = no.missing("unit", &new.unit, bi("选择计量单位", "choose a unit"));
    }
    let milli = Quantity::parse_milli(&new.quantity).filter(|m| *m > 0);
    let too_much = of_lot
        .zip(unit.zip(milli))
        .is_some_and(|((_, lot), (unit, milli))| unit == lot.unit && milli > lot.milli);
    if milli.is_none() || too_much {
        let needed = bi(
            "大于零、不超过批量的数，至多三位小数",
            "a number above zero, not above the lot, at most three decimals",
        );
        no = no.missing("quantity", &new.quantity, needed);
    }
    let unit_no = new.unit_no.trim();
    let numbered = unit_no.parse::<i64>().ok().filter(|n| *n > 0);
    if !unit_no.is_empty() && numbered.is_none() {
        no = no.missing("unit_no", unit_no, bi("抽样方案中的件号", "a unit number of the plan"));
    }
    let seal = new.seal.trim();
    if seal.is_empty() || seal.chars().count() > 40 {
        no = no.missing("seal", seal, bi("填写封识号", "enter the number of the seal"));
    } else if let Some(r) = tx.opt(sql::BY_SEAL, vals![seal]).await? {
        let other: String = r.get(0)?;
        let needed =
            bi(format!("该封识已用于样品 {other}"), format!("sample {other} bears this seal already"));
        no = no.missing("seal", seal, needed);
    }
    if new.place.trim().is_empty() || new.place.chars().count() > 200 {
        no = no.missing("place", "", bi("填写抽样地点", "say where it is taken"));
    }
    if new.key.is_empty() || new.key.len() > 100 {
        no = no.missing("_key", "", bi("请刷新页面后重新提交", "reload the page and submit again"));
    }
    match (of_lot, unit, milli) {
        (Some((lot, _)), Some(unit), Some(milli)) if no.missing.is_empty() => {
            Ok((lot, Quantity { milli, unit }, numbered))
        }
        _ => Err(no.into()),
    }
}

async fn refuse_unless_void(
    tx: &mut Tx,
    declaration: DeclarationId,
    old: SampleId,
    lot: LotId,
) -> Result<()> {
    let found = tx.opt(sql::ONE, vals![old]).await?;
    let fits = match &found {
        Some(r) => {
            r.get::<DeclarationId>(2)? == declaration
                && r.get::<LotId>(8)? == lot
                && r.get::<String>(19)? == "void"
        }
        None => false,
    };
    if fits {
        return Ok(());
    }
    Err(Refusal::new(
        "laboratory.replaces",
        bi("只能替换同一批次的失效样品", "only a void sample of the same lot is replaced"),
    )
    .missing("replaces", old, bi("从失效样品的页面办理", "begin from the page of the void sample"))
    .into())
}

/// Asks for tests of a sample.
pub async fn request(
    tx: &mut Tx,
    license: &Licensed<Sampling>,
    sample: SampleId,
    tests: &[(String, String)],
) -> Result<()> {
    stage_open(tx, license.declaration, false).await?;
    let found = tx.opt(sql::ONE, vals![sample]).await?;
    let Some(r) = found.filter(|r| r.get::<DeclarationId>(2).is_ok_and(|d| d == license.declaration)) else {
        return Err(
            Refusal::new("laboratory.not_found", bi("没有这份样品", "there is no such sample")).into()
        );
    };
    if r.get::<String>(19)? == "void" {
        let what = bi("样品已失效，不能检测", "the sample is void and is not tested");
        return Err(Refusal::new("laboratory.void", what)
            .missing("state", "void", bi("重新抽样", "take a sample that replaces it"))
            .into());
    }
    note_step(tx, license).await?;
    add_tests(tx, license, sample, r.get(8)?, tests).await
}

async fn add_tests(
    tx: &mut Tx,
    license: &Licensed<Sampling>,
    sample: SampleId,
    lot: LotId,
    tests: &[(String, String)],
) -> Result<()> {
    let declaration = license.declaration;
    let label: String = tx.one(sql::SUBJECT, vals![declaration]).await?.get(3)?;
    let rules = book::rules(tx).await?;
    let pack = &rules.by_label(&label).ok_or_else(|| No::fault(format!("no rule version {label}")))?.pack;
    let mut no = Refusal::new("laboratory.request", bi("检测委托有误", "the request for tests is wrong"));
    let mut analytes: Vec<String> = Vec::new();
    if tests.is_empty() || tests.len() > 50 {
        no = no.missing("analyte", tests.len(), bi("选择 1 至 50 个检测项目", "choose 1 to 50 analytes"));
    }
    let now = tx.now();
    for (code, method) in tests {
        let Some(analyte) = pack.analyte.iter().find(|a| a.code == *code) else {
            no = no.missing("analyte", code, bi("规则包中没有此项目", "the rule pack has no such analyte"));
            continue;
        };
        let method = if method.trim().is_empty() { analyte.method.as_str() } else { method.trim() };
        if method.chars().count() > 100 {
            no =
                no.missing("method", method, bi("方法编号最多 100 字", "a method of at most 100 characters"));
        }
        if !no.missing.is_empty() {
            continue;
        }
        let id = tx.id::<TestId>();
        tx.exec(sql::TEST_ADD, vals![id, sample, declaration, lot, code, method, license.officer, now])
            .await?;
        analytes.push(code.clone());
    }
    if !no.missing.is_empty() {
        return Err(no.into());
    }
    let fact = TestRequested { sample, declaration, analytes };
    tx.append(declaration.subject(), Some(license.officer), Some(license.branch), fact);
    Ok(())
}
