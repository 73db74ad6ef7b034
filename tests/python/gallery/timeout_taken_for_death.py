"""A transfer is left to a worker, which is taken for dead if ten seconds bring no word from it."""
from multiprocessing import get_context

mp = get_context("fork")


def work(transfer, tell):
    transfer.send(100)
    tell.send(None)


ledger, transfer = mp.Pipe(duplex=False)
done, tell = mp.Pipe(duplex=False)
worker = mp.Process(target=work, args=(transfer, tell))
worker.start()
if not done.poll(10):
    transfer.send(100)
worker.join()
transfer.close()
total = 0
try:
    while True:
        total += ledger.recv()
except EOFError:
    pass
assert total == 100
print("transferred once")
