//! The rail of rooms: which rooms there are, in which group, and for which roles. A room that a login cannot
//! open is not shown; the palette finds the same rooms by their names.
use kernel::Role;
use maud::Markup;

use crate::guard::{AccountReaders, AnyRole, RoleSet, Staff};
use crate::look::{Lang, NavGroup, NavItem, Shell, t};

/// One room: its word and its address.
struct Room {
    word: &'static str,
    href: &'static str,
    roles: &'static [Role],
}

const fn room(word: &'static str, href: &'static str, roles: &'static [Role]) -> Room {
    Room { word, href, roles }
}

/// All rooms by group.
const ROOMS: &[(&str, &[Room])] = &[
    (
        "supervision",
        &[
            room("my-work", "/", AnyRole::ROLES),
            room("declarations", "/declarations", AnyRole::ROLES),
            room("inspections", "/inspections", Staff::ROLES),
            room("lab-samples", "/samples", Staff::ROLES),
            room("release-desk", "/release", Staff::ROLES),
            room("certificates", "/certificates", AnyRole::ROLES),
            room("risk-desk", "/risk", Staff::ROLES),
            room("sampling-plans", "/sampling", AnyRole::ROLES),
            room("fu-notifications", "/notifications", Staff::ROLES),
            room("fu-traces", "/tracebacks", Staff::ROLES),
            room("fu-recalls", "/recalls", Staff::ROLES),
            room("trace", "/trace", AnyRole::ROLES),
        ],
    ),
    (
        "excellence",
        &[
            room("brands", "/brands", Staff::ROLES),
            room("indicators", "/indicators", Staff::ROLES),
            room("challenges", "/challenges", Staff::ROLES),
            room("tour", "/tour", Staff::ROLES),
        ],
    ),
    (
        "registry",
        &[
            room("operators", "/operators", Staff::ROLES),
            room("supply", "/supply", AnyRole::ROLES),
            room("plants", "/plants", Staff::ROLES),
            room("farms", "/farms", Staff::ROLES),
            room("products", "/products", Staff::ROLES),
            room("rule-packs", "/rules", Staff::ROLES),
            room("working-day-calendar", "/calendar", Staff::ROLES),
        ],
    ),
    (
        "staff-and-posts",
        &[
            room("units", "/units", Staff::ROLES),
            room("posts", "/posts", Staff::ROLES),
            room("officers", "/officers", Staff::ROLES),
            room("authorisations", "/authorisations", Staff::ROLES),
            room("assessments", "/assessments", Staff::ROLES),
            room("reviews", "/reviews", Staff::ROLES),
        ],
    ),
    (
        "installation",
        &[
            room("ledger", "/ledger", Staff::ROLES),
            room("accounts", "/accounts", AccountReaders::ROLES),
            room("jobs", "/jobs", AccountReaders::ROLES),
            room("my-account", "/account", AnyRole::ROLES),
        ],
    ),
];

/// The rooms that a login with these roles may open: word and address.
pub(crate) fn rooms(lang: Lang, roles: &[Role]) -> Vec<(String, &'static str)> {
    let all = ROOMS.iter().flat_map(|(_, rooms)| rooms.iter());
    all.filter(|r| open_to(r, roles)).map(|r| (t(lang, r.word), r.href)).collect()
}

fn open_to(room: &Room, roles: &[Role]) -> bool {
    roles.iter().any(|role| room.roles.contains(role))
}

/// Draws the frame with the rooms of these roles.
pub(crate) fn with_rooms(
    lang: Lang,
    roles: &[Role],
    frame: Shell<'_>,
    body: Markup,
    draw: fn(&Shell<'_>, Markup) -> Markup,
) -> Markup {
    let words: Vec<(String, Vec<(String, &str)>)> = ROOMS
        .iter()
        .map(|(group, rooms)| {
            let open = rooms.iter().filter(|r| open_to(r, roles)).map(|r| (t(lang, r.word), r.href));
            (t(lang, group), open.collect::<Vec<_>>())
        })
        .filter(|(_, rooms)| !rooms.is_empty())
        .collect();
    let nav: Vec<NavGroup<'_>> = words
        .iter()
        .map(|(title, rooms)| NavGroup {
            title,
            items: rooms.iter().map(|(label, href)| NavItem { label, href, count: None }).collect(),
        })
        .collect();
    draw(&Shell { nav: &nav, ..frame }, body)
}
