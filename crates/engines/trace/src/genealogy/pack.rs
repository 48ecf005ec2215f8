//! Folds what was recorded since into a new buffer in the form of a file, which is both what is saved and
//! what is walked.
use std::cmp::Ordering;

use super::layout::{Aligned, BYTE_ORDER, HEADER, Header, MAGIC, SECTIONS, TRAILER, VERSION, section};
use super::log::{Delta, Reader};
use super::types::{AliasRow, EdgeRow, EntryRow, Hop, NONE};

/// Merges a sorted list with fresh numbers; equal ones keep their order of recording.
fn merged(sorted: &[u32], mut fresh: Vec<u32>, order: impl Fn(u32, u32) -> Ordering) -> Vec<u32> {
    fresh.sort_by(|a, b| order(*a, *b));
    let mut list = Vec::with_capacity(sorted.len() + fresh.len());
    let mut old = sorted.iter().copied().peekable();
    for number in fresh {
        while let Some(before) = old.next_if(|before| order(*before, number) != Ordering::Greater) {
            list.push(before);
        }
        list.push(number);
    }
    list.extend(old);
    list
}

struct Plan {
    header: Header,
    next: usize,
}

impl Plan {
    fn new() -> Self {
        let header = Header {
            magic: MAGIC,
            version: VERSION,
            byte_order: BYTE_ORDER,
            length: 0,
            sections: [[0; 2]; SECTIONS],
        };
        Self { header, next: HEADER.next_multiple_of(8) }
    }

    fn reserve<T>(&mut self, section: usize, items: usize) {
        let length = items * size_of::<T>();
        self.header.sections[section] = [self.next as u64, length as u64];
        self.next = (self.next + length).next_multiple_of(8);
    }
}

struct Buffer {
    words: Vec<u64>,
    sections: [[u64; 2]; SECTIONS],
}

impl Buffer {
    fn part<T: bytemuck::Pod>(&mut self, section: usize) -> &mut [T] {
        let [offset, length] = self.sections[section];
        let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut self.words);
        bytemuck::cast_slice_mut(&mut bytes[offset as usize..(offset + length) as usize])
    }
}

/// The whole record in the form of a file.
pub(super) fn pack(reader: Reader<'_>, delta: &Delta) -> Aligned {
    let (nodes, edges, entries) = (reader.nodes(), reader.edges(), reader.entries());
    let text = reader.base.text.len() + delta.names.iter().map(|(_, name)| name.len()).sum::<usize>();
    let by_place = by_place(reader);
    let aliases = aliases(reader, delta);
    let mut plan = Plan::new();
    plan.reserve::<u64>(section::NAME_START, nodes + 1);
    plan.reserve::<u8>(section::TEXT, text);
    plan.reserve::<u8>(section::KIND, nodes);
    plan.reserve::<u32>(section::BY_NAME, nodes);
    plan.reserve::<EdgeRow>(section::EDGE, edges);
    for (start, hops) in [(section::OUT_START, section::OUT), (section::INTO_START, section::INTO)] {
        plan.reserve::<u32>(start, nodes + 1);
        plan.reserve::<Hop>(hops, edges);
    }
    plan.reserve::<EntryRow>(section::ENTRY, entries);
    plan.reserve::<u32>(section::BY_IDENTITY, entries);
    plan.reserve::<u32>(section::BY_PLACE, by_place.len());
    plan.reserve::<AliasRow>(section::ALIAS, aliases.len());
    plan.header.length = (plan.next + TRAILER) as u64;
    let words = vec![0; (plan.next + TRAILER) / 8];
    let mut buffer = Buffer { words, sections: plan.header.sections };

    write_names(&mut buffer, reader, delta);
    let rows = buffer.part::<EdgeRow>(section::EDGE);
    rows[..reader.base.edges.len()].copy_from_slice(reader.base.edges);
    rows[reader.base.edges.len()..].copy_from_slice(&delta.edges);
    write_side(&mut buffer, reader, section::OUT_START, section::OUT, |row| (row.from, row.to));
    write_side(&mut buffer, reader, section::INTO_START, section::INTO, |row| (row.to, row.from));
    for (number, row) in buffer.part::<EntryRow>(section::ENTRY).iter_mut().enumerate() {
        *row = reader.entry(number as u32);
    }
    let fresh = (reader.base.entries.len() as u32..entries as u32).collect();
    let identity = |entry: u32| reader.entry_row(entry).identity;
    let order = merged(reader.base.by_identity, fresh, |a, b| identity(a).cmp(&identity(b)));
    buffer.part::<u32>(section::BY_IDENTITY).copy_from_slice(&order);
    buffer.part::<u32>(section::BY_PLACE).copy_from_slice(&by_place);
    buffer.part::<AliasRow>(section::ALIAS).copy_from_slice(&aliases);
    seal(buffer, &plan.header)
}

fn seal(mut buffer: Buffer, header: &Header) -> Aligned {
    let bytes: &mut [u8] = bytemuck::cast_slice_mut(&mut buffer.words);
    bytes[..HEADER].copy_from_slice(bytemuck::bytes_of(header));
    let end = bytes.len() - TRAILER;
    let checksum = u64::from(crc32fast::hash(&bytes[..end]));
    bytes[end..].copy_from_slice(bytemuck::bytes_of(&checksum));
    Aligned(buffer.words)
}

fn write_names(buffer: &mut Buffer, reader: Reader<'_>, delta: &Delta) {
    let base = reader.base;
    let text = buffer.part::<u8>(section::TEXT);
    text[..base.text.len()].copy_from_slice(base.text);
    let mut at = base.text.len();
    for (_, name) in &delta.names {
        text[at..at + name.len()].copy_from_slice(name.as_bytes());
        at += name.len();
    }
    let starts = buffer.part::<u64>(section::NAME_START);
    starts[..base.name_start.len()].copy_from_slice(base.name_start);
    let mut at = base.text.len() as u64;
    starts[base.kinds.len()] = at;
    for (start, (_, name)) in starts[base.kinds.len() + 1..].iter_mut().zip(&delta.names) {
        at += name.len() as u64;
        *start = at;
    }
    let kinds = buffer.part::<u8>(section::KIND);
    kinds[..base.kinds.len()].copy_from_slice(base.kinds);
    for (slot, (kind, _)) in kinds[base.kinds.len()..].iter_mut().zip(&delta.names) {
        *slot = *kind as u8;
    }
    let fresh = (base.kinds.len() as u32..reader.nodes() as u32).collect();
    let key = |node: u32| (reader.name(node), reader.kind(node));
    let order = merged(base.by_name, fresh, |a, b| key(a).cmp(&key(b)));
    buffer.part::<u32>(section::BY_NAME).copy_from_slice(&order);
}

fn write_side(
    buffer: &mut Buffer,
    reader: Reader<'_>,
    start: usize,
    hops: usize,
    ends: impl Fn(&EdgeRow) -> (u32, u32),
) {
    let rows = || reader.base.edges.iter().chain(&reader.delta.edges);
    let starts = buffer.part::<u32>(start);
    for row in rows() {
        starts[ends(row).0 as usize + 1] += 1;
    }
    for node in 1..starts.len() {
        starts[node] += starts[node - 1];
    }
    let mut slot = starts.to_vec();
    let list = buffer.part::<Hop>(hops);
    for (edge, row) in rows().enumerate() {
        let (near, far) = ends(row);
        let at = &mut slot[near as usize];
        list[*at as usize] = Hop::of(far, edge as u32, row);
        *at += 1;
    }
}

fn by_place(reader: Reader<'_>) -> Vec<u32> {
    let placed = |entry: &u32| reader.entry_row(*entry).place != NONE;
    let fresh = (reader.base.entries.len() as u32..reader.entries() as u32).filter(placed).collect();
    let key = |entry: u32| {
        let row = reader.entry_row(entry);
        (row.place, row.happened)
    };
    merged(reader.base.by_place, fresh, |a, b| key(a).cmp(&key(b)))
}

fn aliases(reader: Reader<'_>, delta: &Delta) -> Vec<AliasRow> {
    let mut list = reader.base.aliases.to_vec();
    list.extend_from_slice(&delta.aliases);
    list.sort_by_key(|alias| (alias.identity, alias.entry));
    list
}
