"""A child puts five items, and its parent gets them in five ways. After `_TestQueue.test_get`."""
import queue as errors
import time
from multiprocessing import get_context

mp = get_context("fork")


def putter(queue):
    for n in range(1, 6):
        queue.put(n)


queue = mp.Queue()
process = mp.Process(target=putter, args=(queue,))
process.start()
process.join()  # until its items are in the pipe, too
assert not queue.empty()

assert queue.get() == 1
assert queue.get(True, None) == 2
assert queue.get(True, 3600) == 3
assert queue.get_nowait() == 4
assert queue.get(False) == 5
assert queue.empty()
print("five are out, in order")

before = time.monotonic()
for get in [
    lambda: queue.get(False),
    lambda: queue.get(False, 3600),  # the timeout does not count
    lambda: queue.get_nowait(),
    lambda: queue.get(True, 0),
]:
    try:
        get()
        assert False, "there was something"
    except errors.Empty:
        pass
assert time.monotonic() - before < 60
print("the sixth is told at once: the queue is empty")
