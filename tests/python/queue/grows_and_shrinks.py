"""A queue without a bound takes 100,000 items, is drained, and again. The child must not be joined before."""
from multiprocessing import get_context

mp = get_context("fork")
ITEMS = 100_000


def putter(queue):
    for n in range(ITEMS):
        queue.put(n)


queue = mp.Queue()
for turn in ["once", "and again"]:
    process = mp.Process(target=putter, args=(queue,))
    process.start()
    for n in range(ITEMS):
        assert queue.get() == n
    process.join()
    assert process.exitcode == 0
    assert queue.empty()
    print(f"{ITEMS} in, {ITEMS} out, {turn}", flush=True)
