"""A child may be joined as often as one likes."""
import sys
import time
from multiprocessing import get_context
from multiprocessing.connection import wait

mp = get_context("fork")
child = mp.Process(target=sys.exit, args=(3,))
child.start()
wait([child.sentinel])
time.sleep(0.01)
print("the child has ended, and nobody has joined it yet")
for _ in range(2):
    child.join()
    print("join: exit code", child.exitcode)
child.join(0)
assert not child.is_alive()
child.kill()
child.join()
print("still: exit code", child.exitcode)
