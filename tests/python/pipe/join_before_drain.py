"""Hangs: the parent joins a child that waits for room in the pipe."""
from multiprocessing import get_context

mp = get_context("fork")


def child(tx):
    for _ in range(100):
        tx.send("x" * 1000)


rx, tx = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(tx,))
process.start()
tx.close()
print("the parent waits for the child", flush=True)
process.join()  # too early: it belongs after the loop
try:
    while True:
        print(rx.recv(), flush=True)
except EOFError:
    pass
