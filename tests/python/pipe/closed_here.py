"""A closed end says that it is closed."""
from multiprocessing import get_context

mp = get_context("fork")
rx, tx = mp.Pipe(duplex=False)
tx.send(1)
assert not tx.closed
tx.close()
tx.close()
assert tx.closed
try:
    tx.send(2)
except OSError:
    print("a closed writing end does not write")

assert rx.recv() == 1
try:
    rx.recv()
except EOFError:
    print("what was written before is still read, then comes end-of-file")

rx.close()
try:
    rx.recv()
except OSError:
    print("a closed reading end does not read")
