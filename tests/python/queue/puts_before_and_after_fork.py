"""What was put before a fork is there once. After `_TestQueue.test_fork`."""
import queue as errors
from multiprocessing import get_context

mp = get_context("fork")


def putter(queue):
    for n in range(10, 20):
        queue.put(n)


queue = mp.Queue()
for n in range(10):
    queue.put(n)
process = mp.Process(target=putter, args=(queue,))
process.start()
got = [queue.get() for _ in range(20)]
# The thread that writes the parent's items may be later than the child's: the order is each putter's.
assert [n for n in got if n < 10] == list(range(10))
assert [n for n in got if n >= 10] == list(range(10, 20))
try:
    queue.get(False)
    assert False, "there was something"
except errors.Empty:
    pass
process.join()
assert process.exitcode == 0
print("20 items, in order, and no more")
