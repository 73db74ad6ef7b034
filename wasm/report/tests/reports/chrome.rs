//! What the Chrome trace looks like, and that a viewer can draw it.

use std::collections::BTreeMap;

use forktalk_report::chrome_trace;
use insta::assert_snapshot;
use serde_json::Value;

use crate::stories;

#[test]
fn a_forgotten_close_as_a_chrome_trace() {
    assert_snapshot!(chrome_trace(&stories::forgotten_close()));
}

#[test]
fn ping_pong_as_a_chrome_trace() {
    assert_snapshot!(chrome_trace(&stories::ping_pong()));
}

#[test]
fn kills_as_a_chrome_trace() {
    assert_snapshot!(chrome_trace(&stories::killed()));
}

#[test]
fn a_queue_as_a_chrome_trace() {
    assert_snapshot!(chrome_trace(&stories::queue()));
}

/// What a process did from this moment to that one.
type Slices = BTreeMap<i64, Vec<(f64, f64)>>;

#[test]
fn slices_do_not_overlap_and_each_flow_leads_from_one_to_another() {
    for (name, trace) in stories::all() {
        let text = chrome_trace(&trace);
        let all: Value = serde_json::from_str(&text).expect("it is JSON");
        let events = all["traceEvents"].as_array().expect("a list");
        let number = |event: &Value, key: &str| event[key].as_f64().expect("a number");

        let mut slices = Slices::new();
        for event in events.iter().filter(|event| event["ph"] == "X") {
            let (start, lasts) = (number(event, "ts"), number(event, "dur"));
            assert!(start >= 0.0 && lasts > 0.0, "{name}: {event}");
            let own = slices
                .entry(event["tid"].as_i64().expect("a row"))
                .or_default();
            own.push((start, start + lasts));
        }
        for own in slices.values_mut() {
            own.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
            assert!(
                own.windows(2).all(|pair| pair[0].1 <= pair[1].0),
                "{name}: {own:?}"
            );
        }

        let mut flows: BTreeMap<i64, Vec<&Value>> = BTreeMap::new();
        for event in events
            .iter()
            .filter(|event| event["ph"] == "s" || event["ph"] == "f")
        {
            flows
                .entry(event["id"].as_i64().expect("a number"))
                .or_default()
                .push(event);
            let (at, own) = (
                number(event, "ts"),
                &slices[&event["tid"].as_i64().expect("a row")],
            );
            let is_inside = own.iter().any(|(start, end)| *start < at && at < *end);
            assert!(is_inside, "{name}: {event} begins or ends in no slice");
        }
        assert!(!flows.is_empty(), "{name}: something passes");
        for flow in flows.values() {
            let phases: Vec<&str> = flow
                .iter()
                .filter_map(|event| event["ph"].as_str())
                .collect();
            assert_eq!(phases, ["s", "f"], "{name}: {flow:?}");
            assert!(
                number(flow[0], "ts") <= number(flow[1], "ts"),
                "{name}: {flow:?}"
            );
            assert_eq!(flow[0]["cat"], flow[1]["cat"]);
            assert_eq!(flow[0]["name"], flow[1]["name"]);
        }
        let named = events
            .iter()
            .filter(|event| event["name"] == "process_name");
        assert!(named.count() >= slices.len(), "{name}: each row has a name");
    }
}
