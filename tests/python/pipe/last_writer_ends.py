"""End-of-file comes only after the last of several writers has closed."""
from multiprocessing import get_context

mp = get_context("fork")


def writer(number, tx, go_on):
    tx.send(number)
    go_on.recv()


rx, tx = mp.Pipe(duplex=False)
writers = []
for number in range(1, 4):
    go_on, end = mp.Pipe(duplex=False)
    process = mp.Process(target=writer, args=(number, tx, go_on))
    process.start()
    writers.append((process, end))
tx.close()

assert sum(rx.recv() for _ in range(3)) == 1 + 2 + 3
for process, end in writers:
    assert not rx.poll(0), "somebody still holds a writing end"
    print("one more writer ends")
    end.send(None)
    process.join()
assert rx.poll(None)
try:
    rx.recv()
except EOFError:
    print("end-of-file")
