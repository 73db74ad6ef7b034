"""A child's life as its parent sees it. After `_TestProcess.test_process`."""
import os
from multiprocessing import active_children, current_process, get_context, parent_process

mp = get_context("fork")
me = current_process()
assert me.is_alive() and not me.daemon and me.pid == os.getpid()


def work(tell, end):
    tell.send((os.getpid(), parent_process().pid, current_process().name))
    end.recv()


end, finish = mp.Pipe(duplex=False)
facts, tell = mp.Pipe(duplex=False)
child = mp.Process(target=work, args=(tell, end), name="worker")
child.start()
assert child.is_alive() and child.exitcode is None
assert active_children() == [child]
print("started: it is alive, and has no exit status")
assert facts.recv() == (child.pid, os.getpid(), "worker")
print("it knows its name, its number and its parent's")
finish.send(None)
child.join()
assert not child.is_alive() and active_children() == []
print("joined: exit code", child.exitcode)
