"""The tutorial's second program: the getter leaves when ten seconds bring nothing more."""
import queue as errors
import random
from multiprocessing import get_context

mp = get_context("fork")


def putter(queue):
    for _ in range(1000):
        queue.put(random.random())
    print("the putter has put its last number", flush=True)


def getter(queue):
    numbers = 0
    try:
        while True:
            queue.get(timeout=10)
            numbers += 1
    except errors.Empty:
        print("the getter leaves with", numbers, "numbers", flush=True)


queue = mp.Queue()
processes = [mp.Process(target=f, args=(queue,)) for f in (putter, getter)]
for process in processes:
    process.start()
for process in processes:
    process.join()
print("the main process ended too")
