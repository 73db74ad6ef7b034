"""Bytes go through a queue as any other object does: there are no others. No bytes at all are an item too."""
from multiprocessing import get_context

mp = get_context("fork")
ITEMS = [b"raw", b"", b"\x00\xff\x00", b""]


def putter(queue):
    for item in ITEMS:
        queue.put(item)


queue = mp.Queue()
process = mp.Process(target=putter, args=(queue,))
process.start()
for expected in ITEMS:
    item = queue.get()
    assert item == expected
    print(len(item), "bytes:", list(item))
process.join()
assert process.exitcode == 0
assert queue.empty()
