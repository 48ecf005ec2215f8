//! Writing every identifier of an event as a GS1 Digital Link (EPCIS 2.0, `GS1-EPC-Format`).

use super::ident::urn_to_digital_link;
use super::model::Event;

/// Turns every EPC URN of an event that has a GS1 Digital Link into it; all else stays as it is.
pub fn use_digital_links(event: &mut Event) {
    let one = |id: &mut String| {
        if let Some(link) = id.starts_with("urn:epc:").then(|| urn_to_digital_link(id)).flatten() {
            *id = link;
        }
    };
    let lists =
        [&mut event.epc_list, &mut event.child_epcs, &mut event.input_epc_list, &mut event.output_epc_list];
    lists.into_iter().flatten().flatten().for_each(one);
    event.parent_id.iter_mut().for_each(one);
    let classes = [
        &mut event.quantity_list,
        &mut event.child_quantity_list,
        &mut event.input_quantity_list,
        &mut event.output_quantity_list,
    ];
    classes.into_iter().flatten().flatten().filter_map(|q| q.epc_class.as_mut()).for_each(one);
    let places = [&mut event.read_point, &mut event.biz_location];
    places.into_iter().flatten().filter_map(|p| p.id.as_mut()).for_each(one);
    let typed = [&mut event.biz_transaction_list, &mut event.source_list, &mut event.destination_list];
    typed.into_iter().flatten().flatten().filter_map(|t| t.id.as_mut()).for_each(one);
}
