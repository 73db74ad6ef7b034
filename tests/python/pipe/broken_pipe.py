"""Writing to a pipe that nobody reads any more is an error."""
from multiprocessing import get_context

mp = get_context("fork")


def child(rx, tx):
    tx.close()
    print("the child read ", rx.recv(), ", and wants no more", sep="", flush=True)


rx, tx = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(rx, tx))
process.start()
rx.close()
tx.send(1)
process.join()
try:
    tx.send(2)
except BrokenPipeError:
    print("the parent was told: broken pipe")
