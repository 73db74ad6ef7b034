"""The same storm over CPython's Queue: in each trial one of eight users is killed, and then we look who is still alive.

A trial counts as "unusable" if a survivor does nothing for two seconds, or reads something that is no item. That ends
the trial; the queue would stay so for ever.
"""
import argparse
import os
import random
import signal
import sys
import time
from multiprocessing import get_context

mp = get_context("fork")
SIDE = 4
HANGS = 2.0


def putter(queue, lived, place, stop):
    number = 0
    while not stop.value:
        queue.put((place, number, b"x" * random.randrange(300)))
        number += 1
        lived[place] += 1


def getter(queue, lived, place, stop):
    while not stop.value:
        sender, number, more = queue.get()
        assert 0 <= sender < SIDE and more.strip(b"x") == b""
        lived[place] += 1


def trial(victim):
    """Whether the queue is still usable after `victim` was killed."""
    queue = mp.Queue(16)
    lived = mp.Array("Q", 2 * SIDE, lock=False)
    stop = mp.Value("b", 0, lock=False)
    workers = []
    for place in range(2 * SIDE):
        work = putter if place < SIDE else getter
        workers.append(mp.Process(target=work, args=(queue, lived, place, stop), daemon=True))
        workers[-1].start()
    time.sleep(0.05 + random.random() / 20)
    os.kill(workers[victim].pid, signal.SIGKILL)
    workers[victim].join()
    survivors = [place for place in range(2 * SIDE) if place != victim]
    usable = True
    for _ in range(2):
        before = list(lived)
        deadline = time.monotonic() + HANGS
        waiting = set(survivors)
        while waiting and time.monotonic() < deadline:
            time.sleep(0.01)
            waiting = {place for place in waiting if lived[place] == before[place]}
        usable = usable and not waiting
    # By KILL: what hangs does not end otherwise.
    for worker in workers:
        worker.kill()
        worker.join()
    queue.cancel_join_thread()
    return usable


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=30, help="of each kind")
    trials = parser.parse_args().trials
    # A reader of garbage says so on standard error; the trial counts it.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for name, first in (("putter", 0), ("getter", SIDE)):
        broken = sum(not trial(first + number % SIDE) for number in range(trials))
        print(f"CPython {sys.version.split()[0]}, a {name} killed: unusable in {broken} of {trials} trials", flush=True)


if __name__ == "__main__":
    main()
