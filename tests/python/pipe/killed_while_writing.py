"""A child is killed in the middle of a message of 4 MiB: end-of-file during a message."""
import signal
from multiprocessing import get_context

mp = get_context("fork")


def child(tx):
    tx.send_bytes(b"a short message")
    tx.send_bytes(bytes(4 << 20))


rx, tx = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(tx,))
process.start()
tx.close()
assert rx.recv_bytes() == b"a short message"
print("the short message is whole")
assert rx.poll(None)
process.kill()
process.join()
print("the child: ended by", signal.Signals(-process.exitcode).name)
try:
    rx.recv_bytes()
except (OSError, EOFError):
    # An EOFError if it was killed between the header and the payload, which are two writes here: then nothing tells
    # the cut from an ordinary end.
    print("the long message is cut short")
