"""Who sleeps less is there first."""
import time
from multiprocessing import get_context

mp = get_context("fork")


def sleep(milliseconds, tx):
    time.sleep(milliseconds / 1000)
    tx.send(milliseconds)


rx, tx = mp.Pipe(duplex=False)
for milliseconds in [500, 20, 260]:
    mp.Process(target=sleep, args=(milliseconds, tx)).start()
tx.close()
try:
    while True:
        print("woke after", rx.recv(), "ms")
except EOFError:
    pass
