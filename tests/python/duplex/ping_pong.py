"""Two processes throw a number back and forth over a duplex; each adds one."""
from multiprocessing import get_context

mp = get_context("fork")


def throw_back(ping, pong):
    ping.close()
    try:
        while True:
            n = pong.recv()
            print("pong", n, flush=True)
            pong.send(n + 1)
    except EOFError:
        pass


ping, pong = mp.Pipe()
child = mp.Process(target=throw_back, args=(ping, pong))
child.start()
n = 0
for _ in range(5):
    print("ping", n, flush=True)
    ping.send(n)
    n = ping.recv() + 1
ping.close()
pong.close()
child.join()
print(n, "throws")
