//! The medians of a sitting, as a table for people and as lines of JSON.

use super::case::{Case, Who};
use crate::sitting::Median;
use clap::ValueEnum;
use comfy_table::{CellAlignment, Table, presets};

pub(crate) struct Medians(pub(crate) Vec<Median<Case, Who>>);

impl Medians {
    pub(crate) fn of(&self, case: Case, who: Who) -> Option<f64> {
        let found = self.0.iter().find(|m| m.case == case && m.who == who);
        found.map(|median| median.value)
    }

    /// A row for each case. Behind each figure stands how many times as fast forktalk is.
    pub(crate) fn table(&self) -> Table {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        let everybody = Who::value_variants();
        let names = everybody.iter().map(|who| who.name());
        table.set_header(["case"].into_iter().chain(names));
        for case in Case::all() {
            let figures = everybody.iter().map(|who| self.figure(case, *who));
            let figures: Vec<String> = figures.collect();
            if figures.iter().any(|figure| !figure.is_empty()) {
                table.add_row([case.to_string()].into_iter().chain(figures));
            }
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    fn figure(&self, case: Case, who: Who) -> String {
        let Some(theirs) = self.of(case, who) else {
            return String::new();
        };
        let figure = match case {
            Case::Load(load) if load.size.bytes() >= 16 << 10 => {
                format!("{:.2} GB/s", theirs * load.size.bytes() as f64 / 1e9)
            }
            Case::Load(_) => format!("{:.2} M/s", theirs / 1e6),
            Case::RoundTrip { .. } => format!("{:.2} µs", theirs * 1e6),
            Case::Alone(_) => format!("{:.1} ns", theirs * 1e9),
        };
        match (who, self.of(case, Who::Forktalk)) {
            (Who::Forktalk, _) | (_, None) => figure,
            (_, Some(ours)) => format!("{figure} ×{}", ratio(case, ours, theirs)),
        }
    }
}

fn ratio(case: Case, ours: f64, theirs: f64) -> String {
    let times = match case {
        Case::Load(_) => ours / theirs,
        Case::RoundTrip { .. } | Case::Alone(_) => theirs / ours,
    };
    match times {
        10.0.. => format!("{times:.0}"),
        _ => format!("{times:.2}"),
    }
}
