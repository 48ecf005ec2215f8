//! Samples and their tests: taken under seal, handed over, tested, corrected.
use axum::Json;
use axum::extract::{Path, State};
use kernel::{LotId, ResultId, SampleId, TestId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use supervision::competence::{Sample as Sampling, Test, admit};
use supervision::inspection;
use supervision::laboratory::{self, HandOver, NewResult, NewSample, Sample};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::deed::{Done, act, id, readable};
use crate::guard::{Analysts, Caller, Inspectors, RoleSet, SampleHands, Staff};
use crate::intake::{RepeatKey, Sent};
use crate::route::{RouteSpec, get, post};
use crate::server::Api;

pub(crate) fn routes() -> Vec<RouteSpec> {
    let deed = |route: RouteSpec| route.once().gives::<Done>(200);
    vec![
        get("/api/v1/samples/{id}", "A sample with its custody, tests and results", one),
        deed(post("/api/v1/inspections/{id}/samples", "Take a sample under seal", take))
            .takes::<SampleSent>(),
        deed(post("/api/v1/samples/{id}/custody", "Hand it over, with what the seal says", hand_over))
            .takes::<HandOverSent>(),
        deed(post("/api/v1/samples/{id}/results", "Report the result of a test", report))
            .takes::<ResultSent>(),
        deed(post("/api/v1/samples/{id}/corrections", "Correct a result; the old one stays", correct))
            .takes::<CorrectionSent>(),
    ]
}

/// A test that is asked for.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TestSent {
    /// Code of the analyte.
    analyte: String,
    /// Method; the one of the rule pack when left out.
    #[serde(default)]
    method: String,
}

/// A sample to be taken.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SampleSent {
    /// Id of the lot.
    lot: String,
    /// Number of the unit in the plan; none for a mixed sample.
    unit_no: Option<i64>,
    /// How much, a decimal.
    quantity: String,
    /// UN/ECE rec 20 code.
    unit: String,
    /// Number of the seal, used once.
    seal: String,
    /// Where it is taken.
    place: String,
    /// What to test.
    #[serde(default)]
    tests: Vec<TestSent>,
    /// Id of the void sample that it replaces.
    replaces: Option<String>,
}

/// A hand-over.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HandOverSent {
    /// Hand-overs read before this one.
    seen: i64,
    /// Who takes it.
    to: String,
    /// Whether this is the laboratory, which may open it.
    laboratory: bool,
    /// The number read on the seal.
    seal_read: String,
    /// Whether the seal is whole.
    intact: bool,
    /// Remark.
    #[serde(default)]
    note: String,
}

/// A result.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ResultSent {
    /// Id of the test.
    test: String,
    /// Whether the analyte is below the limit of quantification.
    #[serde(default)]
    below_loq: bool,
    /// The value, a decimal; empty when below the limit of quantification.
    #[serde(default)]
    value: String,
    /// Unit of all figures.
    unit: String,
    /// Limit of quantification, a decimal.
    loq: String,
    /// Expanded uncertainty (k = 2), a decimal; may be empty.
    #[serde(default)]
    uncertainty: String,
}

/// A correction of a result.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CorrectionSent {
    /// Id of the result that counts until now.
    corrects: String,
    /// Why.
    reason: String,
    /// The result as it should be.
    result: ResultSent,
}

async fn about<R: RoleSet>(api: &Api, caller: &Caller<R>, text: &str) -> Answer<Sample> {
    let mut tx = api.desk.read().await?;
    Ok(laboratory::one(&mut tx, &caller.actor(), id("sample", text)?).await?)
}

fn see(sample: SampleId) -> String {
    format!("/api/v1/samples/{sample}")
}

async fn one(caller: Caller<Staff>, State(api): State<Api>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let sample = about(&api, &caller, &id).await?;
    let mut tx = api.desk.read().await?;
    let custody = laboratory::custody(&mut tx, sample.id).await?;
    let tests = laboratory::tests(&mut tx, sample.id).await?;
    readable(&json!({ "sample": sample, "custody": custody, "tests": tests }))
}

async fn take(
    caller: Caller<Inspectors>,
    State(api): State<Api>,
    Path(task): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<SampleSent>,
) -> Answer<Json<Done>> {
    let t = {
        let mut tx = api.desk.read().await?;
        inspection::one(&mut tx, &caller.actor(), id("task", &task)?).await?
    };
    let new = NewSample {
        key: hex::encode(api.desk.chance.bytes::<16>()),
        lot: Some(id::<LotId>("lot", &sent.lot)?),
        unit_no: sent.unit_no.map(|n| n.to_string()).unwrap_or_default(),
        quantity: sent.quantity.clone(),
        unit: sent.unit.clone(),
        seal: sent.seal.clone(),
        place: sent.place.clone(),
        tests: sent.tests.iter().map(|t| (t.analyte.clone(), t.method.clone())).collect(),
        replaces: sent.replaces.as_deref().map(|s| id("replaces", s)).transpose()?,
    };
    act(&api, &caller, key, ("sample", &t.declaration.subject(), &sent), async |tx, by| {
        let license = admit::<Sampling>(tx, by, t.declaration).await?;
        let sample = laboratory::take(tx, &license, &new).await?;
        Ok(Done::new(sample, see(sample)))
    })
    .await
}

async fn hand_over(
    caller: Caller<SampleHands>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<HandOverSent>,
) -> Answer<Json<Done>> {
    let s = about(&api, &caller, &id).await?;
    let h = HandOver {
        seen: sent.seen,
        to: sent.to.clone(),
        laboratory: sent.laboratory,
        seal_read: sent.seal_read.clone(),
        intact: sent.intact,
        note: sent.note.clone(),
    };
    act(&api, &caller, key, ("custody", &s.declaration.subject(), &sent), async |tx, by| {
        laboratory::hand_over(tx, by, s.id, &h).await?;
        Ok(Done::new(s.id, see(s.id)))
    })
    .await
}

fn result(api: &Api, sent: &ResultSent) -> Answer<NewResult> {
    Ok(NewResult {
        key: hex::encode(api.desk.chance.bytes::<16>()),
        test: Some(id::<TestId>("test", &sent.test)?),
        below_loq: sent.below_loq,
        value: sent.value.clone(),
        unit: sent.unit.clone(),
        loq: sent.loq.clone(),
        uncertainty: sent.uncertainty.clone(),
    })
}

async fn report(
    caller: Caller<Analysts>,
    State(api): State<Api>,
    Path(id): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<ResultSent>,
) -> Answer<Json<Done>> {
    let (s, new) = (about(&api, &caller, &id).await?, result(&api, &sent)?);
    act(&api, &caller, key, ("result", &s.declaration.subject(), &sent), async |tx, by| {
        let license = admit::<Test>(tx, by, s.declaration).await?;
        let made = laboratory::record(tx, by, &license, &new).await?;
        Ok(Done::new(made, see(s.id)))
    })
    .await
}

async fn correct(
    caller: Caller<Analysts>,
    State(api): State<Api>,
    Path(sample): Path<String>,
    key: RepeatKey,
    Sent(sent): Sent<CorrectionSent>,
) -> Answer<Json<Done>> {
    let (s, new) = (about(&api, &caller, &sample).await?, result(&api, &sent.result)?);
    let old: ResultId = id("corrects", &sent.corrects)?;
    act(&api, &caller, key, ("correction", &s.declaration.subject(), &sent), async |tx, by| {
        let license = admit::<Test>(tx, by, s.declaration).await?;
        let made = laboratory::correct(tx, by, &license, old, &new, &sent.reason).await?;
        Ok(Done::new(made, see(s.id)))
    })
    .await
}
