"""Two messages stay two, and looking takes none away. After `_TestPoll.test_dont_merge`."""
from multiprocessing import get_context

mp = get_context("fork")


def child(there):
    for message in ["a", "b"]:
        there.send(message)
    there.recv()


here, there = mp.Pipe()
assert not here.poll(0)
process = mp.Process(target=child, args=(there,))
process.start()
assert here.poll(None)
assert here.poll(None)
print(here.recv())
assert here.poll(10)
assert here.poll(0)
print(here.recv())
assert not here.poll(0)
here.send("enough")
process.join()
