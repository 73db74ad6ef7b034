//! The medians of a sitting, as tables for people and as lines of JSON.

use super::Who;
use super::case::{Case, FIGURES, Figure, Strategy, Tool};
use crate::sitting::Median;
use comfy_table::{CellAlignment, Table, presets};
use serde::Serialize;

pub(crate) struct Medians(pub(crate) Vec<Median<Case, Who>>);

#[derive(Serialize)]
struct Line<'a> {
    bench: &'a str,
    case: &'a str,
    who: &'a str,
    strategy: &'a str,
    /// Null if it was not reached within so many runs as `not_within` has.
    value: Option<f64>,
    unit: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_within: Option<u64>,
    /// Of ours: how many times as good it is as shuttle's by the same strategy.
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
}

impl Medians {
    pub(super) fn print_json(&self) -> serde_json::Result<()> {
        for median in &self.0 {
            let Who { tool, strategy } = median.who;
            let figure = median.case.figure;
            let line = Line {
                bench: "explore",
                case: &median.case.to_string(),
                who: tool.name(),
                strategy: strategy.name(),
                value: Some(median.value).filter(|value| value.is_finite()),
                unit: figure.unit(),
                not_within: median.value.is_infinite().then(|| figure.most_runs()),
                ratio: match tool {
                    Tool::Forktalk => self.ratio(median.case, strategy),
                    Tool::Shuttle => None,
                },
            };
            println!("{}", serde_json::to_string(&line)?);
        }
        Ok(())
    }

    pub(super) fn print_tables(&self) {
        for figure in FIGURES {
            if self.0.iter().any(|median| median.case.figure == figure) {
                println!("{}\n", title(figure));
                println!("{}\n", self.table(figure));
            }
        }
        println!("×: how many times as good forktalk is as shuttle by the same strategy.");
    }

    /// A row for each program, and one for all of them.
    fn table(&self, figure: Figure) -> Table {
        let mut table = Table::new();
        table.load_style(presets::ASCII_MARKDOWN);
        let strategies = figure.strategies();
        let mut header = vec!["program".to_owned()];
        for strategy in strategies {
            for who in ["forktalk", "shuttle"] {
                header.push(format!("{who} {}", strategy.name()));
            }
        }
        header.push("forktalk is worse by".to_owned());
        table.set_header(header);
        for &program in figure.programs() {
            let case = Case { figure, program };
            let cells = strategies.iter().flat_map(|&strategy| {
                [Tool::Forktalk, Tool::Shuttle].map(|tool| self.cell(case, tool, strategy))
            });
            let cells: Vec<String> = cells.collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                let worse = strategies.iter().filter(|&&one| self.is_worse(case, one));
                let worse: Vec<&str> = worse.map(|strategy| strategy.name()).collect();
                let row = [program.to_owned()].into_iter().chain(cells);
                table.add_row(row.chain([worse.join(", ")]));
            }
        }
        table.add_row(self.all(figure));
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        table
    }

    /// The geometric mean of the ratios, by strategy.
    fn all(&self, figure: Figure) -> Vec<String> {
        let mut row = vec!["geometric mean".to_owned()];
        let mut worse = Vec::new();
        for &strategy in figure.strategies() {
            let programs = figure.programs().iter();
            let ratios: Vec<f64> = programs
                .filter_map(|program| self.ratio(Case { figure, program }, strategy))
                .collect();
            row.push(String::new());
            if ratios.is_empty() {
                row.push(String::new());
                continue;
            }
            let logarithms: f64 = ratios.iter().map(|ratio| ratio.ln()).sum();
            let mean = (logarithms / ratios.len() as f64).exp();
            row.push(times(mean));
            if mean < 1.0 {
                worse.push(strategy.name());
            }
        }
        row.push(worse.join(", "));
        row
    }

    fn cell(&self, case: Case, tool: Tool, strategy: Strategy) -> String {
        let Some(value) = self.of(case, tool, strategy) else {
            return String::new();
        };
        let shown = show(case.figure, value);
        match (tool, self.ratio(case, strategy)) {
            (Tool::Shuttle, Some(ratio)) => format!("{shown} {}", times(ratio)),
            _ => shown,
        }
    }

    fn is_worse(&self, case: Case, strategy: Strategy) -> bool {
        let [ours, theirs] =
            [Tool::Forktalk, Tool::Shuttle].map(|tool| self.of(case, tool, strategy));
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if theirs.is_finite() => {
                case.figure.ratio(ours, theirs) < 1.0
            }
            _ => false,
        }
    }

    /// Nothing if one of the two was not measured, or did not come to an end.
    fn ratio(&self, case: Case, strategy: Strategy) -> Option<f64> {
        let ours = self.of(case, Tool::Forktalk, strategy)?;
        let theirs = self.of(case, Tool::Shuttle, strategy)?;
        (ours.is_finite() && theirs.is_finite()).then(|| case.figure.ratio(ours, theirs))
    }

    fn of(&self, case: Case, tool: Tool, strategy: Strategy) -> Option<f64> {
        let who = Who { tool, strategy };
        let found = self.0.iter().find(|m| m.case == case && m.who == who);
        found.map(|median| median.value)
    }
}

fn title(figure: Figure) -> &'static str {
    match figure {
        Figure::Runs => "Runs a second, on one core",
        Figure::FirstBug => "The first run that fails, median of 20 seeds",
        Figure::FirstBugTime => "The time until that",
        Figure::Exhaust => "The time until everything was seen",
        Figure::ExhaustRuns => "The runs until that",
    }
}

fn show(figure: Figure, value: f64) -> String {
    match figure {
        _ if value.is_infinite() => format!("not in {} runs", figure.most_runs()),
        Figure::Runs => format!("{:.0} k/s", value / 1e3),
        Figure::FirstBug | Figure::ExhaustRuns => format!("{value:.0}"),
        Figure::FirstBugTime | Figure::Exhaust if value < 1e-3 => format!("{:.0} µs", value * 1e6),
        Figure::FirstBugTime | Figure::Exhaust => format!("{:.1} ms", value * 1e3),
    }
}

fn times(ratio: f64) -> String {
    match ratio {
        10.0.. => format!("×{ratio:.0}"),
        _ => format!("×{ratio:.2}"),
    }
}
