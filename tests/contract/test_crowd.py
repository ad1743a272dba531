#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Many at once. Keep-alive clients are all served: libmicrohttpd's own event loop hangs when exactly
128 connections are ready together, so 127, 128, 129 and 256 of them ask at the same time. Agents who
work at the same time never get the same person.

usage: test_crowd.py BUILD-ROOT SOURCE-ROOT"""

import asyncio
import concurrent.futures
import resource
import sys
import time

from tap import Tap, expect
from world import DEADLINE_S, PASSWORD, World

ROUNDS = 20
AGENTS = 12
PEOPLE_EACH = 4
LINES = [f"agent agent{i} WAL fr agent {PASSWORD}" for i in range(AGENTS)]
REQUESTS = (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")


async def answer(reader):
    head = await reader.readuntil(b"\r\n\r\n")
    expect(head.startswith(b"HTTP/1.1 200 "), head)
    length = [int(line.split(b":")[1]) for line in head.split(b"\r\n")
              if line.lower().startswith(b"content-length:")]
    await reader.readexactly(length[0])


async def crowd(world, size):
    clients = [await asyncio.open_connection(world.host, world.port, ssl=world.trust) for _ in range(size)]
    for i in range(ROUNDS):
        # All requests are on their way before the first answer is read.
        for _, writer in clients:
            writer.write(REQUESTS[i % 2])
        await asyncio.wait_for(asyncio.gather(*(answer(reader) for reader, _ in clients)), DEADLINE_S)
    for _, writer in clients:
        writer.close()


def work(world, login):
    """One agent handles some people; gives the ids of who they were."""
    agent = world.sign_in(login)
    agent.on_queue()
    people = []
    for _ in range(PEOPLE_EACH):
        offer = agent.wait_offer("offered")
        people.append(agent.act("accept", offer)["offer"]["person"]["person_id"])
        permit = agent.permit(offer)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        agent.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
            {"seq": 1, "at": now, "kind": "dial"}, {"seq": 2, "at": now, "kind": "answer"},
            {"seq": 3, "at": now, "kind": "end", "end": "by_agent"}]})
        agent.act("wrapup", offer, code="closed_with_data", chosen_at=now)
        if len(people) == PEOPLE_EACH:
            agent.good("PUT", "/v1/status", {"status": "break"})
        agent.act("end", offer)
    return people


def agents_at_once(world):
    with concurrent.futures.ThreadPoolExecutor(AGENTS) as pool:
        results = list(pool.map(lambda i: work(world, f"agent{i}"), range(AGENTS)))
    people = [person for result in results for person in result]
    expect(len(set(people)) == len(people) == AGENTS * PEOPLE_EACH, "somebody was called by two")


def raise_descriptors():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a login's 1024 are too few


def main():
    build, source = sys.argv[1:3]
    raise_descriptors()
    tap = Tap()
    world = World(build, source, [*LINES, f"people {AGENTS * PEOPLE_EACH} WAL fr"],
                  offer_s=600, preview_s=600, acw_s=600, agent_gone_s=600)
    try:
        world.start()
        for size in (127, 128, 129, 256, 1100):
            tap.case(f"{size} clients at once are served", lambda n=size: asyncio.run(crowd(world, n)))
        tap.case(f"{AGENTS} agents at once never get the same person", agents_at_once, world)
        tap.say(world.stop() == 0, "and pupitred ends when asked to")
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
