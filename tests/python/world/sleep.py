"""Sleeping takes as long as it should, for many at once too."""
import time
from multiprocessing import get_context

mp = get_context("fork")
before = time.monotonic()
time.sleep(0.03)
assert time.monotonic() - before >= 0.03
print("slept 30 ms")
before = time.monotonic()
sleepers = [mp.Process(target=time.sleep, args=(0.1,)) for _ in range(20)]
for sleeper in sleepers:
    sleeper.start()
for sleeper in sleepers:
    sleeper.join()
elapsed = time.monotonic() - before
assert 0.1 <= elapsed < 20 * 0.1
print("20 slept 100 ms at the same time")
