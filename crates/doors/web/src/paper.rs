//! Printed papers of release and certificates: values of the record into the forms of the house, and the proof into
//! the certificate. A paper is printed when it is first asked for and kept, so that everyone gets the same bytes.
use std::sync::{Arc, LazyLock};

use forms::{FormError, Forms, Lang as Printed, Templates, embedded_fonts};
use kernel::{Bilingual, No, Refusal, Result, Timestamp, UnitCode, bi};
use serde_json::{Map, Value, json};
use store::{document, key};
use supervision::certificate::{self, Certificate, Standing};

use crate::look::format::code_groups;
use crate::server::Web;

static PRESS: LazyLock<Result<Arc<Forms>, String>> = LazyLock::new(|| {
    Forms::new(&Templates::built_in(), embedded_fonts()).map(Arc::new).map_err(|e| e.to_string())
});

/// Prints a form away from the threads that answer requests.
pub(crate) async fn print(form: &'static str, data: Value, at: Timestamp) -> Result<Vec<u8>> {
    let work = move || match &*PRESS {
        Ok(press) => press.render(form, &data, Printed::Both, at.instant()).map_err(unprintable),
        Err(e) => Err(No::fault(format!("the press does not start: {e}"))),
    };
    tokio::task::spawn_blocking(work).await.map_err(No::fault)?
}

/// A letter that no face of the house has can be mended by who typed it; anything else is ours.
fn unprintable(e: FormError) -> No {
    let FormError::Unprintable { field, .. } = &e else { return No::fault(e) };
    let needed = bi(
        "含有无法打印的字符，请用中文或拉丁字母",
        "it holds a letter that cannot be printed: use Chinese or Latin letters",
    );
    Refusal::new("certificate.unprintable", bi("该证书无法打印", "the certificate cannot be printed"))
        .missing(field.clone(), e.to_string(), needed)
        .into()
}

fn both(name: &Bilingual) -> Value {
    if name.zh == name.en { json!({ "zh": name.zh }) } else { json!({ "zh": name.zh, "en": name.en }) }
}

/// Unit as people write it.
pub(crate) fn unit(code: &str) -> String {
    UnitCode::parse(code).map_or_else(|| code.to_owned(), |u| u.name().en)
}

fn transport(code: &str) -> Option<Value> {
    Some(match code {
        "sea" => json!({ "zh": "海运", "en": "By sea" }),
        "air" => json!({ "zh": "空运", "en": "By air" }),
        "rail" => json!({ "zh": "铁路", "en": "By rail" }),
        "road" => json!({ "zh": "公路", "en": "By road" }),
        _ => return None,
    })
}

fn goods(c: &Certificate) -> Vec<Value> {
    let lines = &c.record.goods;
    let packages = Some(&c.filled.packages).filter(|p| lines.len() == 1 && !p.is_empty());
    let line = |g: &certificate::Goods| {
        let mut v = json!({ "hs": g.hs, "name": both(&g.name), "lots": g.lots, "quantity": g.quantity, "unit": unit(&g.unit) });
        if let Some(p) = packages {
            v["packages"] = json!(p);
        }
        v
    };
    lines.iter().map(line).collect()
}

/// What stands below the goods: packages of several lines, remarks, and the certificate that was replaced.
fn remarks(c: &Certificate, replaces: Option<&str>) -> String {
    let mut all = Vec::new();
    if c.record.goods.len() > 1 && !c.filled.packages.is_empty() {
        all.push(format!("包装 Packages: {}", c.filled.packages));
    }
    if !c.filled.remarks.is_empty() {
        all.push(c.filled.remarks.clone());
    }
    if let Some(no) = replaces {
        all.push(format!("本证书替换证书 {no}。This certificate replaces certificate {no}."));
    }
    all.join("\n")
}

/// The values of the certificate's form.
fn values(c: &Certificate, public_url: &str, replaced_by: Option<&str>) -> Result<Value> {
    let (r, f) = (&c.record, &c.filled);
    let body = c.body()?;
    let status = match c.standing {
        Standing::Draft | Standing::Dropped => "draft",
        Standing::Valid => "issued",
        Standing::Withdrawn => "withdrawn",
        Standing::Replaced => "replaced",
    };
    let mut v = Map::new();
    let mut set = |key: &str, value: Value| v.insert(key.to_owned(), value);
    set("bureau", both(&r.bureau));
    set("kind", json!({ "zh": r.title.zh, "en": r.title.en }));
    set("number", json!(body.as_ref().map_or("草稿 DRAFT", |b| b.number.as_str())));
    set("status", json!(status));
    set("consignor", both(&r.consignor));
    let mut consignee = Map::new();
    for (key, value) in [("en", &f.consignee), ("address", &f.consignee_address)] {
        if !value.is_empty() {
            consignee.insert(key.into(), json!(value));
        }
    }
    set("consignee", Value::Object(consignee));
    set("origin", both(&r.origin.name));
    set("destination", both(&r.destination.name));
    set("declaration", json!(r.declaration));
    set("goods", json!(goods(c)));
    let statement = |s: &str, basis: &str, mark: &str| format!("{s}\n{mark}{basis}");
    set(
        "statement",
        json!({
            "zh": statement(&r.statement.zh, &r.basis.zh, "依据："),
            "en": statement(&r.statement.en, &r.basis.en, "Basis: "),
        }),
    );
    set("place", both(&r.place));
    let carried: Vec<&str> = [&f.conveyance, &f.containers, &f.seals]
        .into_iter()
        .map(String::as_str)
        .filter(|s| !s.is_empty())
        .collect();
    let mut maybe = |key: &str, value: Option<Value>| value.map(|value| set(key, value));
    maybe("replaced_by", replaced_by.map(|n| json!(n)));
    maybe("transport", transport(&f.transport));
    maybe("conveyance", (!carried.is_empty()).then(|| json!(carried.join(" / "))));
    maybe(
        "plant",
        r.plant
            .as_ref()
            .map(|p| json!({ "number": p.number, "name": format!("{} {}", p.name.zh, p.name.en) })),
    );
    maybe("inspected", r.inspected.as_ref().map(|(from, to)| json!({ "from": from, "to": to })));
    let below = remarks(c, body.as_ref().and_then(|b| b.replaces.as_deref()));
    maybe("remarks", (!below.is_empty()).then(|| json!(below)));
    if let (Some(b), Some(s)) = (&body, &c.signed) {
        let code = code_groups(&b.code);
        set("issued_on", json!(s.at.date().to_string()));
        set(
            "officer",
            json!({ "name": format!("{} {}", b.officer.zh, b.officer.en), "authority": b.authority }),
        );
        set("verify", json!({ "url": format!("{public_url}/verify/{code}"), "code": code }));
        let digest = hex::encode(&s.signature[..s.signature.len().min(8)]);
        set("signature", json!({ "algorithm": "Ed25519", "digest": digest }));
    }
    Ok(Value::Object(v))
}

/// A certificate as it would be printed, without proof: the preview of a draft.
pub(crate) async fn preview(c: &Certificate, public_url: &str) -> Result<Vec<u8>> {
    print("certificate", values(c, public_url, None)?, c.drafted_at).await
}

/// The printed certificate with its proof: printed once for each standing, then always the same bytes.
pub(crate) async fn certificate_paper(web: &Web, c: &Certificate, public_url: &str) -> Result<Vec<u8>> {
    let Some(signed) = &c.signed else { return preview(c, public_url).await };
    let mut tx = web.read().await?;
    if let Some(kept) = kept(&mut tx, c).await? {
        return Ok(kept);
    }
    let replaced_by = match c.ended.as_ref().and_then(|e| e.replaced_by) {
        Some(id) => {
            let by = certificate::one(&mut tx, &kernel::Actor::system(), id).await?;
            by.and_then(|c| c.signed).map(|s| s.no)
        }
        None => None,
    };
    drop(tx);
    let at = c.ended.as_ref().map_or(signed.at, |e| e.at);
    let pdf = print("certificate", values(c, public_url, replaced_by.as_deref())?, at).await?;
    let mut tx = web.begin().await?;
    if let Some(kept) = kept(&mut tx, c).await? {
        return Ok(kept);
    }
    let signer = key::signer(&mut tx).await?;
    let paper = certificate::seal(&pdf, c, &signer)?;
    let name = format!("{}.pdf", signed.no);
    document::attach(&mut tx, &c.id.subject(), &name, c.standing.code(), paper.clone(), None).await?;
    web.desk().finish(tx).await?;
    Ok(paper)
}

async fn kept(tx: &mut store::Tx, c: &Certificate) -> Result<Option<Vec<u8>>> {
    let all = document::list(tx, &c.id.subject()).await?;
    let Some(a) = all.iter().find(|a| a.note == c.standing.code()) else { return Ok(None) };
    Ok(document::content(tx, a.id).await?.map(|(_, _, _, bytes)| bytes))
}
