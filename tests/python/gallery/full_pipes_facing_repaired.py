"""Two processes swap pages, each larger than a pipe holds. It is agreed who receives first."""
from multiprocessing import get_context

mp = get_context("fork")
PAGE = bytes([7]) * 65_535


def swap(source, to, receive_first):
    if receive_first:
        assert source.recv_bytes() == PAGE
    to.send_bytes(PAGE)
    if not receive_first:
        assert source.recv_bytes() == PAGE


here, to_here = mp.Pipe(duplex=False)
there, to_there = mp.Pipe(duplex=False)
child = mp.Process(target=swap, args=(there, to_here, True))
child.start()
there.close()
to_here.close()
swap(here, to_there, False)
child.join()
assert child.exitcode == 0
print("each has the other's page")
