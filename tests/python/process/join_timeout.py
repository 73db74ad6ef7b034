"""A join with a timeout gives up when the time has passed. After `_TestProcess.test_terminate`."""
import time
from multiprocessing import get_context

mp = get_context("fork")
stay, leave = mp.Pipe(duplex=False)
child = mp.Process(target=stay.recv)
child.start()
child.join(0)
assert child.exitcode is None
before = time.monotonic()
child.join(0.05)
assert time.monotonic() - before >= 0.049
assert child.is_alive()
print("after 50 ms the child is still there")
leave.send(None)
child.join(3600)
assert child.exitcode == 0
print("then, in less than an hour, it has ended")
