//! The choices of a run, and the string that one pastes.
//!
//! A schedule lists where a run *departs* from the default policy ("the process that went last goes on until it
//! blocks, then the lowest number"). Each departure is named by process and call, not by step, so that a small
//! change of the program elsewhere does not shift it. A run without departures has a schedule of a few characters.
//!
//! ```text
//! schedule  = version "-" profile [ "-fine" ] "-" seed { "_" departure }
//! version   = "1"
//! profile   = "linux" | "posix"          which kernel; "fine": each access to shared memory is a step
//! seed      = number                     what the processes get when they ask for randomness
//! departure = pid "." call "." choice    when process `pid` stands at its call number `call` and would go next …
//! choice    = pid [ "x" bytes ]          … this process goes instead (and its read or write is granted so many bytes)
//!           | "t" pid                    … the wait of this process times out
//!           | "k" pid                    … this process is killed
//!           | "e" pid                    … the call of this process fails with an error
//!           | "i" pid                    … the call of this process is interrupted by a signal
//!           | "s" pid                    … this process is stopped for ever
//! pid, call, bytes, seed = decimal digits
//! ```
//!
//! Call 0 of a process is its beginning, call 1 the first that it makes and that is a step. `1-linux-7_1.7.2` reads:
//! the Linux kernel, seed 7; when process 1 stands at its 7th call and would go, process 2 goes instead. All characters
//! may stand in a URL and on a command line unquoted. Departures are taken in order; one that can no longer be taken is
//! a [`Divergence`].

pub use forktalk_kernel::sentence::Act;

use forktalk_abi::Pid;
use forktalk_kernel::{Profile, Stepping};
use std::fmt;
use std::str::FromStr;

/// The version of the format that this code writes, and the only one that it reads.
pub const VERSION: u32 = 1;

/// The letters of what happens; to go has none.
const MARKS: [(&str, Act); 5] = [
    ("t", Act::Timeout),
    ("k", Act::Kill),
    ("e", Act::Fail),
    ("i", Act::Interrupt),
    ("s", Act::Stop),
];

/// What stands behind the profile of a run in which each access to shared memory is a step.
const FINE: &str = "-fine";

/// One choice of a run: what happens, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Choice {
    /// What happens.
    pub act: Act,
    /// The process that it happens to.
    pub pid: Pid,
    /// How many bytes its read or write is granted: where POSIX leaves that open, or to cut it short. Nothing means as
    /// many as possible.
    pub grant: Option<u32>,
}

impl Choice {
    /// The process performs its call, whole.
    #[must_use]
    pub const fn go(pid: Pid) -> Choice {
        Choice::of(Act::Go, pid)
    }

    /// The process performs its call, a read or write of so many bytes at most.
    #[must_use]
    pub const fn granted(pid: Pid, bytes: u32) -> Choice {
        Choice {
            grant: Some(bytes),
            ..Choice::go(pid)
        }
    }

    /// The wait of the process gives up.
    #[must_use]
    pub const fn timeout(pid: Pid) -> Choice {
        Choice::of(Act::Timeout, pid)
    }

    /// The process is killed.
    #[must_use]
    pub const fn kill(pid: Pid) -> Choice {
        Choice::of(Act::Kill, pid)
    }

    /// The call of the process fails.
    #[must_use]
    pub const fn fail(pid: Pid) -> Choice {
        Choice::of(Act::Fail, pid)
    }

    /// The call of the process is interrupted by a signal.
    #[must_use]
    pub const fn interrupt(pid: Pid) -> Choice {
        Choice::of(Act::Interrupt, pid)
    }

    /// The process is stopped for ever.
    #[must_use]
    pub const fn stop(pid: Pid) -> Choice {
        Choice::of(Act::Stop, pid)
    }

    /// This happens to the process.
    #[must_use]
    pub const fn of(act: Act, pid: Pid) -> Choice {
        Choice {
            act,
            pid,
            grant: None,
        }
    }
}

/// A choice that differs from the default policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Departure {
    /// The process that would have gone.
    pub pid: Pid,
    /// The number of the call that it stands at.
    pub call: u32,
    /// What happens instead.
    pub choice: Choice,
}

/// Everything that a run depends on, beside the program and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Which kernel.
    pub profile: Profile,
    /// Which calls are steps.
    pub stepping: Stepping,
    /// The seed of the processes' randomness.
    pub seed: u64,
    /// Where the run departs from the default policy, in the order of the run.
    pub departures: Vec<Departure>,
}

/// Why a string is not a schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a schedule: at character {at}, expected {expected}, found {}", or_the_end(*.found))]
pub struct ParseError {
    /// Which character is wrong, counted from 1.
    pub at: usize,
    /// What should stand there.
    pub expected: &'static str,
    /// What stands there; nothing if the string ends.
    pub found: Option<char>,
}

fn or_the_end(found: Option<char>) -> String {
    found.map_or_else(|| "the end".to_owned(), |c| format!("'{c}'"))
}

/// A schedule no longer fits the program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the schedule no longer fits at step {step}: {}, {reason}", expectation(.departure))]
pub struct Divergence {
    /// The step at which that was seen.
    pub step: u32,
    /// The departure that could not be taken.
    pub departure: Departure,
    /// What was found.
    pub reason: Reason,
}

/// How a schedule does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The moment came, but the choice cannot be made.
    #[error("but that is not possible there")]
    Impossible,
    /// The process has gone past the call.
    #[error("but process {0} went past that call without standing there as expected")]
    Passed(Pid),
    /// The run has ended.
    #[error("but the run ended before that")]
    Ended,
}

fn expectation(departure: &Departure) -> String {
    let Departure { pid, call, choice } = departure;
    let other = choice.pid;
    let what = match (choice.act, choice.grant) {
        (Act::Go, None) if other == *pid => "it was expected to go on".to_owned(),
        (Act::Go, None) => format!("process {other} was expected to go instead"),
        (Act::Go, Some(bytes)) => format!("process {other} was expected to go with {bytes} bytes"),
        (Act::Timeout, _) => format!("the wait of process {other} was expected to time out"),
        (Act::Kill, _) => format!("process {other} was expected to be killed"),
        (Act::Fail, _) => format!("the call of process {other} was expected to fail"),
        (Act::Interrupt, _) => {
            format!("the call of process {other} was expected to be interrupted")
        }
        (Act::Stop, _) => format!("process {other} was expected to be stopped"),
    };
    format!("when process {pid} stood at its call {call}, {what}")
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = MARKS.iter().find(|(_, act)| *act == self.act);
        write!(f, "{}{}", mark.map_or("", |(mark, _)| mark), self.pid)?;
        match self.grant {
            Some(bytes) => write!(f, "x{bytes}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Departure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.pid, self.call, self.choice)
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fine = match self.stepping {
            Stepping::Coarse => "",
            Stepping::Fine => FINE,
        };
        let profile = profile_name(self.profile);
        write!(f, "{VERSION}-{profile}{fine}-{}", self.seed)?;
        self.departures
            .iter()
            .try_for_each(|departure| write!(f, "_{departure}"))
    }
}

/// The profile's name, as schedules and traces write it.
#[must_use]
pub const fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Linux => "linux",
        Profile::Posix => "posix",
    }
}

impl FromStr for Choice {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Choice, ParseError> {
        let mut reader = Reader { text, at: 0 };
        let choice = reader.choice()?;
        match reader.is_done() {
            true => Ok(choice),
            false => Err(reader.wrong("the end")),
        }
    }
}

impl FromStr for Schedule {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Schedule, ParseError> {
        let mut reader = Reader {
            text: text.trim(),
            at: 0,
        };
        reader.exactly("1-", "the version, \"1-\"")?;
        let profile = reader.profile()?;
        let stepping = match reader.takes(FINE) {
            false => Stepping::Coarse,
            true => Stepping::Fine,
        };
        reader.exactly("-", "a '-' before the seed")?;
        let seed = reader.number("the seed, a number")?;
        let mut departures = Vec::new();
        while !reader.is_done() {
            reader.exactly("_", "a '_' before the next departure")?;
            departures.push(reader.departure()?);
        }
        Ok(Schedule {
            profile,
            stepping,
            seed,
            departures,
        })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    fn wrong(&self, expected: &'static str) -> ParseError {
        ParseError {
            at: self.text[..self.at].chars().count() + 1,
            expected,
            found: self.rest().chars().next(),
        }
    }

    fn takes(&mut self, word: &str) -> bool {
        let takes = self.rest().starts_with(word);
        if takes {
            self.at += word.len();
        }
        takes
    }

    fn exactly(&mut self, word: &str, expected: &'static str) -> Result<(), ParseError> {
        if self.takes(word) {
            Ok(())
        } else {
            Err(self.wrong(expected))
        }
    }

    fn number<N: FromStr>(&mut self, expected: &'static str) -> Result<N, ParseError> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let number = self.rest()[..digits].parse();
        let number = number.map_err(|_| self.wrong(expected))?;
        self.at += digits;
        Ok(number)
    }

    fn pid(&mut self) -> Result<Pid, ParseError> {
        self.number("a process number").map(Pid)
    }

    fn profile(&mut self) -> Result<Profile, ParseError> {
        let all = [Profile::Linux, Profile::Posix];
        let found = all.into_iter().find(|p| self.takes(profile_name(*p)));
        found.ok_or_else(|| self.wrong("the profile, \"linux\" or \"posix\""))
    }

    fn departure(&mut self) -> Result<Departure, ParseError> {
        let pid = self.pid()?;
        self.exactly(".", "a '.' before the call's number")?;
        let call = self.number("a call's number")?;
        self.exactly(".", "a '.' before what happens instead")?;
        let choice = self.choice()?;
        Ok(Departure { pid, call, choice })
    }

    fn choice(&mut self) -> Result<Choice, ParseError> {
        if let Some((_, act)) = MARKS.iter().find(|(mark, _)| self.takes(mark)) {
            return self.pid().map(|pid| Choice::of(*act, pid));
        }
        let pid = self.number("a process number, or one of 't', 'k', 'e', 'i', 's'");
        let pid = pid.map(Pid)?;
        match self.takes("x") {
            false => Ok(Choice::go(pid)),
            true => Ok(Choice::granted(pid, self.number("a number of bytes")?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn choices() -> impl Strategy<Value = Choice> {
        let pid = (1..100_i32).prop_map(Pid);
        prop_oneof![
            pid.clone().prop_map(Choice::go),
            (pid.clone(), any::<u32>()).prop_map(|(pid, bytes)| Choice::granted(pid, bytes)),
            (proptest::sample::select(&MARKS[..]), pid)
                .prop_map(|((_, act), pid)| Choice::of(act, pid)),
        ]
    }

    fn schedules() -> impl Strategy<Value = Schedule> {
        let departure = (1..100_i32, any::<u32>(), choices()).prop_map(|(pid, call, choice)| {
            let pid = Pid(pid);
            Departure { pid, call, choice }
        });
        let profile = prop_oneof![Just(Profile::Linux), Just(Profile::Posix)];
        let departures = proptest::collection::vec(departure, 0..20);
        let stepping = prop_oneof![Just(Stepping::Coarse), Just(Stepping::Fine)];
        (profile, stepping, any::<u64>(), departures).prop_map(
            |(profile, stepping, seed, departures)| Schedule {
                profile,
                stepping,
                seed,
                departures,
            },
        )
    }

    proptest! {
        #[test]
        fn a_schedule_survives_being_written_and_read(schedule in schedules()) {
            prop_assert_eq!(schedule.to_string().parse(), Ok(schedule));
        }

        #[test]
        fn a_choice_survives_too(choice in choices()) {
            prop_assert_eq!(choice.to_string().parse(), Ok(choice));
        }

        #[test]
        fn only_characters_that_need_no_quoting_are_written(schedule in schedules()) {
            let text = schedule.to_string();
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)));
        }

        #[test]
        fn no_string_makes_the_reader_panic(text in ".*") {
            let _ = text.parse::<Schedule>();
        }

        #[test]
        fn a_damaged_schedule_is_told_or_reads_as_another(schedule in schedules(), at in any::<prop::sample::Index>(), put in any::<char>()) {
            let mut characters: Vec<char> = schedule.to_string().chars().collect();
            let at = at.index(characters.len());
            characters[at] = put;
            let text: String = characters.into_iter().collect();
            if let Err(error) = text.parse::<Schedule>() {
                prop_assert!(error.at <= text.chars().count() + 1, "{}", error);
            }
        }
    }

    #[test]
    fn an_error_says_where_and_what() {
        let error = |text: &str| text.parse::<Schedule>().unwrap_err().to_string();
        assert_eq!(
            error("2-linux-7"),
            "not a schedule: at character 1, expected the version, \"1-\", found '2'"
        );
        assert_eq!(
            error("1-minix-7"),
            "not a schedule: at character 3, expected the profile, \"linux\" or \"posix\", found 'm'"
        );
        assert_eq!(
            error("1-linux-7_1.7"),
            "not a schedule: at character 14, expected a '.' before what happens instead, found the end"
        );
        assert_eq!(
            error("1-linux-7_1.7.q"),
            "not a schedule: at character 15, expected a process number, or one of 't', 'k', 'e', 'i', 's', found 'q'"
        );
        assert_eq!(
            error("1-linux-99999999999999999999"),
            "not a schedule: at character 9, expected the seed, a number, found '9'"
        );
    }

    #[test]
    fn the_example_reads_as_its_documentation_says() {
        let text = "1-linux-7_1.7.2_2.3.t1_1.9.k2_1.9.1x300_1.9.e1_1.10.i2_2.4.s3";
        let schedule: Schedule = text.parse().unwrap();
        assert_eq!((schedule.seed, schedule.stepping), (7, Stepping::Coarse));
        let choices: Vec<_> = schedule.departures.iter().map(|d| d.choice).collect();
        assert_eq!(choices[0], Choice::go(Pid(2)));
        assert_eq!(choices[1], Choice::timeout(Pid(1)));
        assert_eq!(choices[2], Choice::kill(Pid(2)));
        assert_eq!(choices[3], Choice::granted(Pid(1), 300));
        assert_eq!(choices[4], Choice::fail(Pid(1)));
        assert_eq!(choices[5], Choice::interrupt(Pid(2)));
        assert_eq!(choices[6], Choice::stop(Pid(3)));
        let schedule: Schedule = "1-posix-fine-7".parse().unwrap();
        assert_eq!(schedule.stepping, Stepping::Fine);
        assert_eq!(schedule.to_string(), "1-posix-fine-7");
    }
}
