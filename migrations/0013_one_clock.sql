-- Time in the laboratory stands with the other suspensions of the promised clock.
drop table laboratory_time;
