"""Three stages over two queues. A stage is sent home by a last item that is no number."""
from multiprocessing import get_context

mp = get_context("fork")


def make(numbers):
    for n in range(1, 101):
        numbers.put(n)
    numbers.put(None)


def square(numbers, squares):
    for n in iter(numbers.get, None):
        squares.put(n * n)
    squares.put(None)


def add(squares):
    print("the squares of 1 to 100 add up to", sum(iter(squares.get, None)), flush=True)


numbers, squares = mp.Queue(10), mp.Queue(10)
stages = [
    mp.Process(target=make, args=(numbers,)),
    mp.Process(target=square, args=(numbers, squares)),
    mp.Process(target=add, args=(squares,)),
]
for stage in stages:
    stage.start()
for stage in stages:
    stage.join()
    assert stage.exitcode == 0
