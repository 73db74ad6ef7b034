"""The order of a set of strings is random here, from one run to the next."""
from multiprocessing import get_context

mp = get_context("fork")


def child(tx):
    tx.send(list({str(n) for n in range(100)}))


rx, tx = mp.Pipe(duplex=False)
for _ in range(2):
    process = mp.Process(target=child, args=(tx,))
    process.start()
    process.join()
tx.close()
for _ in range(2):
    keys = rx.recv()
    assert sorted(map(int, keys)) == list(range(100))
    print(len(keys), "keys, in some order")
