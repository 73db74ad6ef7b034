"""A global that a child counts up is not counted up in its parent."""
from multiprocessing import get_context

mp = get_context("fork")
count = 10


def count_up(name):
    global count
    before = count
    count += 5
    print(f"{name} child: {before}, then {count}", flush=True)


for name in ["first", "second"]:
    child = mp.Process(target=count_up, args=(name,))
    child.start()
    child.join()
    print("parent:", count, flush=True)
