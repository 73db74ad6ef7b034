"""Hangs: both ends of a duplex send 1 MiB before they receive."""
from multiprocessing import get_context

mp = get_context("fork")


def exchange(end):
    print("sends 1 MiB, and then receives as much", flush=True)
    end.send_bytes(bytes(1 << 20))
    end.recv_bytes()
    print("never printed", flush=True)


here, there = mp.Pipe()
child = mp.Process(target=exchange, args=(there,))
child.start()
exchange(here)
child.join()
