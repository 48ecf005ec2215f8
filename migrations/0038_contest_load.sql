-- The workload guard counts the contests of a quarter that an officer takes part in.
create index challenge_member_officer on challenge_member (officer, challenge);
