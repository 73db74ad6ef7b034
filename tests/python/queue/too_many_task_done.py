"""Who says of more tasks that they are done than there were is told so."""
from multiprocessing import get_context

mp = get_context("fork")


def work(tasks):
    for _ in range(2):
        tasks.get()
        tasks.task_done()
    print("a child did both", flush=True)


def is_refused(tasks):
    try:
        tasks.task_done()
    except ValueError:  # task_done() called too many times
        return True


tasks = mp.JoinableQueue()
assert is_refused(tasks)
print("nothing was put, so nothing can be done", flush=True)
tasks.put(1)
tasks.put(2)
worker = mp.Process(target=work, args=(tasks,))
worker.start()
worker.join()
assert worker.exitcode == 0
assert is_refused(tasks)
print("the parent is told: more tasks are done than were put")
tasks.join()
