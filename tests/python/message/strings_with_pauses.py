"""Messages that come with pauses are received one by one. After `_TestPoll.test_strings`."""
import time
from multiprocessing import get_context

mp = get_context("fork")
STRINGS = ["hello", "", "a", "b", "", "bye", "", "lop"]


def write(tx):
    for string in STRINGS:
        time.sleep(0.01)
        tx.send_bytes(string.encode())


rx, tx = mp.Pipe(duplex=False)
writer = mp.Process(target=write, args=(tx,))
writer.start()
for string in STRINGS:
    while not rx.poll(0.003):
        pass
    assert rx.recv_bytes() == string.encode()
    print(f'"{string}"')
writer.join()
