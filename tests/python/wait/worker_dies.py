"""Who waits for a worker's answer waits for its end too."""
import sys
from multiprocessing import get_context
from multiprocessing.connection import wait

mp = get_context("fork")


def work(there):
    while True:
        n = there.recv()
        if n == 0:
            sys.exit(3)
        there.send(100 // n)


here, there = mp.Pipe()
worker = mp.Process(target=work, args=(there,))
worker.start()
for n in [5, 4, 0, 2]:
    here.send(n)
    if here in wait([here, worker.sentinel]):
        print(f"100 / {n} = {here.recv()}")
    else:
        worker.join()
        print(f"100 / {n}: the worker is gone, exit code {worker.exitcode}")
        break
