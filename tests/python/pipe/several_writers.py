"""Four processes write into one pipe. No lock is needed: the messages are shorter than 4096 bytes."""
from multiprocessing import get_context

mp = get_context("fork")
WRITERS, MESSAGES = 4, 25


def write(writer, tx):
    for number in range(MESSAGES):
        tx.send((writer, number, f"{number} of {writer}"))


rx, tx = mp.Pipe(duplex=False)
for writer in range(WRITERS):
    mp.Process(target=write, args=(writer, tx)).start()
tx.close()

following = [0] * WRITERS
try:
    while True:
        writer, number, text = rx.recv()
        assert number == following[writer]
        assert text == f"{number} of {writer}"
        following[writer] += 1
except EOFError:
    pass
assert following == [MESSAGES] * WRITERS
print(WRITERS * MESSAGES, "messages from", WRITERS, "writers, each whole")
