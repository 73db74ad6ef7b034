"""Hangs: the parent reads to the end, and holds a writing end itself."""
from multiprocessing import get_context

mp = get_context("fork")


def child(rx, tx):
    rx.close()
    tx.send("a word from the child")


rx, tx = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(rx, tx))
process.start()
# Here `tx.close()` is missing.
try:
    while True:
        print(rx.recv(), flush=True)
except EOFError:
    print("never printed", flush=True)
process.join()
