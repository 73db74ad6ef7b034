"""Several processes print at the same time."""
from multiprocessing import get_context

mp = get_context("fork")


def work(color):
    for number in range(1, 4):
        print(color, number, flush=True)


print("begin", flush=True)
children = [mp.Process(target=work, args=(color,)) for color in ["red", "green", "blue"]]
for child in children:
    child.start()
for child in children:
    child.join()
print("end")
