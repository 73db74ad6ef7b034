"""Four putters and four getters at one queue. Each getter is sent home by an item of its own."""
from multiprocessing import get_context

mp = get_context("fork")
PUTTERS, GETTERS, ITEMS = 4, 4, 50


def put_all(putter, queue):
    for number in range(ITEMS):
        queue.put((putter, number))


def get_all(queue, results):
    results.put(list(iter(queue.get, None)))


queue, results = mp.Queue(10), mp.Queue()
putters = [mp.Process(target=put_all, args=(putter, queue)) for putter in range(PUTTERS)]
getters = [mp.Process(target=get_all, args=(queue, results)) for _ in range(GETTERS)]
for process in putters + getters:
    process.start()
for process in putters:
    process.join()
    assert process.exitcode == 0
for _ in getters:
    queue.put(None)

everything = []
for _ in getters:
    got = results.get()
    for putter in range(PUTTERS):
        numbers = [number for by, number in got if by == putter]
        assert numbers == sorted(numbers)
    everything += got
for process in getters:
    process.join()
    assert process.exitcode == 0
assert sorted(everything) == [(p, n) for p in range(PUTTERS) for n in range(ITEMS)]
print(PUTTERS * ITEMS, "items, each got once")
