"""The parent closes the child's end right after the start. After `_TestConnection.test_spawn_close`."""
from multiprocessing import get_context

mp = get_context("fork")


def answer(here, there):
    here.close()
    there.send(there.recv() + "? yes")


here, there = mp.Pipe()
child = mp.Process(target=answer, args=(here, there))
child.start()
there.close()
here.send("still there")
print(here.recv())
child.join()
