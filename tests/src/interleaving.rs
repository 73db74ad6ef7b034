//! Whether an output is one of the interleavings that an outcome allows.

use std::collections::BTreeSet;

/// What an output may hold before the next section begins: tracks, each in order, shuffled in any way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Sorted, so that equal tracks are neighbours.
    tracks: Vec<Vec<String>>,
}

impl Section {
    /// Reads the lines of an outcome's output.
    pub(crate) fn parse(text: &str) -> Result<Vec<Section>, String> {
        let mut sections: Vec<Section> = Vec::new();
        let mut names: Vec<String> = Vec::new(); // of the open section's tracks; none: the last one is closed
        for line in text.lines() {
            let Some((name, line)) = on_a_track(line) else {
                names.clear();
                let tracks = vec![expand(line)?];
                sections.push(Section { tracks });
                continue;
            };
            if names.is_empty() {
                sections.push(Section { tracks: Vec::new() });
            }
            let section = sections.last_mut().expect("one was opened");
            match names.iter().position(|known| known == name && name != "*") {
                Some(index) => section.tracks[index].extend(expand(line)?),
                None => {
                    names.push(name.to_string());
                    section.tracks.push(expand(line)?);
                }
            }
        }
        for section in &mut sections {
            section.tracks.sort();
        }
        Ok(sections)
    }

    fn lines(&self) -> usize {
        self.tracks.iter().map(Vec::len).sum()
    }
}

/// The name and the rest of `  name| rest`.
fn on_a_track(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("  ")?.split_once('|')?;
    if name.is_empty() || name.contains(' ') {
        return None;
    }
    Some((name, rest.strip_prefix(' ').unwrap_or(rest)))
}

/// The lines that `[0..1000]` stands for; any other line stands for itself.
fn expand(line: &str) -> Result<Vec<String>, String> {
    let inner = line
        .strip_prefix('[')
        .and_then(|line| line.strip_suffix(']'));
    let Some((from, to)) = inner.and_then(|inner| inner.split_once("..")) else {
        return Ok(vec![line.to_string()]);
    };
    let number = |text: &str| {
        text.parse::<u32>()
            .map_err(|_| format!("not a range: {line}"))
    };
    Ok((number(from)?..number(to)?)
        .map(|n| n.to_string())
        .collect())
}

/// Whether `output` is the sections one after the other, each in one of its interleavings; else what is wrong.
pub(crate) fn matches(sections: &[Section], output: &str) -> Result<(), String> {
    if !output.is_empty() && !output.ends_with('\n') {
        return Err("the last line of standard output does not end".to_string());
    }
    let mut lines: Vec<&str> = output.lines().collect();
    for section in sections {
        let rest = lines.split_off(section.lines().min(lines.len()));
        shuffled(section, &lines)?;
        lines = rest;
    }
    match lines.first() {
        Some(line) => Err(format!("this line should not be there: {line}")),
        None => Ok(()),
    }
}

/// Whether `lines` are the section's tracks, shuffled. Follows all ways to assign a line to a track at once: a way is
/// how far each track has come; of equal tracks only the order of progress counts, which keeps the ways few.
fn shuffled(section: &Section, lines: &[&str]) -> Result<(), String> {
    let tracks = &section.tracks;
    let mut ways = BTreeSet::from([vec![0; tracks.len()]]);
    for line in lines {
        let mut next = BTreeSet::new();
        for way in &ways {
            for (index, track) in tracks.iter().enumerate() {
                let repeats =
                    index > 0 && *track == tracks[index - 1] && way[index] == way[index - 1];
                if !repeats
                    && track
                        .get(way[index])
                        .is_some_and(|expected| expected == line)
                {
                    let mut further = way.clone();
                    further[index] += 1;
                    sort_equal_tracks(tracks, &mut further);
                    next.insert(further);
                }
            }
        }
        if next.is_empty() {
            return Err(format!("this line should not be there: {line}"));
        }
        ways = next;
    }
    if lines.len() == section.lines() {
        return Ok(());
    }
    let way = ways.first().expect("there is a way to have got here");
    let missing = tracks
        .iter()
        .zip(way)
        .find_map(|(track, &at)| track.get(at));
    Err(format!("missing: {}", missing.map_or("", String::as_str)))
}

fn sort_equal_tracks(tracks: &[Vec<String>], way: &mut [usize]) {
    let mut start = 0;
    for end in 1..=tracks.len() {
        if end == tracks.len() || tracks[end] != tracks[start] {
            way[start..end].sort_unstable();
            start = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(outcome: &str, output: &str) -> bool {
        matches(&Section::parse(outcome).unwrap(), output).is_ok()
    }

    #[test]
    fn lines_on_no_track_are_in_order() {
        assert!(allowed("a\nb\n", "a\nb\n"));
        assert!(!allowed("a\nb\n", "b\na\n"));
        assert!(!allowed("a\nb\n", "a\n"));
        assert!(!allowed("a\nb\n", "a\nb\nb\n"));
        assert!(!allowed("a\nb\n", "a\nb"));
    }

    #[test]
    fn tracks_interleave_and_stay_in_order() {
        let outcome = "begin\n  x| 1\n  x| 2\n  y| A\nend\n";
        assert!(allowed(outcome, "begin\n1\n2\nA\nend\n"));
        assert!(allowed(outcome, "begin\n1\nA\n2\nend\n"));
        assert!(allowed(outcome, "begin\nA\n1\n2\nend\n"));
        assert!(!allowed(outcome, "begin\n2\n1\nA\nend\n"));
        assert!(!allowed(outcome, "1\nbegin\n2\nA\nend\n"));
        assert!(!allowed(outcome, "begin\n1\n2\nend\nA\n"));
    }

    #[test]
    fn a_star_is_a_track_of_its_own() {
        let outcome = "  *| 1\n  *| 2\n  *| 2\n";
        assert!(allowed(outcome, "2\n1\n2\n"));
        assert!(!allowed(outcome, "2\n1\n1\n"));
    }

    #[test]
    fn the_right_track_is_found_when_two_begin_alike() {
        let outcome = "  x| 1\n  x| 2\n  y| 1\n  y| 3\n";
        assert!(allowed(outcome, "1\n3\n1\n2\n"));
        assert!(!allowed(outcome, "1\n2\n3\n1\n"));
    }

    #[test]
    fn a_range_stands_for_its_numbers() {
        assert!(allowed("[0..3]\nend\n", "0\n1\n2\nend\n"));
        assert!(allowed("  x| [0..2]\n  y| [0..2]\n", "0\n0\n1\n1\n"));
    }
}
