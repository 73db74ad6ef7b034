"""Two processes elect a leader: each says its number, hears the other's, and the lower one leads."""
import sys
from multiprocessing import get_context

mp = get_context("fork")


def leads(me, other):
    other.send(me)
    return me < other.recv()


def candidate(me, other):
    sys.exit(leads(me, other))


here, there = mp.Pipe()
child = mp.Process(target=candidate, args=(2, there))
child.start()
parent_leads = leads(1, here)
child.join()
assert parent_leads != (child.exitcode == 1)
print("one leads, and one only")
