//! Calls and results as numbers: what a guest and the simulated kernel exchange.
//!
//! A guest imports two functions of module [`MODULE`]:
//!
//! ```text
//! call(number, a, b, c, d, e, file, file_bytes, line) -> result     makes a call
//! wait() -> result                                                  suspends until that call is performed
//! ```
//!
//! All are 32 bits wide. `number` and `a` to `e` are a [`Call`]; `file`, `file_bytes` and `line` say where the
//! program asked (`file` is the address of its name, 0 bytes if unknown). The result is what the call answers, or
//! a negative [`Errno`](crate::Errno). Addresses are of the guest's memory; wider values pass through it: a
//! deadline is the address of its nanoseconds (`u64`, little-endian) or 0 for none.
//!
//! Only `wait` suspends. A function that may suspend costs every host much more to call, and mostly the call is no step
//! of the run, or the process that makes it is also the one that goes next: then `call` answers at once. Else it
//! answers [`SUSPEND`], and the guest does nothing but call `wait`.

/// The module that a guest imports.
pub const MODULE: &str = "forktalk";

/// The function that makes a call.
pub const CALL: &str = "call";

/// The function that suspends, and answers the call that [`SUSPEND`] was answered to.
pub const WAIT: &str = "wait";

/// What [`CALL`] answers when another process goes first.
pub const SUSPEND: i32 = i32::MIN;

/// The export that a host calls to start a child: `(closure: i32)`, does not return.
pub const CHILD: &str = "forktalk_child";

/// The export that fork sets to the parent's value.
pub const STACK_POINTER: &str = "__stack_pointer";

/// Whether a call is a step of the run, at which another process may go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Always: others can see that it happened, or when.
    Always,
    /// Only where each access to shared memory is one. Else it counts as done together with the step before it, which is
    /// the same for programs that use shared memory only under a lock.
    Fine,
    /// Never: nobody else can see that, or when, it happens.
    Never,
}

macro_rules! calls {
    ($($(#[$doc:meta])* $number:literal $name:ident { $($field:ident),* } $said:literal $step:ident;)*) => {
        /// A system call with its arguments, as a guest makes it. Every argument is 32 bits; addresses are the guest's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Call {
            $($(#[$doc])* #[allow(missing_docs, reason = "the variant's line names its arguments")]
            $name { $($field: u32),* },)*
        }

        impl Call {
            /// The number and the five arguments.
            #[inline]
            #[must_use]
            pub const fn encode(self) -> (u32, [u32; 5]) {
                match self {
                    $(Call::$name { $($field),* } => ($number, five(&[$($field),*])),)*
                }
            }

            /// The call of this number, or nothing if there is none.
            #[inline]
            #[must_use]
            pub fn decode(number: u32, arguments: [u32; 5]) -> Option<Call> {
                #[allow(unused_mut, unused_variables, reason = "a call without arguments takes none")]
                let mut next = arguments.into_iter();
                Some(match number {
                    $($number => Call::$name { $($field: next.next()?),* },)*
                    _ => return None,
                })
            }

            /// Its name, as a trace writes it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Call::$name { .. } => $said,)*
                }
            }

            /// Whether it is a step of the run.
            #[inline]
            #[must_use]
            pub const fn step(self) -> Step {
                match self {
                    $(Call::$name { .. } => Step::$step,)*
                }
            }
        }
    };
}

calls! {
    /// `out`: where the two descriptors go, reading end first.
    1 Pipe { out } "pipe" Always;
    /// `out`: where the two descriptors go.
    2 Channel { out } "channel" Always;
    /// Answers the number of bytes.
    3 Read { fd, address, bytes } "read" Always;
    /// Header and payload, each an address and a number of bytes. Answers the number of bytes taken.
    4 Write { fd, header, header_bytes, payload, payload_bytes } "write" Always;
    /// `entries`: the address of `count` [`Poll`](crate::Poll)s of eight bytes each. Answers how many are ready.
    5 Poll { entries, count, deadline } "poll" Always;
    /// Answers the new descriptor.
    6 Duplicate { fd } "duplicate" Always;
    /// Answers 0.
    7 Close { fd } "close" Always;
    /// Answers 0.
    8 SetCapacity { fd, bytes } "set capacity" Always;
    /// `closure`: what the child's entry is given. Answers the child's pid, to the parent only.
    9 Fork { closure, name, name_bytes } "fork" Always;
    /// Does not answer.
    10 Exit { code } "exit" Always;
    /// `status`: where the packed exit status goes. Answers the pid, or 0 if it has not ended and `block` is 0.
    11 Wait { child, block, status } "wait" Always;
    /// Answers 0.
    12 Kill { pid, signal } "kill" Always;
    /// Answers the descriptor.
    13 OpenProcess { child } "open process" Always;
    /// Answers 0.
    14 DieWithParent { parent } "die with parent" Always;
    /// Answers 0.
    15 Sleep { deadline } "sleep" Always;
    /// Answers 0; or `EOWNERDEAD`, and then it is taken all the same: its owner died holding it.
    16 Lock { region, offset, deadline } "lock" Always;
    /// Answers 0. Coarsely no step: whoever waits for the lock can only go on at a step of its own.
    17 Unlock { region, offset } "unlock" Fine;
    /// Answers the pid.
    18 OwnPid {} "own pid" Never;
    /// Answers the pid.
    19 ParentPid {} "parent pid" Never;
    /// `out`: where the nanoseconds go. Answers 0.
    20 Now { out } "now" Never;
    /// Answers the region's number.
    21 Map { bytes } "map" Never;
    /// Answers 0.
    22 Unmap { region } "unmap" Never;
    /// `out`: where the word goes. Answers 0.
    23 Load { region, offset, out } "load" Fine;
    /// Answers 0.
    24 Store { region, offset, value } "store" Fine;
    /// `out`: where the word that stood there goes. Answers 0.
    25 Add { region, offset, value, out } "add" Fine;
    /// Answers 0.
    26 CopyOut { region, offset, address, bytes } "copy out" Fine;
    /// Answers 0.
    27 CopyIn { region, offset, address, bytes } "copy in" Fine;
    /// Answers 0.
    28 WaitOnWord { region, offset, expected, deadline } "wait on word" Always;
    /// Answers 0. Coarsely no step: whoever sleeps there can only go on at a step of its own.
    29 Wake { region, offset } "wake" Fine;
    /// `out`: where the two words go. Answers 0.
    30 LoadWide { region, offset, out } "load wide" Fine;
    /// Answers 0.
    31 StoreWide { region, offset, low, high } "store wide" Fine;
    /// Answers 0.
    32 Discard { region, offset, bytes } "discard" Fine;
    /// Answers 0.
    33 LayDown { writing, reading } "lay down" Always;
    /// Answers 0.
    34 TakeUp { writing, reading } "take up" Always;
    /// `parts`: the address of the words of a [`QueueParts`](crate::QueueParts). `places`: of those of `count`
    /// [`QueuePlace`](crate::QueuePlace)s. Answers 0.
    35 IntroduceQueue { region, parts, places, count } "introduce queue" Never;
    /// Answers 0.
    36 BeginScope {} "begin scope" Never;
    /// Of what the process was told since its last scope began, only the number `low` and `high` matters. Answers 0.
    37 Forget { low, high } "forget" Never;
    /// Answers 0.
    38 EndScope {} "end scope" Never;
}

const fn five(given: &[u32]) -> [u32; 5] {
    let mut all = [0; 5];
    let mut index = 0;
    while index < given.len() {
        all[index] = given[index];
        index += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_survives_the_wire() {
        let mut seen = 0;
        for number in 0..100 {
            if let Some(call) = Call::decode(number, [10, 20, 30, 40, 50]) {
                let (again, arguments) = call.encode();
                assert_eq!(again, number);
                assert_eq!(Call::decode(again, arguments), Some(call));
                seen += 1;
            }
        }
        assert_eq!(seen, 38);
    }

    #[test]
    fn an_unknown_number_is_no_call() {
        assert_eq!(Call::decode(0, [0; 5]), None);
        assert_eq!(Call::decode(9999, [0; 5]), None);
    }
}
