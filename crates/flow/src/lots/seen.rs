//! Who sees how much of a trace: the authority all of it; a party what is its own, one step up and one step down.

use super::Found;
use kernel::{Actor, Result, Scope};
use registry::trade;
use std::collections::HashSet;
use store::Tx;
use supervision::{epcis, trail::names};

/// Plants read at a time.
const PLANTS: i64 = 500;

/// The names by which a party's own places and goods are known; none for who sees everything.
///
/// # Errors
/// The database does not answer.
pub async fn own_names(tx: &mut Tx, by: &Actor) -> Result<Option<HashSet<String>>> {
    let Scope::Operator(operator) = by.scope else { return Ok(None) };
    let mut own: HashSet<String> = epcis::parties(tx, operator).await?.into_iter().collect();
    if let Some(o) = trade::operator(tx, operator).await? {
        own.insert(names::operator(&o.code));
    }
    let mut after = String::new();
    loop {
        let page = trade::plants_within(tx, by, &after, PLANTS).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.filing_no);
        own.extend(page.iter().map(|p| names::plant(&p.filing_no)));
    }
    Ok(Some(own))
}

/// Whether something is a party's own by its name: the party itself, a place of it, a lot that it made or received.
fn is_own(name: &str, own: &HashSet<String>) -> bool {
    if own.contains(name) {
        return true;
    }
    match names::read(name) {
        Some(("lot" | "raw", parts)) => {
            let maker = parts.first().map_or("", String::as_str);
            own.contains(&names::plant(maker)) || own.contains(&names::operator(maker))
        }
        _ => false,
    }
}

/// What a party sees of a trace: its own, and what one link joins to that. What is told of the whole, such as breaks,
/// balances and common sources, is told of its own only.
#[must_use]
pub fn only(mut found: Found, own: &HashSet<String>) -> Found {
    let at_own = |place: &Option<String>| place.as_deref().is_some_and(|p| own.contains(p));
    let mine: Vec<bool> = found.items.iter().map(|i| is_own(&i.name, own) || at_own(&i.place)).collect();
    let mut kept = mine.clone();
    found.goods.retain(|g| mine[g.from] || mine[g.to]);
    for g in &found.goods {
        kept[g.from] = true;
        kept[g.to] = true;
    }
    let mut moved = vec![0_usize; kept.len()];
    let mut n = 0;
    for (at, keep) in kept.iter().enumerate() {
        moved[at] = n;
        n += usize::from(*keep);
    }
    for g in &mut found.goods {
        (g.from, g.to) = (moved[g.from], moved[g.to]);
    }
    // Where and from what a neighbour has its goods is the neighbour's.
    for (item, mine) in found.items.iter_mut().zip(&mine) {
        if !mine {
            (item.entry, item.place) = (None, None);
        }
    }
    let mut at = 0;
    found.items.retain(|_| {
        at += 1;
        kept[at - 1]
    });
    // What is another's is as if the record did not know it, and what it does not know is told of nobody.
    found.unknown.clear();
    let shown: HashSet<&str> = found.items.iter().map(|i| i.name.as_str()).collect();
    found.stops.retain(|s| is_own(&s.name, own) && shown.contains(s.name.as_str()));
    found.scope.clear();
    found.excess.retain(|(name, _, _)| is_own(name, own));
    found.common.clear();
    found.sources = None;
    found.supplied.clear();
    found.ended.retain(|e| is_own(&e.from, own) || is_own(&e.to, own));
    found.shut.retain(|(from, to)| shown.contains(from.as_str()) && shown.contains(to.as_str()));
    found
}

#[cfg(test)]
mod tests {
    use super::super::{Ended, Goods, Item};
    use super::*;
    use trace::genealogy::{EdgeKind, NodeKind};

    fn item(name: String) -> Item {
        Item {
            name,
            kind: NodeKind::Lot,
            layer: 0,
            place: None,
            at: None,
            quantity: None,
            entry: Some([7; 32]),
            asked: false,
        }
    }

    fn link(from: usize, to: usize) -> Goods {
        Goods {
            from,
            to,
            kind: EdgeKind::Shipment,
            quantity: None,
            happened: 0,
            recorded: 0,
            place: None,
            sender: None,
            receiver: None,
            entry: [0; 32],
            number: 0,
        }
    }

    #[test]
    fn a_party_sees_its_own_one_up_and_one_down() {
        // A farm, its field's neighbour, the plant's raw lot, its lot, the consignment, the consignee.
        let items = vec![
            item("urn:x:seed".into()),
            item(names::farm("NB01")),
            item(names::raw("P1", "R1")),
            item(names::lot("P1", "L1")),
            item(names::consignment("C1")),
            item(names::consignee("JP", "Maruha")),
            item(names::lot("P2", "L9")),
        ];
        let goods = vec![link(0, 1), link(1, 2), link(2, 3), link(3, 4), link(4, 5), link(6, 4)];
        let said = |from: String, to: String| Ended {
            from,
            to,
            kind: EdgeKind::Shipment,
            quantity: None,
            happened: 0,
            declared: Some(1),
            reason: None,
            entry: [0; 32],
        };
        let ended = vec![
            said(names::lot("P1", "L1"), names::consignment("C1")),
            said(names::lot("P2", "L9"), names::consignment("C1")),
        ];
        let sources = Some(super::super::Sources::default());
        let found = Found { items, goods, ended, sources, ..Found::default() };
        let own = HashSet::from([names::plant("P1")]);
        let seen = only(found, &own);
        let told: Vec<&str> = seen.items.iter().map(|i| i.name.as_str()).collect();
        let expected =
            [names::farm("NB01"), names::raw("P1", "R1"), names::lot("P1", "L1"), names::consignment("C1")];
        assert_eq!(told, expected);
        let links: Vec<(usize, usize)> = seen.goods.iter().map(|g| (g.from, g.to)).collect();
        assert_eq!(links, [(0, 1), (1, 2), (2, 3)]);
        assert_eq!((seen.items[0].entry, seen.sources), (None, None));
        let ended: Vec<&str> = seen.ended.iter().map(|e| e.from.as_str()).collect();
        assert_eq!(ended, [names::lot("P1", "L1")], "what was said of another's goods is the other's");
    }
}
