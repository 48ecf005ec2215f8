//! The form of a saved genealogy and its opening: one buffer, 8-aligned sections behind a table, checked
//! whole before the first answer so that no damaged file can lead to a wrong one or to a panic.
use std::ops::Range;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::types::{
    AliasRow, EDGE_KINDS, EdgeRow, EntryRow, Hop, LAST, NEVER, NODE_KINDS, NONE, NodeKind, UNMEASURED,
};

pub(super) const MAGIC: [u8; 8] = *b"GMLOTGEN";
pub(super) const VERSION: u32 = 1;
/// Reads differently on a machine of the other byte order.
pub(super) const BYTE_ORDER: u32 = 0x0102_0304;
pub(super) const SECTIONS: usize = 13;

/// The sections, in the order of the table.
pub(super) mod section {
    pub(crate) const NAME_START: usize = 0;
    pub(crate) const TEXT: usize = 1;
    pub(crate) const KIND: usize = 2;
    pub(crate) const BY_NAME: usize = 3;
    pub(crate) const EDGE: usize = 4;
    pub(crate) const OUT_START: usize = 5;
    pub(crate) const OUT: usize = 6;
    pub(crate) const INTO_START: usize = 7;
    pub(crate) const INTO: usize = 8;
    pub(crate) const ENTRY: usize = 9;
    pub(crate) const BY_IDENTITY: usize = 10;
    pub(crate) const BY_PLACE: usize = 11;
    pub(crate) const ALIAS: usize = 12;
}

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Header {
    pub(super) magic: [u8; 8],
    pub(super) version: u32,
    pub(super) byte_order: u32,
    /// Bytes of the whole file, the checksum included.
    pub(super) length: u64,
    /// Offset and length in bytes of each section.
    pub(super) sections: [[u64; 2]; SECTIONS],
}

pub(super) const HEADER: usize = size_of::<Header>();
/// The checksum: CRC-32 (ISO 3309) of all before it, as eight bytes.
pub(super) const TRAILER: usize = 8;

/// Why a saved genealogy was not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotOpen {
    /// The bytes are something else.
    #[error("this is no saved genealogy: its first bytes are not GMLOTGEN")]
    NotAGenealogy,
    /// A later program saved it.
    #[error(
        "the genealogy was saved in form {found}; this program reads form {known}: build it anew from the ledger"
    )]
    Version {
        /// The form found.
        found: u32,
        /// The form this program reads.
        known: u32,
    },
    /// A machine of the other byte order saved it.
    #[error("the genealogy was saved on a machine of the other byte order: build it anew from the ledger")]
    ByteOrder,
    /// Bytes are missing or too many.
    #[error("the genealogy should have {needed} bytes and has {found}: it was not saved whole")]
    Length {
        /// Bytes the header tells of.
        needed: u64,
        /// Bytes there are.
        found: u64,
    },
    /// The checksum does not match.
    #[error("the checksum of the genealogy is wrong: the file was damaged; build it anew from the ledger")]
    Damaged,
    /// A section contradicts the others though the checksum matches.
    #[error("the genealogy contradicts itself in its section of {0}: build it anew from the ledger")]
    Inconsistent(&'static str),
}

/// Bytes at a multiple of eight, whatever they were copied from.
#[derive(Clone, Default)]
pub(super) struct Aligned(pub(super) Vec<u64>);

impl AsRef<[u8]> for Aligned {
    fn as_ref(&self) -> &[u8] {
        bytemuck::cast_slice(&self.0)
    }
}

/// A saved genealogy, opened.
#[derive(Clone)]
pub(super) struct Base {
    bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
    at: [Range<usize>; SECTIONS],
}

/// Its sections as slices.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) name_start: &'a [u64],
    pub(super) text: &'a [u8],
    pub(super) kinds: &'a [u8],
    pub(super) by_name: &'a [u32],
    pub(super) edges: &'a [EdgeRow],
    pub(super) out: Side<'a>,
    pub(super) into: Side<'a>,
    pub(super) entries: &'a [EntryRow],
    pub(super) by_identity: &'a [u32],
    pub(super) by_place: &'a [u32],
    pub(super) aliases: &'a [AliasRow],
}

/// One direction of the adjacency.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) start: &'a [u32],
    pub(super) hops: &'a [Hop],
}

impl<'a> Side<'a> {
    /// Neighbours of a node, each with its link.
    pub(super) fn of(self, node: u32) -> &'a [Hop] {
        match self.start.get(node as usize..node as usize + 2) {
            Some(ends) => &self.hops[ends[0] as usize..ends[1] as usize],
            None => &[],
        }
    }
}

fn header(bytes: &[u8]) -> Result<Header, CannotOpen> {
    let found = bytes.len() as u64;
    if !bytes.starts_with(&MAGIC) {
        return Err(CannotOpen::NotAGenealogy);
    }
    let needed = (HEADER + TRAILER) as u64;
    let head = bytes.get(..HEADER).ok_or(CannotOpen::Length { needed, found })?;
    let header: Header = bytemuck::pod_read_unaligned(head);
    if header.byte_order == BYTE_ORDER.swap_bytes() {
        return Err(CannotOpen::ByteOrder);
    }
    if header.version != VERSION {
        return Err(CannotOpen::Version { found: header.version, known: VERSION });
    }
    if header.length != found || found < needed {
        return Err(CannotOpen::Length { needed: header.length.max(needed), found });
    }
    let (body, trailer) = bytes.split_at(bytes.len() - TRAILER);
    let told: u64 = bytemuck::pod_read_unaligned(trailer);
    if header.byte_order != BYTE_ORDER || told != u64::from(crc32fast::hash(body)) {
        return Err(CannotOpen::Damaged);
    }
    Ok(header)
}

impl Base {
    /// Opens a saved genealogy and checks it whole. Bytes not at a multiple of eight are copied.
    pub(super) fn open<B: AsRef<[u8]> + Send + Sync + 'static>(bytes: B) -> Result<Self, CannotOpen> {
        let bytes: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(bytes);
        let header = header((*bytes).as_ref())?;
        let end = header.length - TRAILER as u64;
        let mut at = [const { 0..0 }; SECTIONS];
        for (range, [offset, length]) in at.iter_mut().zip(header.sections) {
            let past = offset.checked_add(length).filter(|past| *past <= end && offset % 8 == 0);
            let past = past.ok_or(CannotOpen::Inconsistent("sections"))?;
            *range = offset as usize..past as usize;
        }
        let mut base = Self { bytes, at };
        if !(*base.bytes).as_ref().as_ptr().addr().is_multiple_of(8) {
            let mut copy = Aligned(vec![0; header.length.div_ceil(8) as usize]);
            let from = (*base.bytes).as_ref();
            bytemuck::cast_slice_mut::<u64, u8>(&mut copy.0)[..from.len()].copy_from_slice(from);
            base.bytes = Arc::new(copy);
        }
        let sizes = [8, 1, 1, 4, size_of::<EdgeRow>(), 4, 8, 4, 8, size_of::<EntryRow>(), 4, 4, 40];
        if base.at.iter().zip(sizes).any(|(range, size)| !range.len().is_multiple_of(size)) {
            return Err(CannotOpen::Inconsistent("sections"));
        }
        check(&base.view())?;
        Ok(base)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    pub(super) fn view(&self) -> View<'_> {
        let bytes = self.bytes();
        let part = |section: usize| &bytes[self.at[section].clone()];
        let side = |start: usize, hops: usize| Side {
            start: bytemuck::cast_slice(part(start)),
            hops: bytemuck::cast_slice(part(hops)),
        };
        View {
            name_start: bytemuck::cast_slice(part(section::NAME_START)),
            text: part(section::TEXT),
            kinds: part(section::KIND),
            by_name: bytemuck::cast_slice(part(section::BY_NAME)),
            edges: bytemuck::cast_slice(part(section::EDGE)),
            out: side(section::OUT_START, section::OUT),
            into: side(section::INTO_START, section::INTO),
            entries: bytemuck::cast_slice(part(section::ENTRY)),
            by_identity: bytemuck::cast_slice(part(section::BY_IDENTITY)),
            by_place: bytemuck::cast_slice(part(section::BY_PLACE)),
            aliases: bytemuck::cast_slice(part(section::ALIAS)),
        }
    }
}

impl<'a> View<'a> {
    /// Nothing recorded.
    pub(super) const EMPTY: View<'static> = View {
        name_start: &[],
        text: &[],
        kinds: &[],
        by_name: &[],
        edges: &[],
        out: Side { start: &[], hops: &[] },
        into: Side { start: &[], hops: &[] },
        entries: &[],
        by_identity: &[],
        by_place: &[],
        aliases: &[],
    };

    pub(super) fn name(&self, node: u32) -> &'a str {
        let at = node as usize;
        let range = self.name_start[at] as usize..self.name_start[at + 1] as usize;
        std::str::from_utf8(&self.text[range]).unwrap_or_default()
    }

    pub(super) fn kind(&self, node: u32) -> NodeKind {
        NODE_KINDS.get(usize::from(self.kinds[node as usize])).copied().unwrap_or(NodeKind::Text)
    }

    pub(super) fn find(&self, kind: NodeKind, name: &str) -> Option<u32> {
        let order = |node: &u32| (self.name(*node), self.kind(*node)).cmp(&(name, kind));
        self.by_name.binary_search_by(order).ok().map(|at| self.by_name[at])
    }
}

/// Checks every number a walk will follow.
fn check(view: &View<'_>) -> Result<(), CannotOpen> {
    let (nodes, edges, entries) = (view.kinds.len(), view.edges.len(), view.entries.len());
    let need =
        |good: bool, section: &'static str| good.then_some(()).ok_or(CannotOpen::Inconsistent(section));
    need(nodes.max(edges).max(entries) <= LAST as usize, "sections")?;
    let inside = |list: &[u32], limit: usize| list.iter().all(|number| (*number as usize) < limit);
    let text = std::str::from_utf8(view.text).map_err(|_| CannotOpen::Inconsistent("names"))?;
    let starts = view.name_start;
    need(starts.len() == nodes + 1 && starts.is_sorted() && starts[0] == 0, "names")?;
    need(starts[nodes] == text.len() as u64, "names")?;
    need(starts.iter().all(|start| text.is_char_boundary(*start as usize)), "names")?;
    need(view.kinds.iter().all(|kind| usize::from(*kind) < NODE_KINDS.len()), "kinds of nodes")?;
    need(view.by_name.len() == nodes && inside(view.by_name, nodes), "order of names")?;
    let good_edge = |row: &EdgeRow| {
        (row.from as usize) < nodes
            && (row.to as usize) < nodes
            && (row.entry as usize) < entries
            && usize::from(row.kind) < EDGE_KINDS.len()
            && row.unit.iter().all(|byte| *byte == 0 || byte.is_ascii_alphanumeric())
            && (row.quantity != UNMEASURED || row.unit == [0; 3])
    };
    need(view.edges.iter().all(good_edge), "links")?;
    for side in [view.out, view.into] {
        let starts = side.start;
        need(starts.len() == nodes + 1 && starts.is_sorted() && starts[0] == 0, "neighbours")?;
        need(starts[nodes] as usize == edges && side.hops.len() == edges, "neighbours")?;
        let good = |hop: &Hop| (hop.far as usize) < nodes && (hop.edge() as usize) < edges;
        need(side.hops.iter().all(good), "neighbours")?;
    }
    let node = |number: u32| number == NONE || (number as usize) < nodes;
    let good_entry = |row: &EntryRow| {
        node(row.place)
            && node(row.source)
            && node(row.destination)
            && node(row.reason)
            && row.recorded < NEVER
            && row.withdrawn >= row.recorded
    };
    need(view.entries.iter().all(good_entry), "entries")?;
    // Every link belongs to the entry that counts it, and none is left over.
    let mut left = view.edges;
    for (number, row) in view.entries.iter().enumerate() {
        let (mine, rest) =
            left.split_at_checked(row.count as usize).ok_or(CannotOpen::Inconsistent("entries"))?;
        need(row.first as usize == edges - left.len(), "entries")?;
        need(mine.iter().all(|edge| edge.entry as usize == number), "entries")?;
        left = rest;
    }
    need(left.is_empty(), "entries")?;
    need(view.by_identity.len() == entries && inside(view.by_identity, entries), "identities")?;
    let placed = |entry: &u32| view.entries[*entry as usize].place != NONE;
    need(inside(view.by_place, entries) && view.by_place.iter().all(placed), "places")?;
    let order = |entry: &u32| (view.entries[*entry as usize].place, view.entries[*entry as usize].happened);
    need(view.by_place.is_sorted_by_key(order), "places")?;
    need(view.aliases.iter().all(|alias| (alias.entry as usize) < entries), "identifiers")
}
