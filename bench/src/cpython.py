"""Prints how many seconds COUNT messages, or COUNT children, took: KIND COUNT SIZE."""

import multiprocessing
import sys
import time


def nothing():
    pass


def send(writing, kind, count, size):
    message = b"\7" * size if kind == "bytes" else 0x9E3779B97F4A7C15
    write = writing.send_bytes if kind == "bytes" else writing.send
    for _ in range(count + 1):
        write(message)


def messages(context, kind, count, size):
    reading, writing = context.Pipe(duplex=False)
    child = context.Process(target=send, args=(writing, kind, count, size))
    child.start()
    writing.close()
    read = reading.recv_bytes if kind == "bytes" else reading.recv
    read()
    begun = time.perf_counter()
    for _ in range(count):
        read()
    elapsed = time.perf_counter() - begun
    child.join()
    return elapsed


def children(context, count):
    begun = time.perf_counter()
    for _ in range(count):
        child = context.Process(target=nothing)
        child.start()
        child.join()
    return time.perf_counter() - begun


def main():
    context = multiprocessing.get_context("fork")
    kind, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if kind == "fork":
        print(children(context, count))
    else:
        print(messages(context, kind, count, size))


main()
