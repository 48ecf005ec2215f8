//! All SQL of the what-if.

store::statements! {
    /// The last decision on each consignment, with what its inspection found and its declared weight, after a key.
    PAGE = "select d.lodged_at, d.id, x.lane, x.rate_ppm, x.draw_ppm, x.selected, x.basis, x.inputs, x.seed, x.rule_version, d.origin, d.port, o.code, coalesce(p.filing_no, ''), (select cast(max(case when e.verdict = 'fail' then 1 else 0 end) as bigint) from release_evidence e where e.declaration = d.id and e.kind = 'inspection'), (select cast(sum(n.milli) as bigint) from line n where n.declaration = d.id and n.unit_code = 'KGM'), w.milli, w.currency from declaration d join operator o on o.id = d.operator left join plant p on p.id = d.plant left join declared_value w on w.declaration = d.id join decision x on x.declaration = d.id where (d.lodged_at, d.id) > ($1, $2) and d.lodged_at < $3 and not exists (select 1 from decision y where y.declaration = d.id and (y.at > x.at or (y.at = x.at and y.id > x.id))) order by d.lodged_at, d.id limit $4";
    /// HS codes of the consignments of a page.
    HS = "select n.declaration, n.hs from declaration d join line n on n.declaration = d.id where (d.lodged_at, d.id) > ($1, $2) and (d.lodged_at, d.id) <= ($3, $4) order by n.declaration, n.line_no";
    COUNT = "select count(*) from declaration where lodged_at >= $1 and lodged_at < $2";
}
