"""The tutorial's first program with a queue. It cannot be closed for the son: a last item that is no number tells him."""
from multiprocessing import get_context

mp = get_context("fork")


def son(queue):
    for n in iter(queue.get, None):
        print(n, flush=True)


queue = mp.Queue()
process = mp.Process(target=son, args=(queue,))
process.start()
for n in range(1000):
    queue.put(n)
queue.put(None)
process.join()
print("the main process ended too")
