"""A wait on ends and a process tells exactly those that are ready. After `TestWait.test_wait_integer`."""
import time
from multiprocessing import get_context
from multiprocessing.connection import wait

mp = get_context("fork")
a, b = mp.Pipe()
before = time.monotonic()
child = mp.Process(target=time.sleep, args=(0.05,))
child.start()
# What is ready comes in no promised order, so it is compared as a set.
assert set(wait([a, child.sentinel, b], 20)) == {child.sentinel}
assert time.monotonic() - before >= 0.049
print("the child has ended")
a.send(1)
assert set(wait([a, child.sentinel, b], 20)) == {child.sentinel, b}
print("and b has something to read")
b.send(2)
assert set(wait([a, child.sentinel, b], 20)) == {a, child.sentinel, b}
print("and a too")
child.join()
assert set(wait([a, child.sentinel, b], 20)) == {a, child.sentinel, b}
