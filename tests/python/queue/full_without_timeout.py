"""A queue of six items is filled; the seventh put is told at once. After `_TestQueue.test_put`."""
import queue as errors
import time
from multiprocessing import get_context

mp = get_context("fork")


def getter(queue):
    for n in range(1, 7):
        assert queue.get() == n


queue = mp.Queue(6)
assert queue.empty() and not queue.full()
queue.put(1)
queue.put(2, True)
queue.put(3, True, None)
queue.put(4, False)
queue.put(5, False, None)
queue.put_nowait(6)
assert queue.full()  # it may still say that it is empty too
print("six are in")

before = time.monotonic()
for put in [
    lambda: queue.put(7, False),
    lambda: queue.put(7, False, 3600),  # the timeout does not count
    lambda: queue.put_nowait(7),
    lambda: queue.put(7, True, 0),
]:
    try:
        put()
        assert False, "there was room"
    except errors.Full:
        pass
assert time.monotonic() - before < 60
print("the seventh is told at once: the queue is full")

process = mp.Process(target=getter, args=(queue,))
process.start()
process.join()
assert process.exitcode == 0
assert queue.empty() and not queue.full()
print("a child has got all six: empty again")
