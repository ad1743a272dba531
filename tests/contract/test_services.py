#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""An agent's way through each service that Pupitre comes with, as it is shipped: what the work says
from the empty queue to the corrected code is what the contract says, with a script and without.

usage: test_services.py BUILD-ROOT SOURCE-ROOT"""

import sys
import time

from tap import Tap, expect
from test_clock import Clock, instant
from world import PASSWORD, World

LINES = [f"agent anna WAL fr agent {PASSWORD}", "people 2 WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
HOLIDAYS = ("01-01", "05-01", "07-21", "08-15", "11-01", "11-11", "12-25")
# The code that is chosen, and what it is corrected to.
SERVICES = {"tracing": ("busy", "no_answer"), "crisis": ("busy", "no_answer"),
            "disability": ("busy", "voicemail")}


def working_day(now):
    """13:30 UTC of the next day on which all of them call: no holiday falls on a Wednesday, but
    those of a date."""
    while time.strftime("%w", time.gmtime(now)) != "3" or time.strftime("%m-%d", time.gmtime(now)) in HOLIDAYS:
        now += 86400
    return instant(time.strftime("%Y-%m-%dT13:30:00Z", time.gmtime(now)))


class Shift:
    """World judges every answer, and Stream every event."""

    def __init__(self, world, clock, codes, scripted):
        self.world, self.clock, self.codes, self.scripted = world, clock, codes, scripted
        self.anna = world.sign_in("anna")

    def check(self, offer):
        expect((offer["script_id"] is None) != self.scripted, offer["script_id"])
        expect((offer["script_version"] is None) != self.scripted, offer["script_version"])
        return offer

    def offered(self):
        stream = self.anna.stream()
        self.anna.on_queue()
        work = stream.next("work")[1]
        while not work["offer"]:
            work = stream.next("work")[1]
        stream.close()
        self.check(work["offer"])
        return self.check(self.anna.wait_offer("offered"))

    def called(self, offer):
        offer = self.check(self.anna.act("accept", offer)["offer"])
        permit = self.anna.permit(offer)
        events = [{"seq": seq, "at": self.clock.text(), **event} for seq, event in enumerate(
            ({"kind": "dial"}, {"kind": "ring"}, {"kind": "end", "end": "busy"}), 1)]
        answer = self.world.ask("POST", f"/v1/calls/{permit['call_id']}/events", {"events": events},
                                token=permit["call_token"])
        expect(answer.status == 200, answer.body)
        self.anna.act("record", offer)
        self.anna.good("GET", f"/v1/offers/{offer['offer_id']}/response")
        return self.check(self.anna.offer())

    def closed(self, offer):
        self.anna.act("wrapup", offer, code=self.codes[0], chosen_at=self.clock.text())
        self.check(self.anna.offer())
        self.anna.good("PUT", "/v1/queue", {"on_queue": False})
        self.anna.act("end", offer)
        expect(self.anna.offer() is None, "still there")
        self.anna.good("POST", f"/v1/offers/{offer['offer_id']}/correct", {"code": self.codes[1]})
        for path in ("/v1/service", "/v1/queues", "/v1/callbacks", "/v1/interactions"):
            self.anna.good("GET", path)


def walk(tap, build, source, service, codes):
    world = World(build, source, LINES, service=service, **TIMES)
    try:
        clock = Clock(world)
        clock.move(int(working_day(time.time() + 86400) - clock.now()))
        world.start(under=clock.under)
        shift = Shift(world, clock, codes, service == "tracing")
        offer = tap.case(f"{service}: somebody is offered, on the stream, too", shift.offered)
        offer = tap.case(f"{service}: the offer is taken and the person called", shift.called, offer)
        tap.case(f"{service}: a code is chosen, and corrected", shift.closed, offer)
        tap.say(world.stop() == 0, f"{service}: pupitred ends when it is asked to")
    finally:
        world.end()


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    for service, codes in SERVICES.items():
        walk(tap, build, source, service, codes)
    tap.end()


if __name__ == "__main__":
    main()
