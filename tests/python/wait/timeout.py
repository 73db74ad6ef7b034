"""A wait for nothing takes as long as it may. After `TestWait.test_wait_timeout` and `test_neg_timeout`."""
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import wait

mp = get_context("fork")
a, b = mp.Pipe()
before = time.monotonic()
assert wait([a, b], 0.05) == []
assert time.monotonic() - before >= 0.049
print("50 ms for nothing")
assert wait([a, b], 0) == []
print("a look, for nothing")
before = time.monotonic()
assert wait([], 0.05) == []
if sys.version_info >= (3, 15):  # before, it returned at once
    assert time.monotonic() - before >= 0.049
print("50 ms for an empty list")
b.send(1)
before = time.monotonic()
assert wait([a, b], 60) == [a]
assert time.monotonic() - before < 30
print("what is there is told at once")
