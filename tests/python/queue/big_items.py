"""Items of one byte to 1 MiB go to a child and come back, each whole."""
from multiprocessing import get_context

mp = get_context("fork")
SIZES = [1, 100, 4096, 65_535, 65_536, 200_000, 1 << 20]


def echo(there, back):
    for _ in SIZES:
        back.put(there.get())


def item(size):
    return bytes(at % 251 for at in range(size))


there, back = mp.Queue(), mp.Queue()
process = mp.Process(target=echo, args=(there, back))
process.start()
for size in SIZES:
    there.put(item(size))
for size in SIZES:
    assert back.get() == item(size)
    print(size, "bytes came back")
process.join()
assert process.exitcode == 0
