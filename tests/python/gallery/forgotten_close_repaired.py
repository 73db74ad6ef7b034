"""A pool that hires a second worker if the first is busy, which closes what it inherits of the first one's jobs."""
from multiprocessing import get_context

mp = get_context("fork")


def work(todo, jobs, earlier, tell):
    jobs.close()
    for _, others in earlier:
        others.close()
    try:
        while True:
            n = todo.recv()
            tell.send(n * n)
    except EOFError:
        pass


def hire(tell, earlier):
    todo, jobs = mp.Pipe(duplex=False)
    process = mp.Process(target=work, args=(todo, jobs, earlier, tell))
    process.start()
    todo.close()
    return process, jobs


done, tell = mp.Pipe(duplex=False)
pool = [hire(tell, [])]
pool[0][1].send(1)
if not done.poll(0):
    pool.append(hire(tell, pool))
for process, jobs in pool:
    jobs.close()
    process.join()
    assert process.exitcode == 0
print("all workers have ended")
