#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The backend's wall clock is moved by an hour, forth and back, while agents work: what was promised
as a time to go is neither cut nor stretched, and every screen hears of it.

usage: test_clock.py BUILD-ROOT SOURCE-ROOT"""

import calendar
import mmap
import struct
import sys
import time

from tap import Tap, expect
from world import PASSWORD, World, wait_for

HOUR_S = 3600
LINES = [f"agent {name} WAL fr agent {PASSWORD}" for name in ("anna", "bert", "cora")]
LINES += ["people 6 WAL fr"]
TIMES = {"offer_s": 40, "preview_s": 600, "acw_s": 30, "agent_gone_s": 600}


def instant(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


class Clock:
    """The clock of a pupitred that has tests/contract/clock_step.c in it."""

    def __init__(self, world):
        self.file = world.directory / "step"
        self.file.write_bytes(bytes(8))
        self.under = ("env", f"LD_PRELOAD={world.build}/tests/contract/libclock_step.so",
                      f"CLOCK_STEP={self.file}")
        self.s = 0

    def move(self, by_s):
        self.s += by_s
        with open(self.file, "r+b") as file, mmap.mmap(file.fileno(), 8) as memory:
            memory[:] = struct.pack("=q", self.s)

    def now(self):
        return time.time() + self.s

    def text(self):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.now()))


def until(stream, what, fits):
    while True:
        got = stream.next("work")
        expect(got, f"the stream ended before {what}")
        if fits(got[1]):
            return got[1]


def left(work):
    return instant(work["offer"]["deadline"]) - instant(work["server_time"])


class Steps:
    def __init__(self, world, clock):
        self.world, self.clock = world, clock
        self.agents = [world.sign_in(name) for name in ("anna", "bert", "cora")]
        self.streams = [agent.stream() for agent in self.agents]

    def moved(self, by_s, state):
        """Anna's stream says it by itself, with the same time to go; gives the work."""
        before = self.agents[0].work()
        self.clock.move(by_s)
        after = until(self.streams[0], "the moved clock",
                      lambda w: abs(instant(w["server_time"]) - self.clock.now()) < 30)
        expect(after["offer"]["state"] == state, after["offer"])
        if before["offer"]["deadline"]:
            gone = left(before) - left(after)
            expect(0 <= gone <= 25, f"the time to go changed by {gone} s")
        since = instant(after["server_time"]) - instant(after["offer"]["state_since"])
        expect(0 <= since < 600, f"since {since} s")
        return after

    def one_person(self, by_s):
        anna = self.agents[0]
        anna.on_queue()
        anna.wait_offer("offered")
        work = self.moved(by_s, "offered")
        anna.act("accept", work["offer"])
        self.moved(-by_s, "preview")
        permit = anna.permit(anna.offer())
        path = f"/v1/calls/{permit['call_id']}/events"
        began = self.clock.text()
        anna.good("POST", path, {"events": [{"seq": 1, "at": began, "kind": "dial"},
                                            {"seq": 2, "at": began, "kind": "answer"}]})
        work = self.moved(by_s, "call")
        call = work["offer"]["call"]
        expect(0 <= instant(work["server_time"]) - instant(call["answered_at"]) < 600, call)
        ended = self.clock.text()
        anna.good("POST", path, {"events": [{"seq": 3, "at": ended, "kind": "end",
                                             "end": "by_person"}]})
        work = until(self.streams[0], "after-call work", lambda w: w["offer"]["state"] == "acw")
        expect(20 <= left(work) <= 30, work["offer"])
        work = self.moved(-by_s, "acw")
        outcome = anna.act("wrapup", work["offer"], code="closed_with_data",
                           chosen_at=self.clock.text())
        expect(not outcome["late"], "late")
        anna.good("PUT", "/v1/status", {"status": "break"})
        anna.act("end", anna.offer())
        for agent in self.agents:  # nobody was thrown out
            expect(agent.work()["status"], "no status")

    def sessions(self):
        expires = [instant(agent.session["expires_at"]) for agent in self.agents]
        self.clock.move(HOUR_S)
        wait_for("the moved clock", lambda: abs(
            instant(self.agents[1].work()["server_time"]) - self.clock.now()) < 30)
        log = self.world.log.read_text("utf-8")
        expect(" clock moved=3600 s" in log and " clock moved=-3600 s" in log, "not in the log")
        expect(all(e - time.time() > HOUR_S for e in expires), "sessions are too short for this test")
        self.clock.move(-HOUR_S)

    def logins(self):
        """Wrong passwords are held up by a time to go, too."""
        for _ in range(8):
            self.world.ask("POST", "/v1/sessions", {"login": "cora", "password": "wrong"})
        self.clock.move(-HOUR_S)
        answer = self.world.ask("POST", "/v1/sessions", {"login": "cora", "password": "wrong"})
        wait_s = int(answer.headers.get("retry-after", "0"))
        expect(wait_s < 600, f"wait for {wait_s} s")
        self.clock.move(HOUR_S)


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    try:
        clock = Clock(world)
        world.start(under=clock.under)
        steps = Steps(world, clock)
        tap.case("an hour forth and back in each state", steps.one_person, HOUR_S)
        tap.case("an hour back and forth in each state", steps.one_person, -HOUR_S)
        tap.case("sessions go on, and the log says it", steps.sessions)
        tap.case("a throttled login waits no hour", steps.logins)
        tap.say(world.stop() == 0, "and pupitred ends when asked to")
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
