//! All SQL of finding.

store::statements! {
    PUT = "insert into find_entry (noun, key, id, code, name_zh, name_en) values ($1, $2, $3, $4, $5, $6) on conflict do nothing";
    SEARCH = "select id, code, name_zh, name_en from find_entry where noun = $1 and key >= $2 and key < $3 order by key, id limit $4";
    OPERATORS = "select id, code, name_zh, name_en from operator where code > $1 order by code limit $2";
    PLANTS = "select id, filing_no, name_zh, name_en from plant where filing_no > $1 order by filing_no limit $2";
    FARMS = "select id, filing_no, name_zh, name_en from farm where filing_no > $1 order by filing_no limit $2";
    OFFICERS = "select id, staff_no, name_zh, name_en from officer where staff_no > $1 order by staff_no limit $2";
    PRODUCTS = "select id, hs, name_zh, name_en from product where hs > $1 order by hs limit $2";
    UNITS = "select id, code, name_zh, name_en from unit where code > $1 order by code limit $2";
}

#[cfg(test)]
pub(super) const FORGET: &str = "delete from find_entry";
