"""The tutorial's program: each side closes the end that it does not use."""
from multiprocessing import get_context

mp = get_context("fork")


def son(rx, tx):
    tx.close()
    try:
        while True:
            print(rx.recv(), flush=True)
    except EOFError:
        pass


rx, tx = mp.Pipe(duplex=False)
process = mp.Process(target=son, args=(rx, tx))
process.start()
rx.close()
for n in range(1000):
    tx.send(n)
tx.close()
process.join()
print("the main process ended too")
