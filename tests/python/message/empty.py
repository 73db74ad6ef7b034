"""A message of no bytes is a message. After `_TestPoll.test_empty_string`."""
from multiprocessing import get_context

mp = get_context("fork")
rx, tx = mp.Pipe(duplex=False)
assert not rx.poll(0)
print("nothing is there")
tx.send_bytes(b"")
tx.send_bytes(b"")
assert rx.poll(0)
assert rx.poll(None)
for _ in range(2):
    assert rx.recv_bytes() == b""
    print("an empty message")
assert not rx.poll(0)
print("nothing is there")
tx.close()
try:
    rx.recv_bytes()
except EOFError:
    print("end-of-file")
