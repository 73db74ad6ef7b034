"""Two clients ask one server. Each says who asks, and is answered through a pipe of its own."""
import sys
from multiprocessing import get_context

mp = get_context("fork")


def client(me, n, ask, reply):
    ask.send((me, n))
    sys.exit(reply.recv())


requests, ask = mp.Pipe(duplex=False)
replies = [mp.Pipe(duplex=False) for _ in range(2)]
clients = [mp.Process(target=client, args=(me, n, ask, replies[me][0])) for me, n in [(0, 2), (1, 3)]]
for process in clients:
    process.start()
for _ in clients:
    who, n = requests.recv()
    replies[who][1].send(n * n)
for process, square in zip(clients, [4, 9]):
    process.join()
    assert process.exitcode == square
print("each client has its own answer")
