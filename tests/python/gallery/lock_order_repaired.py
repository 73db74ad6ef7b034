"""Two queues, each with one token, and two processes that take both tokens in the same order."""
from multiprocessing import get_context

mp = get_context("fork")


def use_both(one, other):
    one.get()
    other.get()
    other.put("token")
    one.put("token")


ink, paper = mp.Queue(1), mp.Queue(1)
ink.put("token")
paper.put("token")
child = mp.Process(target=use_both, args=(ink, paper))
child.start()
use_both(ink, paper)
child.join()
assert child.exitcode == 0
print("both have printed")
