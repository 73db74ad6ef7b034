"""Parent and child read on from the same place (a connection here never reads ahead)."""
from multiprocessing import get_context

mp = get_context("fork")


def child(rx, report):
    report.send([rx.recv() for _ in range(5)])


rx, tx = mp.Pipe(duplex=False)
for n in range(20):
    tx.send(n)
everything = [rx.recv() for _ in range(5)]
from_child, report = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(rx, report))
process.start()
process.join()
five = from_child.recv()
print("the child read on where the parent had stopped:", five)
everything += five
tx.close()
try:
    while True:
        everything.append(rx.recv())
except EOFError:
    pass
assert everything == list(range(20))
print("20 messages, none lost, none twice")
