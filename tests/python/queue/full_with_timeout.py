"""A put into a full queue waits as long as it may. After `_TestQueue.test_put`."""
import queue as errors
import time
from multiprocessing import get_context

mp = get_context("fork")


def getter(queue):
    time.sleep(0.05)
    print("a child gets the", queue.get(), "one", flush=True)


queue = mp.Queue(1)
queue.put("first")
before = time.monotonic()
try:
    queue.put("second", True, 0.05)
    assert False, "there was room"
except errors.Full:
    pass
assert time.monotonic() - before >= 0.049
print("no room in 50 ms", flush=True)

process = mp.Process(target=getter, args=(queue,))
process.start()
queue.put("third", timeout=3600)
assert time.monotonic() - before < 1800
process.join()
print("room in less than an hour: the", queue.get(), "one is in")
