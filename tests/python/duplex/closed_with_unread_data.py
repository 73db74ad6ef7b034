"""The peer of a duplex closes without reading all that it was sent: a reset."""
from multiprocessing import get_context

mp = get_context("fork")
here, there = mp.Pipe()
here.send("never read")
child = mp.Process(target=there.close)
child.start()
there.close()
child.join()
try:
    here.recv()
except ConnectionResetError:
    print("closed: the peer did not read all")
try:
    here.send("too late")
except BrokenPipeError:
    print("closed: nobody reads any more")
