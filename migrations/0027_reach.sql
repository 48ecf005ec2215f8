-- Links and lists that read a table from end to end until now.
create index recall_check_of on recall_check (recall, at, id);
create index lot_removal_of on lot_removal (declaration);
create index lab_result_of on lab_result (test);
create index decision_review_newest on decision_review (opened_at, id);
create index alert_effect_declaration on alert_effect (declaration, alert);
-- An amended declaration enters its lots anew; what points at a lot is looked up when the old ones go.
create index lot_line on lot (line);
create index alert_lot_lot on alert_lot (lot);
create index settlement_lot on settlement (lot);
create index release_evidence_lot on release_evidence (lot);
create index lab_result_lot on lab_result (lot);
create index lab_test_lot on lab_test (lot);
create index sample_lot on sample (lot);
create index record_lot_lot on record_lot (lot);
create index inspection_lot_lot on inspection_lot (lot);
create index series_newest on series (opened_at, id) where ended_at is null;
