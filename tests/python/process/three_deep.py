"""A child forks a child, which forks a child: words go down, exit codes come up."""
import sys
from multiprocessing import get_context

mp = get_context("fork")


def live(depth, word):
    print(f"{depth} deep: {word}", flush=True)
    if depth == 3:
        sys.exit(depth)
    below = descend(depth + 1, word)
    print(f"{depth} deep, and back: exit code {below}", flush=True)
    sys.exit(depth + below)


def descend(depth, word):
    child = mp.Process(target=live, args=(depth, word))
    child.start()
    child.join()
    return child.exitcode


code = descend(1, "a word from the top")
print("the first returns to the top: exit code", code)
