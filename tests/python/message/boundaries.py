"""A poll in another process must not eat the beginning of a message. After `_TestPoll.test_boundaries`."""
from multiprocessing import get_context

mp = get_context("fork")
MESSAGES = ["first", "second"]


def poll(rx, tx, seen):
    tx.close()
    seen.send(rx.poll(None))


def write(tx):
    for message in MESSAGES:
        tx.send(message)


rx, tx = mp.Pipe(duplex=False)
watched, seen = mp.Pipe(duplex=False)
poller = mp.Process(target=poll, args=(rx, tx, seen))
poller.start()
writer = mp.Process(target=write, args=(tx,))
writer.start()
tx.close()
assert watched.recv()
poller.join()
writer.join()
for expected in MESSAGES:
    message = rx.recv()
    assert message == expected
    print(message)
try:
    rx.recv()
except EOFError:
    print("end-of-file")
