//! The rates, drawn: a panel for each crowd of putters and getters, a line for each who is measured.

use super::case::{CROWDS, Case, Load, SIZES, Way, Who};
use super::medians::Medians;
use super::rig::Answer;
use plotters::coord::Shift;
use plotters::prelude::*;
use std::path::Path;

const PIXELS: (u32, u32) = (1000, 860);
const CAPTION_PIXELS: u32 = 60;

/// What one line shows.
struct Line {
    way: Way,
    who: Who,
    name: &'static str,
    color: RGBColor,
}

/// Colors that most of those who see few can tell apart (Okabe and Ito, "Color Universal Design", 2008).
const LINES: [Line; 8] = [
    line(Way::PutGet, Who::Forktalk, "forktalk", RGBColor(213, 94, 0)),
    line(
        Way::Batch,
        Who::Forktalk,
        "forktalk, in batches",
        RGBColor(230, 159, 0),
    ),
    line(Way::PutGet, Who::Cpython, "CPython", RGBColor(0, 114, 178)),
    line(
        Way::PutGet,
        Who::IpcChannel,
        "ipc-channel",
        RGBColor(0, 158, 115),
    ),
    line(
        Way::PutGet,
        Who::Iceoryx2,
        "iceoryx2",
        RGBColor(204, 121, 167),
    ),
    line(
        Way::PutGet,
        Who::Crossbeam,
        "crossbeam (threads)",
        RGBColor(86, 180, 233),
    ),
    line(Way::PutGet, Who::Ring, "bare ring", RGBColor(0, 0, 0)),
    line(
        Way::Batch,
        Who::Ring,
        "bare ring, in batches",
        RGBColor(150, 150, 150),
    ),
];

const fn line(way: Way, who: Who, name: &'static str, color: RGBColor) -> Line {
    Line {
        way,
        who,
        name,
        color,
    }
}

pub(crate) fn draw(medians: &Medians, path: &Path) -> Answer<()> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, PIXELS).into_drawing_area();
        area.fill(&WHITE).map_err(said)?;
        let (caption, panels) = area.split_vertically(CAPTION_PIXELS);
        legend(&caption)?;
        for (panel, crowd) in panels.split_evenly((2, 2)).iter().zip(CROWDS) {
            draw_crowd(medians, panel, crowd)?;
        }
        area.present().map_err(said)?;
    }
    Ok(std::fs::write(path, svg)?)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

fn legend(area: &Area<'_>) -> Answer<()> {
    let (width, _) = area.dim_in_pixel();
    let column = width.cast_signed() / 4;
    for (index, line) in (0..).zip(&LINES) {
        let (x, y) = (20 + index % 4 * column, 20 + index / 4 * 22);
        let stroke = [(x, y), (x + 24, y)];
        area.draw(&PathElement::new(stroke, line.color.stroke_width(2)))
            .map_err(said)?;
        let text = Text::new(line.name, (x + 32, y - 7), ("sans-serif", 14));
        area.draw(&text).map_err(said)?;
    }
    Ok(())
}

fn draw_crowd(medians: &Medians, area: &Area<'_>, (putters, getters): (u32, u32)) -> Answer<()> {
    let plural = |count| if count == 1 { "" } else { "s" };
    let (p, g) = (plural(putters), plural(getters));
    let title = format!("{putters} putter{p}, {getters} getter{g}: messages a second");
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(28)
        .y_label_area_size(56)
        .build_cartesian_2d((6.0..1.5e6).log_scale(), (1e2..2e8).log_scale())
        .map_err(said)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_labels(12)
        .x_label_formatter(&|bytes| with_unit(*bytes, "B"))
        .y_label_formatter(&|rate| with_unit(*rate, ""))
        .draw()
        .map_err(said)?;
    for line in &LINES {
        let points: Vec<(f64, f64)> = SIZES
            .into_iter()
            .filter_map(|size| {
                let load = Load {
                    way: line.way,
                    size,
                    putters,
                    getters,
                };
                let rate = medians.of(Case::Load(load), line.who)?;
                Some((size.bytes() as f64, rate))
            })
            .collect();
        let dots = points
            .iter()
            .map(|at| Circle::new(*at, 3, line.color.filled()));
        chart.draw_series(dots).map_err(said)?;
        let stroke = line.color.stroke_width(2);
        chart
            .draw_series(LineSeries::new(points, stroke))
            .map_err(said)?;
    }
    Ok(())
}

fn with_unit(value: f64, unit: &str) -> String {
    let (scaled, prefix) = match value {
        1e6.. => (value / 1e6, "M"),
        1e3.. => (value / 1e3, "k"),
        _ => (value, ""),
    };
    format!("{scaled} {prefix}{unit}").trim_end().to_owned()
}

/// The library's errors are bound to what draws; their text is enough.
fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
