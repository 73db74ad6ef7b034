"""Who waits for the last worker's answer would not see its end."""
from multiprocessing import get_context

mp = get_context("fork")


def hire(tell):
    worker = mp.Process(target=tell.send, args=(42,))
    worker.start()
    return worker


answers, tell = mp.Pipe(duplex=False)
worker = hire(tell)
assert answers.recv() == 42
worker.join()
print("the answer: 42")
