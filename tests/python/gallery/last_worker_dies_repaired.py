"""Who waits for the last worker's answer waits for its end too, and hires another."""
from multiprocessing import get_context
from multiprocessing.connection import wait

mp = get_context("fork")


def hire(tell):
    worker = mp.Process(target=tell.send, args=(42,))
    worker.start()
    return worker


answers, tell = mp.Pipe(duplex=False)
worker = hire(tell)
while answers not in wait([answers, worker.sentinel]) and not answers.poll(0):
    worker = hire(tell)
assert answers.recv() == 42
worker.join()
print("the answer: 42")
