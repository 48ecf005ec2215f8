-- The workload guard counts the contests of a quarter that touch a unit or an officer.
create index challenge_when on challenge (ends_on, starts_on);
create index challenge_member_officer on challenge_member (officer, challenge);
