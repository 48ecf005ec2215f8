//! All SQL of operators, plants, farms and products.

store::statements! {
    OPERATOR_ADD = "insert into operator (id, code, kind, name_zh, name_en, class, since) values ($1, $2, $3, $4, $5, $6, $7)";
    OPERATOR = "select id, code, kind, name_zh, name_en, class from operator where id = $1";
    OPERATOR_BY_CODE = "select id, code, kind, name_zh, name_en, class from operator where code = $1";
    OPERATORS = "select id, code, kind, name_zh, name_en, class from operator where code > $1 order by code limit $2";
    OPERATOR_CLASS = "update operator set class = $2 where id = $1";
    PLANT_ADD = "insert into plant (id, filing_no, operator, name_zh, name_en, branch, since) values ($1, $2, $3, $4, $5, $6, $7)";
    PLANT = "select id, filing_no, operator, name_zh, name_en, branch from plant where id = $1";
    PLANT_BY_NO = "select id, filing_no, operator, name_zh, name_en, branch from plant where filing_no = $1";
    PLANTS = "select id, filing_no, operator, name_zh, name_en, branch from plant where filing_no > $1 order by filing_no limit $2";
    PLANTS_IN = "select id, filing_no, operator, name_zh, name_en, branch from plant where branch = $3 and filing_no > $1 order by filing_no limit $2";
    PLANTS_OWN = "select id, filing_no, operator, name_zh, name_en, branch from plant where operator = $3 and filing_no > $1 order by filing_no limit $2";
    PLANTS_OF = "select id, filing_no, operator, name_zh, name_en, branch from plant where operator = $1 order by filing_no limit 200";
    FARM_ADD = "insert into farm (id, filing_no, plant, name_zh, name_en, area_mu, month_max_kg, since) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    PRODUCT_ADD = "insert into product (id, hs, name_zh, name_en, risk, food, since) values ($1, $2, $3, $4, $5, $6, $7)";
    FARM = "select id, filing_no, plant, name_zh, name_en, area_mu, month_max_kg from farm where id = $1";
    FARMS = "select id, filing_no, plant, name_zh, name_en, area_mu, month_max_kg from farm where filing_no > $1 order by filing_no limit $2";
    FARMS_OF = "select id, filing_no, plant, name_zh, name_en, area_mu, month_max_kg from farm where plant = $1 order by filing_no limit 200";
    PRODUCT_RISK = "update product set risk = $2 where id = $1";
    PRODUCT = "select id, hs, name_zh, name_en, risk, food from product where id = $1";
    PRODUCT_BY_HS = "select id, hs, name_zh, name_en, risk, food from product where hs = $1";
    PRODUCTS = "select id, hs, name_zh, name_en, risk, food from product where hs > $1 order by hs limit $2";
}
