"""A queue of one item: its putter waits for room before each put."""
from multiprocessing import get_context

mp = get_context("fork")
ITEMS = 5


def putter(queue, tell):
    for n in range(ITEMS):
        queue.put(n)
        tell.send(n)


queue = mp.Queue(1)
put, tell = mp.Pipe(duplex=False)
process = mp.Process(target=putter, args=(queue, tell))
process.start()
for n in range(ITEMS):
    assert put.recv() == n
    assert not put.poll(0.02)
    assert queue.full()
    print(n, "is in, and fills the queue")
    assert queue.get() == n
process.join()
assert process.exitcode == 0
