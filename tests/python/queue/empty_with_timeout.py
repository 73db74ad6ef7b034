"""A get from an empty queue waits as long as it may. After `_TestQueue.test_timeout` and `test_get`."""
import queue as errors
import time
from multiprocessing import get_context

mp = get_context("fork")


def putter(queue):
    time.sleep(0.05)
    queue.put("something")


queue = mp.Queue()
before = time.monotonic()
try:
    queue.get(timeout=0.05)
    assert False, "there was something"
except errors.Empty:
    pass
assert time.monotonic() - before >= 0.049
print("nothing in 50 ms", flush=True)

process = mp.Process(target=putter, args=(queue,))
process.start()
print(queue.get(timeout=3600), "in less than an hour")
assert 0.098 <= time.monotonic() - before < 1800
process.join()
assert process.exitcode == 0
