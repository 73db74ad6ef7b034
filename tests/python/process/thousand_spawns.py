"""A thousand children, and no descriptor is left behind."""
from multiprocessing import get_context

mp = get_context("fork")


def next_descriptor():
    rx, tx = mp.Pipe(duplex=False)
    number = rx.fileno()
    rx.close()
    tx.close()
    return number


before = next_descriptor()
for n in range(1000):
    rx, tx = mp.Pipe(duplex=False)
    child = mp.Process(target=tx.send, args=(n,))
    child.start()
    tx.close()
    assert rx.recv() == n
    rx.close()
    child.join()
    assert child.exitcode == 0
    child.close()
assert next_descriptor() == before
print("1000 children, and the next descriptor is the same as before")
