//! All SQL of lists and work lists. A list is walked along the index of its narrowest filter; the other filters
//! are looked at on the way. Every list statement takes the same values, so that one caller serves all.

/// The eighteen columns of a declaration, its operator's name, and since when its clock stands.
macro_rules! columns {
    () => {
        "select d.id, d.no, d.branch, d.direction, d.operator, d.plant, d.market, d.mode, d.goods, d.risk, d.stage, d.lane, d.selected, d.rule_version, d.lodged_at, d.due_at, d.accepted_at, d.revision, o.name_zh, o.name_en, d.suspended_since "
    };
}

/// Filters that are not the one that is walked along: $5 stage, $6 lane, $7 branch, $8 operator, $9 market, $10 HS, $11 lot.
macro_rules! others {
    () => {
        " and d.lodged_at >= $4 and ($5 = '' or d.stage = $5) and ($6 = '' or d.lane = $6) and (d.branch = $7 or $7 is null) and (d.operator = $8 or $8 is null) and ($9 = '' or d.market = $9) and ($10 = '' or exists (select 1 from line h where h.declaration = d.id and h.hs = $10)) and ($11 = '' or exists (select 1 from lot b where b.declaration = d.id and b.lot_no = $11))"
    };
}

/// A list along an index that ends in (lodged_at, id).
macro_rules! along {
    ($condition:literal) => {
        concat!(
            columns!(),
            "from declaration d join operator o on o.id = d.operator where ",
            $condition,
            "(d.lodged_at, d.id) < ($1, $2)",
            others!(),
            " order by d.lodged_at desc, d.id desc limit $3"
        )
    };
}

/// A work list, the soonest due first, after a key.
macro_rules! due {
    ($condition:literal) => {
        concat!(
            columns!(),
            "from declaration d join operator o on o.id = d.operator where ",
            $condition,
            " and (d.due_at, d.id) > ($1, $2) order by d.due_at, d.id limit $3"
        )
    };
}

store::statements! {
    LIST = along!("");
    LIST_STAGE = along!("d.stage = $5 and ");
    LIST_LANE = along!("d.lane = $6 and ");
    LIST_BRANCH = along!("d.branch = $7 and ");
    LIST_BRANCH_STAGE = along!("d.branch = $7 and d.stage = $5 and ");
    LIST_OPERATOR = along!("d.operator = $8 and ");
    LIST_MARKET = along!("d.market = $9 and ");
    /// Ids grow with time, so the index (hs, declaration) gives the order; a declaration with two such lines comes once.
    LIST_PRODUCT = concat!(columns!(), "from line n join declaration d on d.id = n.declaration join operator o on o.id = d.operator where n.hs = $10 and n.declaration < $2 and d.lodged_at < $1 and not exists (select 1 from line e where e.declaration = n.declaration and e.hs = n.hs and e.line_no < n.line_no)", others!(), " order by n.declaration desc limit $3");
    /// A lot number is borne by few declarations.
    LIST_LOT = concat!(columns!(), "from declaration d join operator o on o.id = d.operator where d.id in (select q.declaration from lot q where q.lot_no = $11) and (d.lodged_at, d.id) < ($1, $2)", others!(), " order by d.lodged_at desc, d.id desc limit $3");
    DUE = due!("d.stage = $4");
    DUE_BRANCH = due!("d.branch = $5 and d.stage = $4");
    DUE_OPERATOR = due!("d.operator = $5 and d.stage = $4");
    SIGN = due!("d.stage = 'released' and d.direction = 'export'");
    SIGN_BRANCH = due!("d.branch = $4 and d.stage = 'released' and d.direction = 'export'");
    COUNT = "select count(*) from (select 1 from declaration d where d.stage = $1 limit $2) x";
    COUNT_BRANCH = "select count(*) from (select 1 from declaration d where d.branch = $3 and d.stage = $1 limit $2) x";
    COUNT_OPERATOR = "select count(*) from (select 1 from declaration d where d.operator = $3 and d.stage = $1 limit $2) x";
    COUNT_SIGN = "select count(*) from (select 1 from declaration d where d.stage = 'released' and d.direction = 'export' limit $1) x";
    COUNT_SIGN_BRANCH = "select count(*) from (select 1 from declaration d where d.branch = $2 and d.stage = 'released' and d.direction = 'export' limit $1) x";
}
