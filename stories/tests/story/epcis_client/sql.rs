//! What a name that changed its meaning would amount to.

/// Subscriptions lead into the house.
pub(crate) const INTO_THE_HOUSE: &str = "update epcis_subscription set dest = 'http://127.0.0.1:9/call'";
