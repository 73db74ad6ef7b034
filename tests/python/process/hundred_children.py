"""A hundred children, fifty at a time. After `_TestProcess.test_many_processes`."""
import signal
import time
from multiprocessing import get_context

mp = get_context("fork")

children = [mp.Process(target=int) for _ in range(50)]
for child in children:
    child.start()
for child in children:
    child.join()
assert all(child.exitcode == 0 for child in children)
print(len(children), "ended by themselves")

children = [mp.Process(target=time.sleep, args=(3600,)) for _ in range(50)]
for child in children:
    child.start()
for child in children:
    child.terminate()
for child in children:
    child.join()
assert all(child.exitcode == -signal.SIGTERM for child in children)
print(len(children), "were terminated")
