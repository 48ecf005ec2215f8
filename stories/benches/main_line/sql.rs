//! The bare inserts beside which lodging is measured: the rows that a lodged declaration leaves behind, and
//! nothing else: no checks, no look-ups, no draw, no hash chain.

pub(crate) const DECLARATION: &str = "insert into declaration (id, no, branch, direction, operator, plant, market, origin, port, mode, goods, risk, stage, lane, selected, rule_version, fingerprint, idem_key, lodged_at, due_at) values ($1, $2, $3, 'export', $4, null, 'JP', 'CN', 'CNNGB', 'general', $5, 'low', 'lodged', 'declaration', false, 'CN-2026/1', $6, null, $7, $7)";
pub(crate) const LINE: &str = "insert into line (id, declaration, line_no, hs, name, milli, unit_code) values ($1, $2, 1, '950300', $3, 10000, 'H87')";
pub(crate) const LOT: &str =
    "insert into lot (id, line, declaration, lot_no, milli, unit_code) values ($1, $2, $3, $4, 10000, 'H87')";
pub(crate) const DECISION: &str = "insert into decision (id, declaration, lane, rate_ppm, draw_ppm, selected, basis, seed, inputs, reasons, rule_version, at) values ($1, $2, 'declaration', 20000, 500000, false, '', $3, $4, $5, 'CN-2026/1', $6)";
pub(crate) const FACT: &str = "insert into ledger (seq, id, at, kind, subject, actor, unit, body, hash) values ($1, $2, $3, 'bare', $4, null, $5, $6, $7)";
