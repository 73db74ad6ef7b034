"""Children that sleep, receive or send are terminated. After `_TestProcess.test_terminate`."""
import signal
import time
from multiprocessing import active_children, get_context

mp = get_context("fork")


def send(filled, fill):
    filled.close()
    while True:
        fill.send_bytes(bytes(1000))


def receive(rx, tx):
    tx.close()
    rx.recv()


rx, tx = mp.Pipe(duplex=False)
filled, fill = mp.Pipe(duplex=False)
children = [
    mp.Process(target=time.sleep, args=(3600,)),
    mp.Process(target=receive, args=(rx, tx)),
    mp.Process(target=send, args=(filled, fill)),
]
for child in children:
    child.start()
rx.close()
assert filled.poll(None)
for child, what in zip(children, ["sleeps", "receives", "sends"]):
    child.join(0)
    assert child.exitcode is None
    child.terminate()
    child.join()
    print(f"a child that {what}: ended by {signal.Signals(-child.exitcode).name}")
assert active_children() == []
try:
    tx.send(1)
except BrokenPipeError:
    pass
else:
    raise AssertionError("its reader is gone")
