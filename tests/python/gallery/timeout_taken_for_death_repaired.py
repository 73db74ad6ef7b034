"""A transfer is left to a worker, which is killed if ten seconds bring no word from it."""
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
    worker.kill()
    worker.join()
    if not ledger.poll(0):
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
