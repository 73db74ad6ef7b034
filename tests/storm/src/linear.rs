//! Whether a history of puts and gets of distinct values is linearizable: whether one order of them, in which each
//! happens at some moment between its beginning and its end, is that of a first-in-first-out queue.
//!
//! For a queue and distinct values that is so if and only if the history is free of a few patterns (Henzinger, Sezgin and
//! Vafeiadis, "Aspect-Oriented Linearizability Proofs", 2013), which can be looked for in O(n log n).

/// From when to when something was asked and answered, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

/// A value's way: when it was put, and when got, if it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value {
    pub(crate) put: Span,
    pub(crate) got: Option<Span>,
}

/// What speaks against a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// This value was got before it was put.
    GotBeforePut(usize),
    /// The first was put before the second, and got after it, or never.
    Overtaken(usize, usize),
    /// A get found the queue empty, while all the time something was in it.
    NeverEmpty(Span),
}

/// Looks at a history: all values, and the gets that found nothing.
pub(crate) fn check(values: &[Value], empty: &[Span]) -> Option<Violation> {
    got_before_put(values)
        .or_else(|| overtaken(values))
        .or_else(|| never_empty(values, empty))
}

fn got_before_put(values: &[Value]) -> Option<Violation> {
    let early = |value: &Value| value.got.is_some_and(|got| got.end < value.put.begin);
    values.iter().position(early).map(Violation::GotBeforePut)
}

/// Two values, of which one was put wholly before the other, and got wholly after it.
fn overtaken(values: &[Value]) -> Option<Violation> {
    let mut by_begin: Vec<usize> = (0..values.len()).collect();
    by_begin.sort_unstable_by_key(|&value| values[value].put.begin);
    let mut by_end: Vec<usize> = (0..values.len()).collect();
    by_end.sort_unstable_by_key(|&value| values[value].put.end);
    let got_from = |value: usize| values[value].got.map_or(u64::MAX, |got| got.begin);
    let mut earlier = by_end.into_iter().peekable();
    // Of those that were put before: the one whose get begins last.
    let mut slowest: Option<usize> = None;
    for later in by_begin {
        let begin = values[later].put.begin;
        while let Some(first) = earlier.next_if(|&first| values[first].put.end < begin) {
            if slowest.is_none_or(|slowest| got_from(slowest) < got_from(first)) {
                slowest = Some(first);
            }
        }
        if let (Some(first), Some(got)) = (slowest, values[later].got)
            && got.end < got_from(first)
        {
            return Some(Violation::Overtaken(first, later));
        }
    }
    None
}

/// A get that found nothing, covered by times at which some value was certainly there.
fn never_empty(values: &[Value], empty: &[Span]) -> Option<Violation> {
    let there = |value: &Value| {
        let until = value.got.map_or(u64::MAX, |got| got.begin);
        (value.put.end < until).then_some((value.put.end, until))
    };
    let mut times: Vec<(u64, u64)> = values.iter().filter_map(there).collect();
    times.sort_unstable();
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for (from, until) in times {
        match merged.last_mut() {
            // At the moment itself at which one is got and another put, it may have been empty.
            Some(last) if from < last.1 => last.1 = last.1.max(until),
            _ => merged.push((from, until)),
        }
    }
    let covered = |span: &&Span| {
        let after = merged.partition_point(|time| time.0 < span.begin);
        let time = after.checked_sub(1).and_then(|index| merged.get(index));
        time.is_some_and(|time| span.end < time.1)
    };
    empty
        .iter()
        .find(covered)
        .copied()
        .map(Violation::NeverEmpty)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn span(begin: u64, end: u64) -> Span {
        Span { begin, end }
    }

    const fn value(put: Span, got: Span) -> Value {
        Value {
            put,
            got: Some(got),
        }
    }

    #[test]
    fn one_after_the_other_in_order_is_linearizable() {
        let history = [value(span(0, 1), span(4, 5)), value(span(2, 3), span(6, 7))];
        assert_eq!(check(&history, &[span(8, 9)]), None);
    }

    #[test]
    fn what_overlaps_may_be_in_either_order() {
        let history = [value(span(0, 3), span(6, 7)), value(span(2, 5), span(4, 5))];
        assert_eq!(check(&history, &[]), None);
    }

    #[test]
    fn a_value_that_was_overtaken_shows() {
        let history = [value(span(0, 1), span(6, 7)), value(span(2, 3), span(4, 5))];
        assert_eq!(check(&history, &[]), Some(Violation::Overtaken(0, 1)));
    }

    #[test]
    fn a_value_that_was_lost_shows_as_soon_as_a_later_one_is_got() {
        let lost = Value {
            put: span(0, 1),
            got: None,
        };
        let history = [lost, value(span(2, 3), span(4, 5))];
        assert_eq!(check(&history, &[]), Some(Violation::Overtaken(0, 1)));
        assert_eq!(check(&[lost], &[]), None, "it may still be there");
    }

    #[test]
    fn a_value_that_was_got_before_it_was_put_shows() {
        let history = [value(span(4, 5), span(1, 2))];
        assert_eq!(check(&history, &[]), Some(Violation::GotBeforePut(0)));
    }

    #[test]
    fn an_empty_queue_that_was_never_empty_shows() {
        let history = [
            value(span(0, 1), span(10, 11)),
            value(span(2, 3), span(20, 21)),
        ];
        assert_eq!(
            check(&history, &[span(4, 6)]),
            Some(Violation::NeverEmpty(span(4, 6)))
        );
        assert_eq!(
            check(&history, &[span(9, 12)]),
            Some(Violation::NeverEmpty(span(9, 12)))
        );
        assert_eq!(
            check(&history, &[span(0, 6)]),
            None,
            "before the first put had returned"
        );
        assert_eq!(
            check(&history, &[span(19, 25)]),
            None,
            "while the last was got"
        );
    }
}
