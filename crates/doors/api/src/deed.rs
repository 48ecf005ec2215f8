//! An act by the API: one transaction, the gate held and recorded as on the pages, one answer a key. And readings:
//! rows as JSON for people's programs, with instants as RFC 3339 and quantities as decimals.
use axum::Json;
use kernel::{Actor, Refusal, Result, Timestamp, bi};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use store::{Tx, request};
use utoipa::ToSchema;

use crate::answer::{Answer, Sorry};
use crate::guard::{Caller, RoleSet};
use crate::intake::RepeatKey;
use crate::server::Api;

/// What came of an act.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Done {
    /// The row that was made, or that the act was about.
    pub(crate) id: String,
    /// Where to read how things stand now.
    pub(crate) see: String,
}

impl Done {
    pub(crate) fn new(id: impl ToString, see: impl Into<String>) -> Done {
        Done { id: id.to_string(), see: see.into() }
    }
}

/// Runs an act about `subject`. `sent` is what was asked for: under a key the same is done once.
pub(crate) async fn act<R: RoleSet, S: Serialize>(
    api: &Api,
    caller: &Caller<R>,
    RepeatKey(key): RepeatKey,
    (what, subject, sent): (&str, &str, &S),
    deed: impl AsyncFnOnce(&mut Tx, &Actor) -> Result<Done>,
) -> Answer<Json<Done>> {
    let (by, account) = (caller.actor(), caller.account.id);
    let mut tx = api.desk.begin().await?;
    if let Some(key) = &key {
        let text = format!("{what} {subject} {}", serde_json::to_string(sent).map_err(kernel::No::from)?);
        let digest = hex::encode(Sha256::digest(text));
        if let Some(before) = request::begin(&mut tx, account, key, &digest).await? {
            return Ok(Json(serde_json::from_str(&before).map_err(kernel::No::from)?));
        }
    }
    let done = async {
        let done = deed(&mut tx, &by).await?;
        if let Some(key) = &key {
            request::answer(&mut tx, account, key, &serde_json::to_string(&done)?).await?;
        }
        Ok(done)
    }
    .await;
    Ok(Json(api.desk.conclude(tx, &by, subject, done).await?))
}

/// An id out of a path or a body; one that is none names nothing.
pub(crate) fn id<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, Sorry> {
    text.parse().map_err(|_| nothing(field, text))
}

/// Nothing is named so.
pub(crate) fn nothing(field: &str, text: &str) -> Sorry {
    Refusal::new("resource.not_found", bi("没有该记录", "there is no such record"))
        .missing(field, text, bi("照抄列表中的标识", "take the id from its list"))
        .into()
}

/// Rows as programs read them.
pub(crate) fn readable(rows: &impl Serialize) -> Answer<Json<Value>> {
    let mut value = serde_json::to_value(rows).map_err(kernel::No::from)?;
    tell(&mut value);
    Ok(Json(value))
}

fn tell(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tell),
        Value::Object(fields) => tell_fields(fields),
        _ => {}
    }
}

fn tell_fields(fields: &mut Map<String, Value>) {
    for (name, value) in fields.iter_mut() {
        let instant = name == "at" || name.ends_with("_at");
        match value {
            Value::Number(n) if instant => {
                if let Some(micros) = n.as_i64() {
                    *value = Timestamp(micros).rfc3339().into();
                }
            }
            Value::Object(q) if q.len() == 2 && q.contains_key("milli") && q.contains_key("unit") => {
                let milli = q.get("milli").and_then(Value::as_i64).unwrap_or_default();
                q.remove("milli");
                q.insert("value".into(), kernel::Decimal::new(milli, 3).normalize().to_string().into());
            }
            Value::Array(bytes) if name == "public_key" || name == "signature" => {
                let bytes = bytes.iter().filter_map(|b| b.as_u64().and_then(|b| u8::try_from(b).ok()));
                *value = hex::encode(bytes.collect::<Vec<u8>>()).into();
            }
            other => tell(other),
        }
    }
}
