"""A forked function sees its parent's variables: the child has a copy of them."""
from multiprocessing import get_context

mp = get_context("fork")


def main():
    rx, tx = mp.Pipe(duplex=False)
    greeted = 0
    for name in ["Ada", "Grace", "Barbara"]:

        def greet():
            nonlocal greeted
            greeted += 100  # the child's copy
            assert greeted <= 102
            tx.send(f"hello, {name}")

        child = mp.Process(target=greet)
        child.start()
        child.join()
        assert child.exitcode == 0
        print(rx.recv(), flush=True)
        greeted += 1
    print(greeted, "were greeted")


main()
