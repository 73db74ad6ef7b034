"""Runners sign up, and the starter fires for each, however late, until nobody is left who might."""
from multiprocessing import get_context

mp = get_context("fork")


def run(number, sign_up, shot):
    sign_up.send(number)
    shot.recv()


names, sign_up = mp.Pipe(duplex=False)
runners = []
for number in range(2):
    shot, fire = mp.Pipe(duplex=False)
    runner = mp.Process(target=run, args=(number, sign_up, shot))
    runner.start()
    shot.close()
    runners.append((runner, fire))
sign_up.close()
try:
    while True:
        runners[names.recv()][1].send(None)
except EOFError:
    pass
for runner, _ in runners:
    runner.join()
    assert runner.exitcode == 0
print("all have run")
