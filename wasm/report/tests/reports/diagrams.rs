//! What the diagram in the terminal looks like.

use forktalk_explore::Trace;
use forktalk_report::diagram;
use insta::assert_snapshot;
use unicode_width::UnicodeWidthStr;

use crate::guests::{Do, from_line};
use crate::stories;

#[test]
fn one_sees_why_a_forgotten_close_hangs() {
    assert_snapshot!(diagram(&stories::forgotten_close(), 90));
}

#[test]
fn one_sees_a_ball_go_there_and_back() {
    assert_snapshot!(diagram(&stories::ping_pong(), 90));
}

#[test]
fn one_sees_who_was_killed_by_whom() {
    assert_snapshot!(diagram(&stories::killed(), 100));
}

#[test]
fn one_sees_whose_item_was_got() {
    assert_snapshot!(diagram(&stories::queue(), 90));
}

#[test]
fn with_too_many_processes_the_words_stand_behind_the_lifelines() {
    assert_snapshot!(diagram(&stories::crowd(), 80));
}

#[test]
fn in_a_long_diagram_steps_that_are_alike_share_a_row() {
    assert_snapshot!(diagram(&stories::many_messages(), 90));
}

#[test]
fn a_deadlock_of_a_crowd_is_told_too() {
    let reader = from_line(20, [Do::Read(3, 8)]);
    let mut root = vec![Do::Pipe];
    root.extend((0..6).map(|_| Do::Fork("reader", reader.clone())));
    root.push(Do::Wait(2));
    let trace = stories::run(crate::guests::Guest::of(4, root), "1-linux-0");
    assert_snapshot!(diagram(&trace, 80));
}

#[test]
fn a_name_of_wide_letters_moves_nothing() {
    let child = from_line(
        20,
        [
            Do::Close(3),
            Do::Write(4, "5"),
            Do::Print("管道管道管道管道管道管道\n"),
        ],
    );
    let root = [
        Do::Pipe,
        Do::Fork("读者读者读者读者读者", child),
        Do::Close(4),
        Do::Read(3, 8),
        Do::Wait(2),
    ];
    assert_snapshot!(diagram(&stories::run(from_line(4, root), "1-linux-0"), 60));
}

#[test]
fn a_story_without_an_end_stops_where_it_stops() {
    let mut trace = stories::forgotten_close();
    trace.steps.truncate(5);
    trace.end = None;
    assert_snapshot!(diagram(&trace, 90));
    assert_snapshot!(diagram(&Trace::default(), 90));
}

#[test]
fn a_choice_that_nobody_has_heard_of_is_shown_by_its_name() {
    let mut trace = stories::forgotten_close();
    trace.steps[1].choice = "interrupt".to_owned();
    let drawn = diagram(&trace, 90);
    assert!(drawn.contains("● interrupt: pipe"), "{drawn}");
}

#[test]
fn no_line_is_wider_than_it_may_be() {
    for (name, trace) in stories::all() {
        for width in [60, 73, 100, 200] {
            for line in diagram(&trace, width)
                .lines()
                .filter(|line| !line.starts_with("The run"))
            {
                // So many processes need some room for words behind them.
                let most = if name == "crowd" {
                    width.max(90)
                } else {
                    width
                };
                assert!(line.width() <= most, "{name}, {width}: {line}");
            }
        }
    }
}
