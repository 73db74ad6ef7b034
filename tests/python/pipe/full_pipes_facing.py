"""Hangs: two processes fill the pipes to each other before either reads."""
from multiprocessing import get_context

mp = get_context("fork")


def talk(to, other):
    print("sends 100 messages of 10,000 bytes, and then reads as many", flush=True)
    for _ in range(100):
        to.send(bytes(10_000))
    for _ in range(100):
        other.recv()
    print("never printed", flush=True)


from_parent, to_child = mp.Pipe(duplex=False)
from_child, to_parent = mp.Pipe(duplex=False)
child = mp.Process(target=talk, args=(to_parent, from_parent))
child.start()
talk(to_child, from_child)
child.join()
