//! Every story of the bureau, on both databases: one program, so that it is linked once.

mod alert;
mod amendment;
mod api;
mod assessment;
mod brand;
mod brand_world;
mod certificate;
mod competence;
mod declaration;
mod epcis_client;
mod figures;
mod follow_up;
mod hostile;
mod inspection;
mod laboratory;
mod main_line;
mod monitoring;
mod notification;
mod registry;
mod release;
mod risk;
mod score;
mod scorecard;
mod trace;
mod traceback;
mod worklist;
