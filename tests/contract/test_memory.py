#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Requests of each kind, again and again, each time with another allocation of pupitred failing: once
alone, once with all that follow. There is an answer that says so or the end of the connection, never
silence and never a crash; nothing is left in memory; and afterwards the same request succeeds.

usage: test_memory.py BUILD-ROOT SOURCE-ROOT"""

import json
import mmap
import socket
import struct
import sys

from tap import Tap, expect
from test_contract import LINES, LONG, NOW, RESPONSE, event
from test_wire import Raw
from world import DEADLINE_S, World, fresh_key

MOST = 2000  # allocations of one request: more is a loop without an end
ALL = -1
LEFT = 5  # allocations that are under way when it is counted
SILENT = 25  # those of a connection and of an answer's head, for which nothing can be said


class Orders:
    """What tests/contract/fail_at.c reads."""

    def __init__(self, path):
        path.write_bytes(struct.pack("iiii", ALL, 0, 0, 0))
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 16)

    def give(self, left, lasting=False):
        self.map[4:12] = struct.pack("ii", lasting, 0)
        self.map[0:4] = struct.pack("i", left)

    def happened(self):
        self.map[0:4] = struct.pack("i", ALL)
        return struct.unpack("i", self.map[8:12])[0] > 0

    def live(self):
        return struct.unpack("i", self.map[12:16])[0]


def exchange(world, method, path, body, token, key):
    """The answer on a connection of its own; None when that ends without one."""
    text = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(text)}\r\n"
    if method == "POST":
        head += f"Idempotency-Key: {key}\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\n\r\n"
    with socket.create_connection((world.host, world.port)) as peer:
        peer.settimeout(DEADLINE_S)
        try:
            peer.sendall(head.encode() + text)
            received = peer.makefile("rb")
            return Raw(received) if received.peek(1) else None
        except (BrokenPipeError, ConnectionResetError):
            return None


def sweep(world, lasting, key, method, path, body, token, good):
    """The request until nothing failed in it: how often, how often without an answer, what is left."""
    n, silent = 0, 0
    live = world.orders.live()
    while True:
        world.orders.give(n, lasting)
        answer = exchange(world, method, path, body, token, key)
        if not world.orders.happened():
            break
        if answer is None:
            silent += 1
        elif answer.status >= 400:
            world.contract.judge_problem(answer)
            expect(answer.status in (500, 503, good), f"allocation {n}: {answer.status} {answer.body!r}")
        n += 1
        expect(n < MOST, "there is no end of allocations")
    expect(answer and answer.status == good, f"afterwards: {answer and answer.body!r}")
    return n, silent, world.orders.live() - live


def every_allocation(world, lasting, *request):
    n, silent, left = sweep(world, lasting, fresh_key(), *request)
    expect(silent < SILENT or lasting, f"{silent} of {n} without an answer")
    expect(n > 3, f"only {n} allocations failed")
    return left


def nothing_is_left(world, lasting, *request):
    """Statements are prepared at their first use and kept, also by what the second's tick does; what
    is lost at a failure is lost each time."""
    for _ in range(3):
        left = every_allocation(world, lasting, *request)
        if left <= LEFT:
            return
    raise AssertionError(f"{left} allocations are still there")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **LONG)
    world.orders = Orders(world.directory / "orders")
    try:
        world.start(env={"LD_PRELOAD": f"{build}/tests/contract/libfail_at.so",
                         "FAIL_AT_FILE": str(world.directory / "orders")})
        anna = world.sign_in("anna")
        anna.on_queue()
        offer = anna.wait_offer("offered")
        base, fence = f"/v1/offers/{offer['offer_id']}", {"fence": offer["fence"]}

        def case(lasting, method, path, body, good, is_once=False):
            how = "from one allocation on" if lasting else "with one allocation"
            tap.case(f"{method} {path.replace(base, '…')}: {good} {how} failing",
                     every_allocation if is_once else nothing_is_left,
                     world, lasting, method, path, body, anna.token, good)

        def once(verb, body=None, path=None, good=200):
            case(False, "POST", path or f"{base}/{verb}", {**fence, **(body or {})}, good, True)

        once("accept")
        once("", {"offer_id": offer["offer_id"], "phone_index": 0}, "/v1/calls", 201)
        for row in (
            ("GET", "/healthz", None, 200),
            ("GET", "/v1/work", None, 200),
            ("GET", "/v1/queues", None, 200),
            ("GET", "/v1/interactions", None, 200),
            ("GET", "/v1/service", None, 200),
            ("GET", "/v1/scripts/tracing-contact", None, 200),
            ("GET", "/v1/nothing", None, 404),
            ("PUT", "/v1/queue", {"on_queue": False}, 200),
            ("PUT", "/v1/queue", {"on_queue": 1}, 422),
            ("POST", f"{base}/record", fence, 200),
            ("POST", f"{base}/wrapup", {**fence, "code": "busy", "chosen_at": NOW}, 409),
            ("GET", f"{base}/response", None, 200),
            ("PUT", f"{base}/response", {**fence, "base_version": 0, "status": "in-progress",
                                         "response": RESPONSE}, 200),
        ):
            case(False, *row)
            case(True, *row)
        call = f"/v1/calls/{anna.offer()['call']['call_id']}/events"
        case(False, "POST", call, {"events": [event(1, "dial"), event(2, "end", end="busy")]}, 200, True)
        once("wrapup", {"code": "busy", "chosen_at": NOW})
        once("end")
        tap.case("and all is well again", anna.work)
        tap.say(world.stop() == 0, "pupitred ends when it is asked to",
                world.log.read_text("utf-8", "replace")[-3000:])
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", f"{error!r} {world.process and world.process.poll()}")
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
