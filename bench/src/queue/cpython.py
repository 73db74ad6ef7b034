"""Prints messages a second, or seconds a round trip: rate SIZE PUTTERS GETTERS CAPACITY PORTION, or trip ASLEEP."""

import multiprocessing
import sys
import time

RUN = 0.2
REST = 0.003
RESTED_TRIPS = 64

context = multiprocessing.get_context("fork")


def put(queue, start, tallies, size, getters, portion):
    # SIZE 0 is a number as a value.
    message = b"\7" * size if size else 0x9E3779B97F4A7C15
    start.wait()
    begun = time.perf_counter()
    count = 0
    while time.perf_counter() - begun < RUN:
        for _ in range(portion):
            queue.put(message)
        count += portion
    for _ in range(getters):
        queue.put(None)
    tallies.put(-count)


def get(queue, start, tallies, size, putters):
    start.wait()
    count = ends = 0
    while ends < putters:
        message = queue.get()
        if message is None:
            ends += 1
            continue
        assert not size or len(message) == size
        count += 1
    tallies.put(count)


def rate(size, putters, getters, capacity, portion):
    queue, tallies = context.Queue(capacity), context.SimpleQueue()
    start = context.Barrier(putters + getters + 1)
    workers = [
        context.Process(target=get, args=(queue, start, tallies, size, putters))
        for _ in range(getters)
    ] + [
        context.Process(target=put, args=(queue, start, tallies, size, getters, portion))
        for _ in range(putters)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    begun = time.perf_counter()
    counts = [tallies.get() for _ in workers]
    elapsed = time.perf_counter() - begun
    for worker in workers:
        worker.join()
    assert sum(counts) == 0, counts
    return sum(count for count in counts if count > 0) / elapsed


def echo(heard, back):
    for number in iter(heard.get, None):
        back.put(number)


def trip(asleep):
    there, here = context.Queue(1024), context.Queue(1024)
    child = context.Process(target=echo, args=(there, here))
    child.start()

    def once(number):
        begun = time.perf_counter()
        there.put(number)
        assert here.get() == number
        return time.perf_counter() - begun

    for number in range(100):
        once(number)
    trips = []
    begun = time.perf_counter()
    while len(trips) < RESTED_TRIPS if asleep else time.perf_counter() - begun < RUN:
        if asleep:
            time.sleep(REST)
        trips.append(once(len(trips)))
    there.put(None)
    child.join()
    return sorted(trips)[len(trips) // 2] if asleep else sum(trips) / len(trips)


numbers = [int(word) for word in sys.argv[2:]]
print(rate(*numbers) if sys.argv[1] == "rate" else trip(*numbers))
