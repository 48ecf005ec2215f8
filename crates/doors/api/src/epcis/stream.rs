//! Standing queries over WebSocket: each message is a query document with the events that are new since the last
//! one. A socket remembers the number up to which it has read, so no event is sent twice and none is left out; it
//! ends when its token does.
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::request::Parts;
use kernel::{Actor, Result, Timestamp, bi};
use registry::identity;
use supervision::epcis::{self, Schedule, query_document, unreadable_subscription};
use trace::epcis::Query;

use super::headers::{EpcFormat, epc_format, text};
use super::queries::asked;
use super::subscriptions::begins;
use crate::answer::Answer;
use crate::server::Api;

/// How often a socket looks for what is new.
const TICK: Duration = Duration::from_millis(250);
/// Ticks after which the token is looked up again.
const TOKEN_TICKS: u32 = 240;
/// Events of one message.
const MOST: i64 = 500;
/// Longest message that is taken from a client: it has nothing to say but good-bye.
const LONGEST_MESSAGE: usize = 4096;

/// A standing query on one socket.
struct Standing {
    api: Api,
    token: String,
    by: Actor,
    name: String,
    query: Query,
    format: EpcFormat,
    /// At every new event, or on a schedule.
    schedule: Option<Schedule>,
    report_if_empty: bool,
    /// The number up to which it has read.
    seen: i64,
}

/// Whether the request asks for a socket.
pub(super) fn wanted(parts: &Parts) -> bool {
    text(&parts.headers, "upgrade").is_some_and(|u| u.eq_ignore_ascii_case("websocket"))
}

/// Opens a socket for one of the caller's own queries; the controls stand in the query of the URL.
pub(super) async fn open(
    api: Api,
    by: Actor,
    name: String,
    mut parts: Parts,
    pairs: &[(String, String)],
) -> Answer {
    let given = |wanted: &str| pairs.iter().find(|(n, _)| n == wanted).map(|(_, v)| v.as_str());
    let schedule = Schedule::read(given)?;
    let streams = given("stream") == Some("true");
    if streams == schedule.is_some() {
        let needed = bi("stream=true 与查询计划二者选一", "exactly one of stream=true and a schedule");
        return Err(unreadable_subscription("stream", given("stream").unwrap_or_default(), needed).into());
    }
    let from = begins(given("initialRecordTime"))?;
    let format = epc_format(&parts.headers)?;
    let mut tx = api.desk.read().await?;
    let query = asked(&mut tx, &by, &name).await?;
    let seen = epcis::newest_number(&mut tx, from).await?;
    drop(tx);
    let token = crate::guard::bearer(&parts).unwrap_or_default().to_owned();
    let report_if_empty = given("reportIfEmpty") == Some("true");
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &api).await.map_err(|e| {
        unreadable_subscription(
            "Upgrade",
            &e.to_string(),
            bi("按 RFC 6455 升级连接", "upgrade the connection as RFC 6455 says"),
        )
    })?;
    let standing = Standing { api, token, by, name, query, format, schedule, report_if_empty, seen };
    Ok(upgrade.max_message_size(LONGEST_MESSAGE).on_upgrade(move |socket| standing.run(socket)))
}

impl Standing {
    async fn run(mut self, mut socket: WebSocket) {
        let mut tick = tokio::time::interval(TICK);
        let (mut last, mut ticks) = (self.api.desk.clock.now(), 0_u32);
        loop {
            tokio::select! {
                message = socket.recv() => match message {
                    None | Some(Err(_) | Ok(Message::Close(_))) => return,
                    Some(Ok(_)) => continue,
                },
                _ = tick.tick() => {}
            }
            ticks = (ticks + 1) % TOKEN_TICKS;
            let now = self.api.desk.clock.now();
            let due = self.schedule.as_ref().is_none_or(|s| s.due(last, now));
            last = now;
            let done = match self.allowed(ticks).await {
                Ok(true) if due => self.tell(&mut socket, now).await,
                Ok(true) => Ok(true),
                Ok(false) => Ok(false),
                Err(no) => Err(no),
            };
            let (code, reason) = match done {
                Ok(true) => continue,
                Ok(false) => (close_code::POLICY, "the token is no longer valid"),
                Err(no) => {
                    tracing::error!(%no, query = self.name, "a standing query failed");
                    (close_code::ERROR, "something failed on our side")
                }
            };
            let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
            let _ = socket.send(Message::Close(Some(frame))).await;
            return;
        }
    }

    /// Whether the token still stands for a login.
    async fn allowed(&self, ticks: u32) -> Result<bool> {
        if ticks > 0 {
            return Ok(true);
        }
        let mut tx = self.api.desk.read().await?;
        Ok(identity::by_token(&mut tx, &self.token).await?.is_some())
    }

    /// Sends what is new, message by message.
    async fn tell(&mut self, socket: &mut WebSocket, now: Timestamp) -> Result<bool> {
        loop {
            let mut tx = self.api.desk.read().await?;
            let (events, upto) = epcis::newest(&mut tx, &self.by, &self.query, self.seen, MOST).await?;
            drop(tx);
            let more = i64::try_from(events.len()).is_ok_and(|n| n >= MOST);
            let empty_report = events.is_empty() && self.schedule.is_some() && self.report_if_empty;
            if !events.is_empty() || empty_report {
                let text = query_document(&events, &self.name, None, self.format == EpcFormat::Links, now)?;
                if socket.send(Message::Text(text.into())).await.is_err() {
                    return Ok(true);
                }
            }
            self.seen = upto;
            if !more {
                return Ok(true);
            }
        }
    }
}
