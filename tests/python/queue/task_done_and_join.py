"""Four workers share ten tasks; the join returns when all are done. After `_TestQueue.test_task_done`."""
import time
from multiprocessing import get_context

mp = get_context("fork")
WORKERS, TASKS = 4, 10


def work(tasks, tell):
    for task in iter(tasks.get, None):
        time.sleep(0.005)
        tell.send(task)
        tasks.task_done()


tasks = mp.JoinableQueue()
done, tell = mp.Pipe(duplex=False)
workers = [mp.Process(target=work, args=(tasks, tell)) for _ in range(WORKERS)]
for worker in workers:
    worker.start()
for task in range(TASKS):
    tasks.put(task)
tasks.join()
finished = []
while done.poll():
    finished.append(done.recv())
print("joined, and done are", sorted(finished), flush=True)
for _ in workers:
    tasks.put(None)
for worker in workers:
    worker.join()
    assert worker.exitcode == 0
print("the queue is closed, and the workers went home")
