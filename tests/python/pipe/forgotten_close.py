"""Hangs: the child does not close the writing end that it inherited, and waits for itself."""
from multiprocessing import get_context

mp = get_context("fork")


def child(rx):
    # Here `tx.close()` is missing.
    while True:
        try:
            print("the child got", rx.recv(), flush=True)
        except EOFError:
            break
    print("never printed", flush=True)


rx, tx = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(rx,))
process.start()
rx.close()
for n in range(1, 4):
    tx.send(n)
tx.close()
process.join()
