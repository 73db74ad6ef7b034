//! The list of the shared suite: the only place that names the programs.

/// Hands the whole list to the macro `$then`, which every runner has: so no host can forget a program.
///
/// An entry is the program's name, what it shows, and how it ends ([`Expected`](crate::Expected)). A host that does not
/// run it ([`Host`](crate::Host)) is a `skip` with its reason.
#[macro_export]
macro_rules! each_program {
    ($then:ident) => {
        $then! {
            pipe {
                three_integers "Three numbers go to a child, then end-of-file: look at this one first" Ends;
                thousand_integers "The tutorial: 1000 numbers go to a child, which owns the reading end" Ends;
                thousand_integers_by_fork "The tutorial by fork: each side closes the end that it does not use" Ends;
                forgotten_close "One forgotten close: the reader holds a writing end, and waits for itself" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
                parent_forgot "The parent reads to the end, and holds a writing end itself" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
                last_writer_ends "End-of-file comes only after the last of several writers" Ends;
                grandchild_holds_end "A grandchild inherits a writing end, and keeps the pipe open" Ends;
                two_siblings "Two spawned children: neither holds the other's pipe open" Ends;
                sibling_holds_end "Two forked children: the second holds the first one's pipe open" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
                full_pipes_facing "Two full pipes face each other: both write before they read" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
                join_before_drain "The parent joins a child that waits for the parent to read" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
                broken_pipe "Writing where nobody reads any more is an error" Ends;
            }
        }
    };
}
