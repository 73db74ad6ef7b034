"""Four workers take jobs of very different length from one queue; one job ends only after all others are done."""
import time
from multiprocessing import get_context

mp = get_context("fork")
WORKERS, SHORT = 4, 40


def work(jobs, done, end):
    for job in iter(jobs.get, None):
        if job == "long":
            end.recv()
        else:
            number, takes = job
            time.sleep(takes)
            done.put(number)
        jobs.task_done()


jobs, done = mp.JoinableQueue(), mp.Queue()
end, may_end = mp.Pipe(duplex=False)
workers = [mp.Process(target=work, args=(jobs, done, end)) for _ in range(WORKERS)]
for worker in workers:
    worker.start()
jobs.put("long")
for number in range(SHORT):
    jobs.put((number, number % 5 / 1000))
assert sorted(done.get() for _ in range(SHORT)) == list(range(SHORT))
print(SHORT, "short jobs are done, while one is in the long one", flush=True)
may_end.send(None)
jobs.join()
print("and now that is done too", flush=True)
for _ in workers:
    jobs.put(None)
for worker in workers:
    worker.join()
    assert worker.exitcode == 0
