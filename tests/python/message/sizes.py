"""Messages of every size that could be special."""
from multiprocessing import get_context

mp = get_context("fork")
SIZES = [0, 1, 4091, 4092, 4093, 4096, 4097, 16_384, 16_385, 65_531, 65_532, 65_533, 65_536, 1_048_576]


def pattern(size):
    return bytes(at % 251 for at in range(size))


def write(tx):
    for size in SIZES:
        tx.send_bytes(pattern(size))


rx, tx = mp.Pipe(duplex=False)
writer = mp.Process(target=write, args=(tx,))
writer.start()
tx.close()
for size in SIZES:
    assert rx.recv_bytes() == pattern(size)
    print(size, "bytes")
try:
    rx.recv_bytes()
except EOFError:
    print("end-of-file")
writer.join()
