"""The shortest program that shows a pipe, a fork and an end-of-file."""
from multiprocessing import get_context

mp = get_context("fork")


def child(rx, tx):
    tx.close()
    while True:
        try:
            print("the child got", rx.recv(), flush=True)
        except EOFError:
            break
    print("the child saw the end", flush=True)


rx, tx = mp.Pipe(duplex=False)
process = mp.Process(target=child, args=(rx, tx))
process.start()
rx.close()
for n in range(1, 4):
    tx.send(n)
tx.close()
process.join()
print("the parent ends too")
