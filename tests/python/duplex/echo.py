"""A child sends back what it gets. After `_TestConnection.test_connection`."""
import time
from multiprocessing import get_context

mp = get_context("fork")


def echo(here, there):
    here.close()
    while True:
        there.send_bytes(there.recv_bytes())


here, there = mp.Pipe()
child = mp.Process(target=echo, args=(here, there))
child.start()
there.close()
values = [1.0, 2.25, float("-inf")]
here.send(values)
assert here.recv() == values
print("values come back equal")

assert not here.poll(0)
before = time.monotonic()
assert not here.poll(0.05)
assert time.monotonic() - before >= 0.049
print("a poll for 50 ms waits 50 ms")

here.send_bytes(b"hello, world")
here.send_bytes(b"")
assert here.recv_bytes() == b"hello, world"
assert here.recv_bytes() == b""
long = bytes(at % 251 for at in range(2 << 20))
here.send_bytes(long)
assert here.recv_bytes() == long
print("bytes come back equal")

child.terminate()
child.join()
try:
    here.recv_bytes()
except EOFError:
    print("end-of-file")
