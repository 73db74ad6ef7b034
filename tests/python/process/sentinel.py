"""A sentinel becomes readable when the child has ended. After `_TestProcess.test_sentinel`."""
from multiprocessing import get_context
from multiprocessing.connection import wait

mp = get_context("fork")
stay, leave = mp.Pipe(duplex=False)
child = mp.Process(target=stay.recv)
child.start()
sentinel = child.sentinel
assert child.sentinel == sentinel
assert wait([sentinel], 0) == []
print("not ready while the child runs")
leave.send(None)
assert wait([sentinel]) == [sentinel]
print("ready when it has ended")
child.join()
assert wait([sentinel], 0) == [sentinel]
print("and after the join")
