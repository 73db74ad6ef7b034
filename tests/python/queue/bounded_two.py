"""A queue of two items: its putter may be two items ahead of its getter, and never three."""
from multiprocessing import get_context

mp = get_context("fork")
ITEMS = 200


def putter(queue, tell):
    for n in range(ITEMS):
        queue.put(n)
        tell.send(n)


queue = mp.Queue(2)
put, tell = mp.Pipe(duplex=False)
process = mp.Process(target=putter, args=(queue, tell))
process.start()
assert [put.recv(), put.recv()] == [0, 1]
assert not put.poll(0.02)
print("two are in, and the third waits")
for n in range(ITEMS):
    assert queue.get() == n
    got = n + 1
    while put.poll():
        assert put.recv() < got + 2
process.join()
assert process.exitcode == 0
print(ITEMS, "went through, in order")
