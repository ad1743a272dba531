#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many keep-alive clients at once are all served: libmicrohttpd's own event loop hangs when exactly
128 connections are ready together, so 127, 128, 129 and 256 of them ask at the same time.

usage: test_crowd.py BUILD-ROOT SOURCE-ROOT"""

import asyncio
import sys

from tap import Tap, expect
from world import DEADLINE_S, PASSWORD, World

ROUNDS = 20
REQUESTS = (b"GET /v1/healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /v1/readyz HTTP/1.1\r\nHost: x\r\n\r\n")


async def answer(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    expect(head.startswith(b"HTTP/1.1 200 "), head)
    length = [int(line.split(b":")[1]) for line in head.split(b"\r\n")
              if line.lower().startswith(b"content-length:")]
    await reader.readexactly(length[0])


async def crowd(world, size):
    clients = [await asyncio.open_connection(world.host, world.port) for _ in range(size)]
    for i in range(ROUNDS):
        # All requests are on their way before the first answer is read.
        for _, writer in clients:
            writer.write(REQUESTS[i % 2])
        await asyncio.wait_for(asyncio.gather(*(answer(reader) for reader, _ in clients)), DEADLINE_S)
    for _, writer in clients:
        writer.close()


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, [f"agent anna WAL fr agent {PASSWORD}"])
    try:
        world.start()
        for size in (127, 128, 129, 256, 1100):
            tap.case(f"{size} clients at once are served", lambda n=size: asyncio.run(crowd(world, n)))
        tap.say(world.stop() == 0, "and pupitred ends when asked to")
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
