"""Parent and child read on from the same place (a connection here never reads ahead)."""
from multiprocessing import get_context

mp = get_context("fork")


def five_of(rx):
    return [rx.recv() for _ in range(5)]


def send_five(rx, tx, report):
    tx.close()
    report.send(five_of(rx))


rx, tx = mp.Pipe(duplex=False)
reports, report = mp.Pipe(duplex=False)
for n in range(20):
    tx.send(n)
for kind in ["forked", "spawned"]:
    print("the parent:", five_of(rx))
    child = mp.Process(target=send_five, args=(rx, tx, report))
    child.start()
    child.join()
    print(f"a {kind} child: {reports.recv()}")
tx.close()
try:
    rx.recv()
except EOFError:
    print("end-of-file: none is left")
