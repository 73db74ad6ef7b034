//! The list of the shared suite: the only place that names the programs.

/// Hands the whole list to the macro `$then`, which every runner has: so no host can forget a program. What else is
/// given stands before the list, in brackets.
///
/// An entry is the program's name, what it shows, and how it ends ([`Expected`](crate::Expected)). A host that does not
/// run it ([`Host`](crate::Host)) is a `skip` with its reason.
#[macro_export]
macro_rules! each_program {
    ($then:ident $(, $with:tt)*) => {
        $then! {
            [$($with),*]
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
                two_siblings "Two spawned children: neither holds the other's pipe open" Ends,
                    skip Cpython "fork gives every child all ends: there is nothing like spawn on pipes";
                sibling_holds_end "Two forked children: the second holds the first one's pipe open" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
                full_pipes_facing "Two full pipes face each other: both write before they read" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
                join_before_drain "The parent joins a child that waits for the parent to read" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
                writer_waits_for_room "A writer that is ahead waits until there is room in the pipe" Ends;
                broken_pipe "Writing where nobody reads any more is an error" Ends;
                several_writers "Four processes write into one pipe: each message comes whole" Ends;
                several_writers_of_large "Three processes write 100,000 bytes at a time: each message comes whole" Ends,
                    skip Cpython "messages of several writers tear there: its connections have no lock";
                several_readers "Three processes read from one pipe: each message goes to one of them" Ends,
                    skip Cpython "readers of one pipe tear messages there: its connections have no lock";
                read_ahead_over_fork "What was read ahead is neither lost nor doubled by a fork" Ends;
                killed_while_writing "A child is killed in the middle of a long message: cut short" Ends;
                torn_by_a_killed_writer "A killed child leaves half a message: the others are told" Ends,
                    skip Cpython "there the next message is taken for the rest of the torn one";
                closed_here "A closed end says that it is closed" Ends;
            }
            message {
                sizes "Messages of 0, 1, 4096, 4097 bytes, of a pipe full, of 1 MiB" Ends;
                empty "A message of no bytes is a message, and not end-of-file" Ends;
                strings_with_pauses "Messages that come with pauses are received one by one" Ends;
                boundaries "A poll in another process must not eat the beginning of a message" Ends;
                do_not_merge "Two messages stay two, and looking takes none away" Ends;
                timeout_keeps_partial "A receive that gives up in mid-message keeps what had come" Ends,
                    skip Cpython "it has no receive with a timeout";
                does_not_decode "Bytes that are no value of the type are an error, not a panic" Ends,
                    skip Cpython "its values are pickles, and the bytes here are postcard's";
                typed_values "Structs and enums go over a duplex, and arrive equal" Ends;
            }
            duplex {
                ping_pong "Two processes throw a number back and forth" Ends;
                echo "A child sends back values, bytes, nothing at all, 2 MiB" Ends;
                close_after_start "The parent closes the child's end right after the start" Ends;
                request_reply "A service in a process of its own answers requests" Ends;
                closed_with_unread_data "The peer closes without reading all: closed, by reset" Ends;
                full_both_ways "Both ends of a duplex send 1 MiB before they receive" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
            }
            process {
                lifecycle "A child's life as its parent sees it, from start to join" Ends;
                exit_codes "What a child's function returns becomes its exit code" Ends,
                    skip Cpython "there a function's return value is no exit code";
                child_panics "A child panics: exit code 101, and the parent goes on" Ends,
                    skip Cpython "an uncaught exception exits with 1 there, a panic with 101 here";
                join_twice "Join as often as you like, also long after the end" Ends;
                join_timeout "A join with a timeout gives up in time" Ends;
                join_timeout_with_grandchild "A join with a timeout is not deceived by a grandchild" Ends,
                    skip Cpython "its join waits for the grandchild too, until the time has passed";
                terminate_blocked "Children that sleep, receive or send are terminated" Ends;
                killed_while_blocked "One of two readers is killed; the other goes on" Ends;
                daemon "A daemon dies with its parent, however that dies" Ends,
                    skip Cpython "a daemon survives there when its parent is killed";
                orphan "A process whose parent has ended goes on under another" Ends;
                statics_not_shared "A static that a child counts up stays as it was in the parent" Ends;
                heap_not_shared "What a child changes on the heap is its own copy" Ends,
                    skip Cpython "its objects do not tell where their bytes are";
                closures_borrow "A forked function borrows from its parent's stack" Ends;
                three_deep "A child forks a child, which forks a child" Ends;
                tree_in_order "A tree of processes three deep writes in order" Ends;
                printing_together "Several processes print: lines mix, each is whole" Ends;
                nothing_printed_twice "What waits in a buffer at a fork is printed once" Ends;
                hundred_children "A hundred children, fifty at a time" Ends;
                thousand_spawns "A thousand children, and no descriptor is left behind" Ends;
                descriptors_do_not_grow "The tenth child holds no more descriptors than the first" Ends,
                    skip Cpython "a forked child holds all descriptors of its parent there";
                spawn_keeps_only_its_ends "A spawned child holds what its function owns, a forked one all" Ends,
                    skip Cpython "fork gives every child all ends: there is nothing like spawn on pipes";
                sentinel "A sentinel becomes readable when the child has ended" Ends;
            }
            wait {
                many_readers "One process waits for many pipes until all have ended" Ends;
                timeout "A wait for nothing takes as long as it may" Ends;
                ends_and_processes "A wait on ends and a process tells exactly those that are ready" Ends;
                worker_dies "Who waits for an answer waits for the worker's end too" Ends;
            }
            world {
                sleep "Sleeping takes as long as it should, for many at once too" Ends;
                sleepers_in_order "Who sleeps less is there first" Ends;
                hash_order "The order of a HashMap is random, and repeats under a seed" Ends;
            }
        }
    };
}
