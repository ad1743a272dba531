#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What happens by itself: offers that nobody accepts, agents who are gone, after-call work that runs
out, people who rested. The service of the test has short times.

usage: test_absence.py BUILD-ROOT SOURCE-ROOT"""

import subprocess
import sys
import time

from tap import Tap, expect
from world import PASSWORD, World, wait_for

NOW = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         f"agent cora WAL fr agent {PASSWORD}", f"agent sven WAL fr supervisor {PASSWORD}",
         f"agent dora OOS de agent {PASSWORD}", f"agent olga OOS de supervisor {PASSWORD}",
         f"agent emil BXL nl agent {PASSWORD}", f"agent rosa BXL nl supervisor {PASSWORD}",
         "people 1 WAL fr", "people 1 OOS de", "people 1 BXL nl"]
TIMES = {"offer_s": 2, "preview_s": 600, "acw_s": 2, "agent_gone_s": 2, "heartbeat_s": 1,
         "screen_grace_s": 1}


class Absence:
    def __init__(self, world):
        self.world = world
        self.anna, self.bert, self.cora, self.sven = map(
            world.sign_in, ("anna", "bert", "cora", "sven"))
        self.olga = world.sign_in("olga")
        self.watch = self.sven.stream()
        self.offer = None
        self.dora = dora = world.sign_in("dora")  # calls somebody, and is not heard of again
        dora.on_queue()
        offer = dora.wait_offer("offered")
        dora.act("accept", offer)
        dora.permit(offer)
        self.rosa = world.sign_in("rosa")
        self.emil = emil = world.sign_in("emil")  # owes a code, and is not heard of again
        emil.on_queue()
        offer = emil.wait_offer("offered")
        emil.act("accept", offer)
        permit = emil.permit(offer)
        emil.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
            {"seq": 1, "at": NOW, "kind": "dial"},
            {"seq": 2, "at": NOW, "kind": "end", "end": "no_answer"}]})

    def until(self, stream, what, fits):
        """The next work of a stream that fits."""
        while True:
            got = stream.next("work")
            expect(got, f"the stream ended before {what}")
            if fits(got[1]):
                return got[1]

    def not_accepted(self):
        stream = self.anna.stream()
        self.anna.on_queue()
        self.until(stream, "the offer", lambda w: w["offer"])
        work = self.until(stream, "the end of the offer", lambda w: not w["offer"])
        expect(not work["on_queue"] and work["status"] == "away", work)
        stream.close()

    def gone(self):
        """Anna prepares the call and vanishes; Bert, who waits, is offered the person. Closing the
        stream is noticed at once: the keep-alive after 15 s would come too late for this."""
        stream = self.anna.stream()
        self.anna.on_queue()
        self.offer = self.anna.wait_offer("offered")
        self.anna.act("accept", self.offer)
        bert = self.bert.stream()
        self.bert.on_queue()
        stream.close()
        began = time.monotonic()
        offer = self.until(bert, "the offer", lambda w: w["offer"])["offer"]
        expect(time.monotonic() - began < 14, "it took the keep-alive to notice")
        answer = self.anna.ask("POST", "/v1/calls", {
            "offer_id": self.offer["offer_id"], "fence": self.offer["fence"], "phone_index": 0})
        expect(answer.status == 409, answer.body)
        expect(not self.anna.work()["on_queue"], "still on queue")
        self.bert.act("accept", offer)
        self.offer = offer
        self.stream = bert

    def call_stays(self):
        """Bert vanishes in the call, then Cora, who has none. When she is off queue he has been
        away long enough, too; but the call is up."""
        permit = self.bert.permit(self.offer)
        self.stream.close()
        cora = self.cora.stream()
        self.cora.on_queue()
        cora.close()
        wait_for("Cora's leaving the queue", lambda: all(
            q["agents_on_queue"] <= 1 for q in self.sven.good("GET", "/v1/queues")["queues"]))
        offer = self.bert.offer()
        expect(offer["state"] == "call" and offer["fence"] == self.offer["fence"], offer)
        answer = self.world.ask("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
            {"seq": 1, "at": NOW, "kind": "dial"}, {"seq": 2, "at": NOW, "kind": "ring"},
            {"seq": 3, "at": NOW, "kind": "end", "end": "no_answer"}]}, token=permit["call_token"])
        expect(answer.status == 200, answer.body)

    def overdue(self):
        stream = self.bert.stream()
        work = self.until(stream, "the end of the time",
                          lambda w: w["offer"] and w["offer"]["state"] == "overdue")
        rows = self.sven.good("GET", "/v1/unresolved")["unresolved"]
        expect(any(r["offer_id"] == work["offer"]["offer_id"] for r in rows), rows)
        late = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        outcome = self.bert.act("wrapup", work["offer"], code="no_answer", chosen_at=late)
        expect(outcome["late"] and outcome["person_state"] == "resting", outcome)
        self.bert.act("end")
        stream.close()

    def rested(self):
        """The test service's no_answer rests three seconds."""
        stream = self.cora.stream()
        self.cora.on_queue()
        offer = self.until(stream, "the offer", lambda w: w["offer"])["offer"]
        expect(offer["kind"] == "contact", offer)
        stream.close()

    def keep_alive(self):
        while True:
            line = self.watch.response.readline()
            expect(line, "the stream ended")
            if line.startswith(b":"):
                return

    def alarm(self):
        """30 s after the desk would have ended Dora's call."""
        watch = self.olga.stream()
        told = watch.next("alarms")[1]
        if not told["raised"]:
            told = watch.next("alarms")[1]
        watch.close()
        expect(told == {"raised": 1, "seen": 0}, told)
        expect(" warning alarm " in self.world.log.read_text("utf-8"), "not in the log")
        alarm = self.olga.good("GET", "/v1/alarms")["alarms"][0]
        expect(alarm["kind"] == "call_without_screen" and alarm["agent"] == "dora", alarm)
        expect(not self.sven.good("GET", "/v1/alarms")["alarms"], "another region's alarm")
        dora = self.dora.stream()
        wait_for("the end of the alarm", lambda: not self.olga.good("GET", "/v1/alarms")["alarms"])
        dora.close()

    def stuck(self):
        """Nobody chooses the code that is owed: a supervisor looks, and it ends with the person's
        release."""
        alarms = wait_for("the alarm", lambda: self.rosa.good("GET", "/v1/alarms")["alarms"])
        owed = self.emil.offer()
        expect(owed["state"] == "overdue", owed)
        alarm, = alarms
        expect(alarm["kind"] == "hold_stuck" and alarm["agent"] == "emil"
               and alarm["offer_id"] == owed["offer_id"] and alarm["state"] == "raised", alarm)
        expect(all(a["kind"] != "hold_stuck" for who in (self.sven, self.olga)
                   for a in who.good("GET", "/v1/alarms")["alarms"]), "another region's alarm")
        self.rosa.good("POST", f"/v1/offers/{owed['offer_id']}/release", {"reason": "at home, ill"})
        expect(not self.rosa.good("GET", "/v1/alarms")["alarms"], "it goes on")

    def disabled(self):
        """By an operator, with another program."""
        stream = self.cora.stream()
        subprocess.run([str(self.world.build / "net/ctl/pupitrectl"), "--data", str(self.world.data),
                        "agent", "disable", "cora"], check=True)
        expect(self.cora.ask("GET", "/v1/work").status == 401, "the session goes on")
        told = stream.next("signed_out")[1]
        expect(told == {"reason": "disabled"}, told)
        stream.close()
        answer = self.world.ask("POST", "/v1/sessions", {"login": "cora", "password": PASSWORD})
        expect(answer.status == 401, answer.status)

    def cases(self):
        return (("an offer that nobody accepts takes the agent off queue", self.not_accepted),
                ("whoever vanishes before the call loses the person to the next", self.gone),
                ("a call that is up is never given away", self.call_stays),
                ("after-call work that runs out leaves the person unresolved", self.overdue),
                ("a person who rested long enough is offered again", self.rested),
                ("a quiet stream is kept alive", self.keep_alive),
                ("a call without its agent raises an alarm", self.alarm),
                ("a code that is owed by nobody's agent raises an alarm", self.stuck),
                ("who is disabled is out at once", self.disabled))


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    try:
        world.start()
        for what, case in Absence(world).cases():
            tap.case(what, case)
        tap.say(world.stop() == 0, "pupitred ends when it is asked to")
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
