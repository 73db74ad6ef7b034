"""Hangs: the second child inherits the writing end of the first one's pipe."""
from multiprocessing import get_context

mp = get_context("fork")


def print_all(name, rx, *not_mine):
    for end in not_mine:
        end.close()
    try:
        while True:
            print(name, "got", rx.recv(), flush=True)
    except EOFError:
        pass


first_rx, first_tx = mp.Pipe(duplex=False)
second_rx, second_tx = mp.Pipe(duplex=False)
first = mp.Process(target=print_all, args=("first", first_rx, first_tx, second_tx))
first.start()
# Here `first_tx` is missing.
second = mp.Process(target=print_all, args=("second", second_rx, second_tx))
second.start()
first_tx.send(1)
first_tx.close()
first.join()
second_tx.close()
second.join()
