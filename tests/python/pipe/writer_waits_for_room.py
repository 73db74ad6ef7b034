"""A writer that is ahead waits until the reader has made room."""
from multiprocessing import get_context

mp = get_context("fork")


def read(rx, tx, begin):
    tx.close()
    begin.recv()
    expected = 0
    try:
        while True:
            number, filling = rx.recv()
            assert (number, len(filling)) == (expected, 1000)
            expected += 1
    except EOFError:
        print("the reader got", expected, "messages, in order", flush=True)


def write(rx, tx):
    rx.close()
    for number in range(300):
        tx.send((number, bytes(1000)))
    print("the writer has written all", flush=True)


rx, tx = mp.Pipe(duplex=False)
begin, go = mp.Pipe(duplex=False)
reader = mp.Process(target=read, args=(rx, tx, begin))
reader.start()
writer = mp.Process(target=write, args=(rx, tx))
writer.start()
tx.close()
rx.close()
assert writer.is_alive()
go.send(None)
writer.join()
reader.join()
