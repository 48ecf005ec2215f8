//! A trace as JSON, the same at every door.

use super::sheet::event_id;
use super::words::{finding, kind, node_kind, role};
use super::{Found, Source};
use kernel::Timestamp;
use serde_json::{Value, json};
use trace::genealogy::Quantity;

fn moment(at: i64) -> String {
    Timestamp(at.saturating_mul(1000)).rfc3339()
}

/// A quantity with the code of its unit (UN/ECE Recommendation 20); pieces have none.
fn quantity(of: Quantity) -> Value {
    json!({ "milli": of.amount, "unit": of.unit.code() })
}

/// Thousandths as a number; beyond 2^63 as text.
fn milli(of: i128) -> Value {
    i64::try_from(of).map_or_else(|_| json!(of.to_string()), |n| json!(n))
}

/// What a trace found. Parts that were not asked for are empty.
#[must_use]
pub fn json(found: &Found) -> Value {
    let name = |at: usize| found.items.get(at).map(|i| i.name.as_str());
    let nodes = found.items.iter().map(|i| {
        json!({
            "name": i.name, "kind": node_kind(i.kind), "step": i.layer, "asked": i.asked,
            "place": i.place, "at": i.at.map(moment), "quantity": i.quantity.map(quantity),
            "event": i.entry.as_ref().map(event_id),
        })
    });
    let links = found.goods.iter().map(|g| {
        json!({
            "from": name(g.from), "to": name(g.to), "kind": kind(g.kind), "quantity": g.quantity.map(quantity),
            "at": moment(g.happened), "recorded_at": moment(g.recorded), "place": g.place,
            "sender": g.sender, "receiver": g.receiver, "event": event_id(&g.entry), "link": g.link_name(),
        })
    });
    let stops = found.stops.iter().map(|s| {
        let gap = s.gap.as_ref().map(|(place, period)| {
            json!({ "place": place, "from": moment(period.start), "until": moment(period.end) })
        });
        json!({ "name": s.name, "finding": finding(s.finding), "gap": gap })
    });
    let scope = found.scope.iter();
    let scope = scope.map(|(lot, place, of)| json!({ "name": lot, "place": place, "role": role(*of) }));
    let excess = found.excess.iter().map(|(name, entered, left)| {
        json!({ "name": name, "entered_milli_kg": milli(*entered), "left_milli_kg": milli(*left) })
    });
    let supplied = found.supplied.iter().map(|s| {
        json!({
            "farm": s.farm, "month": s.month, "delivered_milli_kg": milli(s.delivered),
            "maximum_milli_kg": s.maximum.map(milli), "over_milli_kg": s.over().map(milli),
        })
    });
    let ended = found.ended.iter().map(|e| {
        json!({
            "from": e.from, "to": e.to, "kind": kind(e.kind), "quantity": e.quantity.map(quantity),
            "at": moment(e.happened), "declared_at": e.declared.map(moment), "reason": e.reason,
            "event": event_id(&e.entry),
        })
    });
    let common = found.common.iter().map(|(name, lots)| json!({ "name": name, "lots": lots }));
    json!({
        "nodes": nodes.collect::<Vec<_>>(), "links": links.collect::<Vec<_>>(),
        "stops": stops.collect::<Vec<_>>(), "unknown": found.unknown,
        "scope": scope.collect::<Vec<_>>(), "excess": excess.collect::<Vec<_>>(),
        "supplied": supplied.collect::<Vec<_>>(), "ended": ended.collect::<Vec<_>>(),
        "common": common.collect::<Vec<_>>(), "sources": sources(found),
    })
}

/// Possible sources: a lead, and it says so.
fn sources(found: &Found) -> Value {
    let Some(s) = &found.sources else { return Value::Null };
    json!({
        "note": "leads for inquiry, not findings",
        "lots": s.lots, "candidates": s.candidates, "settled": s.settled, "no_source": s.no_source,
        "list": s.list.iter().map(source).collect::<Vec<_>>(),
    })
}

fn source(s: &Source) -> Value {
    let explains = s.explains.iter().map(|e| {
        let path = e.path.iter().map(|p| {
            json!({
                "name": p.name, "event": p.entry.as_ref().map(event_id),
                "entered_milli_kg": p.entered.map(milli), "left_milli_kg": p.left.map(milli),
            })
        });
        json!({ "lot": e.lot, "chance": e.chance, "path": path.collect::<Vec<_>>() })
    });
    json!({
        "name": s.name, "kind": node_kind(s.kind), "rank": s.rank, "tied": s.tied, "share": s.share,
        "log_likelihood": s.log_likelihood, "rank_without": s.without,
        "explains": explains.collect::<Vec<_>>(),
    })
}
