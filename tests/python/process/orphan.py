"""A process whose parent has ended goes on, under another parent. After `_TestProcess.test_parent_process`."""
import os
import signal
from multiprocessing import get_context

mp = get_context("fork")


def grandchild(tx, ask, question):
    question.close()
    tx.send(os.getppid())
    ask.recv()
    tx.send(os.getppid())


def child(tx, ask, question):
    process = mp.Process(target=grandchild, args=(tx, ask, question))
    process.start()
    process.join()


rx, tx = mp.Pipe(duplex=False)
ask, question = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(tx, ask, question))
process.start()
tx.close()
assert rx.recv() == process.pid
print("the grandchild knows its parent")
process.terminate()
process.join()
assert process.exitcode == -signal.SIGTERM
question.send(None)
assert rx.recv() != process.pid
print("the grandchild has another parent now")
try:
    rx.recv()
except EOFError:
    pass
