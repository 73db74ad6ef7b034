"""One process waits for many pipes until all have ended. After `TestWait.test_wait` and `test_wait_slow`."""
import time
from multiprocessing import get_context
from multiprocessing.connection import wait

mp = get_context("fork")


def write(writer, tx, pause):
    for number in range(10):
        time.sleep(pause * (writer + 1))
        tx.send((writer, number))


for pause, name in [(0, "0ns"), (0.002, "2ms")]:
    readers = []
    for writer in range(4):
        rx, tx = mp.Pipe(duplex=False)
        mp.Process(target=write, args=(writer, tx, pause)).start()
        tx.close()
        readers.append(rx)
    received = []
    while readers:
        for rx in wait(readers):
            try:
                received.append(rx.recv())
            except EOFError:
                readers.remove(rx)
                rx.close()
    assert sorted(received) == [(w, n) for w in range(4) for n in range(10)]
    print(len(received), "messages from 4 writers, pause", name)
