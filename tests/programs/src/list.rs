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
            queue {
                thousand_numbers "The tutorial's first program with a queue: 1000 numbers, and it is closed" Ends;
                putter_and_getter "The tutorial's second program: the getter leaves when ten seconds bring nothing" Ends;
                bounded_one "A queue of one item: its putter goes in step with its getter" Ends;
                bounded_two "A queue of two items: its putter may be two items ahead, and never three" Ends;
                full_without_timeout "Six ways to fill a queue of six: the seventh put is told at once" Ends;
                full_with_timeout "A put into a full queue waits as long as it may" Ends;
                empty_without_timeout "Five ways to get five items: the sixth get is told at once" Ends;
                empty_with_timeout "A get from an empty queue waits as long as it may" Ends;
                len_is_exact "How many items there are is exact, after each put and get" Ends,
                    skip Cpython "its empty() is true right after a put";
                raw_bytes "Bytes go through a queue as they are, and none are an item too" Ends;
                big_items "Items of one byte to 1 MiB go to a child and come back" Ends;
                too_large "An item larger than the whole queue is an error; the next fits" Ends,
                    skip Cpython "its queues have no bound in bytes";
                wrap_around "Items of 0 to 40 bytes wrap around the end of a ring of 64" Ends,
                    skip Cpython "its queues have no bound in bytes";
                grows_and_shrinks "A queue without a bound takes 100,000 items, is drained, and again" Ends;
                put_all_and_drain "Batches are put in one piece, and several items got at once" Ends,
                    skip Cpython "it puts and gets one by one";
                does_not_decode "An item that is no value of the type is an error, and the next is fine" Ends,
                    skip Cpython "its items are pickles, and the bytes here are postcard's";
                four_and_four "Four putters, four getters: each item is got once, in the order of its putter" Ends;
                order_across_putters "A put that returned before another began comes first, whoever does them" Ends,
                    skip Cpython "a small item of another process overtakes a large one there";
                puts_before_and_after_fork "What was put before a fork is there once, not twice" Ends;
                join_before_drain "A child that has put 200 KB is joined before anything is got" Ends,
                    skip Cpython "it deadlocks there: the child waits until its items are in the pipe";
                pipeline "Three stages over two queues: each closes the next one's when it is done" Ends;
                work_stealing "Jobs of very different length: who is free takes the next" Ends;
                task_done_and_join "Four workers, ten tasks: the join returns when all are done" Ends;
                too_many_task_done "More tasks cannot be done than were put" Ends;
                join_learns_of_death "A worker is killed with a task in its hands: who joins is told" Ends,
                    skip Cpython "its join waits for ever";
                close_while_others_wait "Who waits at a queue is woken when it is closed, and what is left is got" Ends,
                    skip Cpython "a queue is closed there in one process only";
                wait_on_queue_and_pipe "A wait takes a queue beside a pipe and a process" Ends,
                    skip Cpython "its wait takes no queues";
                relies_on_worker "Who relies on a worker is told how it ended, after all that it put" Ends,
                    skip Cpython "its get does not know of processes";
                putter_waits_getter_killed "A putter waits for room, and the only getter is killed: it is told" Ends,
                    skip Cpython "the putter waits for ever there";
                getter_waits_putter_killed "A getter waits for an item, and the last putter is killed: it is told" Ends,
                    skip Cpython "the getter waits for ever there";
                two_getters_abandoned "Two getters wait, and the only putter ends: both are told" Ends,
                    skip Cpython "the getters wait for ever there";
                killed_at_any_call "Of putters and getters any may be killed at any call: for the explorer" Ends,
                    skip Cpython "its queue does not survive that";
                all_wait "A parent and its child get from the same empty queue: both are told" Ends,
                    skip Cpython "both wait for ever there";
                one_getter_killed "One of two getters is killed; the other goes on" Ends,
                    skip Cpython "who is killed while it waits keeps the lock of all getters there";
                put_outlives_putter "What was put is there, however soon its putter is killed" Ends,
                    skip Cpython "what its thread has not written yet is lost there";
                killed_while_putting "Putters of large items are killed anywhere: the queue is as good as new" Ends,
                    skip Cpython "the queue is dead there for all processes";
                spawn_moves_a_queue "A queue that is moved into a child is the child's alone" Ends,
                    skip Cpython "fork gives every child all there is: there is nothing like spawn on pipes";
                clone "A clone keeps the queue alive: who waits is told when the last is gone" Ends,
                    skip Cpython "the getter would wait for ever there";
                facing_queues "Two processes, two queues: each gets before it puts" Deadlocks,
                    skip Native "it deadlocks by design, and would hang",
                    skip Cpython "it deadlocks by design, and would hang";
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
            gallery {
                forgotten_close "A worker that is hired later holds the jobs of the first one open" Depends,
                    skip Native "it may deadlock by design, and would hang",
                    skip Cpython "it may deadlock by design, and would hang";
                forgotten_close_repaired "A worker that is hired later closes the jobs of the first one" Ends;
                full_pipes_facing "Two processes swap large pages, and may both send first" Depends,
                    skip Native "it may deadlock by design, and would hang",
                    skip Cpython "it may deadlock by design, and would hang";
                full_pipes_facing_repaired "Two processes swap large pages, and agree who receives first" Ends;
                join_before_drain "A worker is joined before it is read from: has it made too much?" Depends,
                    skip Native "it may deadlock by design, and would hang",
                    skip Cpython "it may deadlock by design, and would hang";
                join_before_drain_repaired "A worker is read from to the end, and joined then" Ends,
                    skip Cpython "its get_nowait() may find nothing right after a put";
                lock_order "Two tokens in two queues, taken in opposite orders" Depends,
                    skip Native "it may deadlock by design, and would hang",
                    skip Cpython "it may deadlock by design, and would hang";
                lock_order_repaired "Two tokens in two queues, taken in one order" Ends;
                check_then_act "Two getters see the last item, and both get" Depends,
                    skip Native "it may deadlock by design, and would hang",
                    skip Cpython "it may deadlock by design, and would hang";
                check_then_act_repaired "Two getters look and get in one call" Ends,
                    skip Cpython "its get_nowait() may find nothing right after a put";
                getter_dies "A worker that is killed takes its job along" Depends,
                    skip Cpython "its get_nowait() may find nothing right after a put";
                getter_dies_repaired "A worker that is killed takes its job along, and it is put again" Ends,
                    skip Cpython "its get_nowait() may find nothing right after a put";
                lost_wakeup "A worker looks for work, then says that it sleeps: the work may come between" Depends,
                    skip Native "it may deadlock by design, and would hang",
                    skip Cpython "it may deadlock by design, and would hang";
                lost_wakeup_repaired "A worker says that it sleeps, then looks for work" Ends,
                    skip Cpython "its get_nowait() may find nothing right after a put";
                late_joiner "The shot is fired for those who have signed up by then" Depends,
                    skip Native "it may deadlock by design, and would hang",
                    skip Cpython "it may deadlock by design, and would hang";
                late_joiner_repaired "The shot is fired for each who signs up, however late" Ends;
                wrong_reply "Two clients take their answers from one pipe" Depends,
                    skip Cpython "a failed assertion exits with 1 there, with 101 here";
                wrong_reply_repaired "Two clients say who they are, and are answered apart" Ends;
                timeout_taken_for_death "A worker that says nothing for ten seconds is taken for dead" Depends;
                timeout_taken_for_death_repaired "A worker that says nothing for ten seconds is killed, and its work looked up" Ends;
                last_worker_dies "Who waits for the last worker's answer does not see its end" Depends;
                last_worker_dies_repaired "Who waits for the last worker's answer waits for its end too" Ends;
                two_winners "An election: who hears of no leader leads" Depends,
                    skip Cpython "a failed assertion exits with 1 there, with 101 here";
                two_winners_repaired "An election: all speak and all hear before anybody decides" Ends;
            }
        }
    };
}
