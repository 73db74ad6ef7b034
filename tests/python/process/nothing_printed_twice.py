"""What waits in a buffer at a fork is printed once. After `TestStdinBadfiledescriptor.test_flushing`."""
from multiprocessing import get_context

mp = get_context("fork")
print("before the fork, ", end="")
child = mp.Process(target=lambda: print("in the child, ", end=""))
child.start()
child.join()
print("and after it")
