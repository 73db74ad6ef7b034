"""A tree of processes three deep writes in order. After `_TestProcess.test_recursion`."""
from multiprocessing import get_context

mp = get_context("fork")


def grow(tx, place):
    tx.send(place)
    if len(place) == 3:
        return
    for branch in range(2):
        child = mp.Process(target=grow, args=(tx, place + [branch]))
        child.start()
        child.join()


rx, tx = mp.Pipe(duplex=False)
grow(tx, [])
tx.close()
try:
    while True:
        print(rx.recv())
except EOFError:
    pass
