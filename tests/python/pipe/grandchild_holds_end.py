"""A grandchild inherits a writing end too, and keeps the pipe open after its parent has ended."""
import os
from multiprocessing import get_context

mp = get_context("fork")


def grandchild(tx, stay, leave):
    leave.close()
    try:
        stay.recv()
    except EOFError:
        tx.send("the grandchild leaves")


def child(tx, stay, leave):
    mp.Process(target=grandchild, args=(tx, stay, leave)).start()
    os._exit(0)  # an ordinary end would wait for the grandchild


rx, tx = mp.Pipe(duplex=False)
stay, leave = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(tx, stay, leave))
process.start()
tx.close()
stay.close()
process.join()
print("the child has ended")
assert not rx.poll(0.02)
print("the pipe is still open")
leave.close()
print(rx.recv())
try:
    rx.recv()
except EOFError:
    print("end-of-file")
