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


def ask_at(world, address):
    """The status of /healthz there, asked without the client's names of addresses."""
    host, port = address.rsplit(":", 1)
    with socket.create_connection((host.strip("[]"), int(port)), timeout=20) as line:
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
        return line.makefile("rb").readline().split()[1]


def both_kinds(world):
    """Two doors into one room: who signs in at one is known at the other."""
    world.start("--listen", "127.0.0.1:0,[::1]:0")
    addresses = (world.data / "address").read_text().splitlines()
    expect(len(addresses) == 2 and addresses[1].startswith("[::1]:"), addresses)
    for address in addresses:
        expect(ask_at(world, address) == b"200", address)
    anna = world.sign_in("anna")
    world.host, world.port = "::1", int(addresses[1].rsplit(":", 1)[1])
    stream = anna.stream()
    expect(stream.next("work"), "no work over IPv6")
    anna.good("PUT", "/v1/status", {"status": "meal"})
    while stream.next("work")[1]["status"] != "meal":
        pass
    stream.close()
    expect(world.stop() == 0, "it does not end")
    expect(not (world.data / "address").exists(), "the addresses are left behind")


def one_is_taken(world):
    """Where one of several is taken, nothing is served."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        end = run(world, f"[::1]:0,{taken}")
        expect(end.returncode == os.EX_IOERR and taken in end.stderr, (end.returncode, end.stderr))


def main():
    tap = Tap()
    first, second = (World(sys.argv[1], sys.argv[2], LINES) for _ in range(2))
    try:
        first.start()
        tap.case("another program has the port", another_program, second)
        tap.case("another pupitred has the port", another_pupitred, first, second)
        tap.case("a killed pupitred comes back at its port", restart, first)
        tap.case("one of several addresses is taken", one_is_taken, second)
        tap.case("IPv4 and IPv6 are served together", both_kinds, second)
    finally:
        first.end()
        second.end()
    tap.end()


main()
