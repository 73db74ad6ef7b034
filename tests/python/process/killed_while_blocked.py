"""Two children wait for messages at one end, and one is killed. The messages here are one at a time."""
import signal
from multiprocessing import get_context

mp = get_context("fork")


def add(rx, tx, tell):
    tx.close()
    tell.send(None)
    total = 0
    try:
        while True:
            total += rx.recv()
    except EOFError:
        print("the one that is left got", total, flush=True)


rx, tx = mp.Pipe(duplex=False)
ready, tell = mp.Pipe(duplex=False)
children = []
for _ in range(2):
    child = mp.Process(target=add, args=(rx, tx, tell))
    child.start()
    ready.recv()
    children.append(child)
rx.close()
children[0].kill()
children[0].join()
assert children[0].exitcode == -signal.SIGKILL
print("the first is killed", flush=True)
for n in range(1, 5):
    tx.send(n)
tx.close()
children[1].join()
assert children[1].exitcode == 0
