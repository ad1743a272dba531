#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A taken port: the second pupitred says which, and leaves; the first one's own restart is in
nobody's way.

usage: test_port.py BUILD-ROOT SOURCE-ROOT"""

import os
import socket
import subprocess
import sys

from tap import Tap, expect
from world import PASSWORD, World

LINES = [f"agent anna WAL fr agent {PASSWORD}"]


def run(world, address):
    """A pupitred of this world that is expected to end by itself."""
    return subprocess.run(
        [str(world.build / "net/server/pupitred"), "--data", str(world.data), "--listen", address,
         "--gateway", "127.0.0.1:5070"], capture_output=True, text=True, timeout=20, check=False)


def refused(world, address):
    end = run(world, address)
    expect(end.returncode == os.EX_IOERR, (end.returncode, end.stderr))
    expect(f"{address} cannot be listened on: another program has this address" in end.stderr,
           end.stderr)
    expect(not (world.data / "address").exists(), "an address was published")


def another_program(world):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused(world, f"127.0.0.1:{other.getsockname()[1]}")


def another_pupitred(first, second):
    refused(second, f"{first.host}:{first.port}")
    first.sign_in("anna")  # which goes on as before


def restart(world):
    """Connections of the killed one are still remembered by the kernel."""
    address = f"{world.host}:{world.port}"
    world.sign_in("anna")
    world.kill()
    world.start("--listen", address)
    expect(f"{world.host}:{world.port}" == address, world.port)
    world.sign_in("anna")


def main():
    tap = Tap()
    first, second = (World(sys.argv[1], sys.argv[2], LINES) for _ in range(2))
    try:
        first.start()
        tap.case("another program has the port", another_program, second)
        tap.case("another pupitred has the port", another_pupitred, first, second)
        tap.case("a killed pupitred comes back at its port", restart, first)
    finally:
        first.end()
        second.end()
    tap.end()


main()
