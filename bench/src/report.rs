//! The medians as a table for people, or as a line of JSON each.

use crate::case::{Case, Target, Who};
use crate::sitting::Median;
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    bench: &'a str,
    case: &'a str,
    who: &'a str,
    value: f64,
    unit: &'a str,
}

pub(crate) fn line(
    bench: &str,
    case: &str,
    who: &str,
    value: f64,
    unit: &str,
) -> serde_json::Result<()> {
    let line = Line {
        bench,
        case,
        who,
        value,
        unit,
    };
    println!("{}", serde_json::to_string(&line)?);
    Ok(())
}

/// A row for each case; behind each figure its ratio to the bare system calls.
pub(crate) fn table(medians: &[Median<Case, Who>]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    let mut header = vec!["case".to_owned()];
    header.extend(
        Who::value_variants()
            .iter()
            .map(|who| who.name().to_owned()),
    );
    header.push("to reach".to_owned());
    let columns = header.len();
    table.set_header(header);
    for case in Case::value_variants() {
        let of = |who: Who| {
            let found = medians.iter().find(|m| m.case == *case && m.who == who);
            found.map(|median| median.value)
        };
        let Some(bare) = of(Who::Bare) else { continue };
        let mut row = vec![case.name().to_owned()];
        for who in Who::value_variants() {
            row.push(match of(*who) {
                None => "–".to_owned(),
                Some(value) if *who == Who::Bare => figure(*case, value),
                Some(value) => format!("{}  {:.2}", figure(*case, value), value / bare),
            });
        }
        row.push(verdict(*case, of(Who::Forktalk), bare));
        table.add_row(row);
    }
    for column in 1..columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn figure(case: Case, value: f64) -> String {
    match case {
        Case::Bytes(size @ 65536..) => format!("{:.2} GB/s", value * size as f64 / 1e9),
        Case::ForkJoin | Case::SpawnJoin => format!("{:.0} µs", value * 1e6),
        _ => format!("{:.2} M/s", value / 1e6),
    }
}

fn verdict(case: Case, ours: Option<f64>, bare: f64) -> String {
    let (said, reached) = match (case.target(), ours) {
        (None, _) => return "–".to_owned(),
        (Some(_), None) => return String::new(),
        (Some(Target::RateOfBare(least)), Some(ours)) => {
            (format!("≥ {least:.2}"), ours / bare >= least)
        }
        (Some(Target::TimeOfBare(most)), Some(ours)) => {
            (format!("≤ {most:.2}"), ours / bare <= most)
        }
    };
    format!("{said} {}", if reached { "yes" } else { "NO" })
}
