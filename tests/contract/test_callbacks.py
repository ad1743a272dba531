#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Callbacks as they fall due by themselves in a real backend with short times: to their agent, at
the fallback to anybody, on the other number; missed, with an alarm on the supervisor's stream, and
then served all the same.

usage: test_callbacks.py BUILD-ROOT SOURCE-ROOT"""

import subprocess
import sys
import time

from contract import Contract
from tap import Tap, expect
from test_clock import Clock
from world import PASSWORD, World, fresh_key

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         f"agent sven WAL fr supervisor {PASSWORD}", f"agent olga BXL fr supervisor {PASSWORD}",
         f"agent otto BXL fr operator {PASSWORD}", "people 1 WAL fr"]
TIMES = {"offer_s": 60, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
POLICY = {"inside_hours": False, "fallback_s": 3, "missed_after_s": 6}
OTHER = "+32475999888"


def instant(in_s):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + in_s))


class Callbacks:
    def __init__(self, world, clock):
        self.world, self.clock = world, clock
        self.anna, self.bert, self.sven, self.olga = map(
            world.sign_in, ("anna", "bert", "sven", "olga"))

    def call(self, agent, end="by_person"):
        """The agent takes the offer and calls; the permit."""
        offer = agent.wait_offer("offered")
        offer = agent.act("accept", offer)["offer"]
        index = offer["person"]["next_phone"]
        permit = agent.good("POST", "/v1/calls", {"offer_id": offer["offer_id"], "fence": offer["fence"],
                                                  "phone_index": index})
        self.report(permit, {"kind": "dial"}, {"kind": "ring"}, {"kind": "end", "end": end})
        return offer, permit

    def report(self, permit, *events):
        events = [{"seq": seq, "at": instant(0), **event} for seq, event in enumerate(events, 1)]
        answer = self.world.ask("POST", f"/v1/calls/{permit['call_id']}/events", {"events": events},
                                token=permit["call_token"])
        expect(answer.status == 200, answer.body)

    def agree(self, agent, offer, **more):
        agent.act("wrapup", offer, code="rescheduled", chosen_at=instant(0), **more)
        agent.good("PUT", "/v1/queue", {"on_queue": False})
        agent.act("end", offer)

    def fallback(self):
        """Anna promises to ring again herself and goes away; Bert gets the person at the fallback."""
        self.anna.on_queue()
        offer, _ = self.call(self.anna)
        self.agree(self.anna, offer, callback_at=instant(3))
        row = self.anna.good("GET", "/v1/callbacks")["callbacks"][0]
        self.bert.on_queue()
        offer = self.bert.wait_offer("offered")
        expect(instant(0) >= row["fallback_at"], f"before the fallback: {row}")
        # Bert does not take it now, and it is missed: he has been offered somebody, but nobody rang.
        stream = self.sven.stream()
        told = stream.next("alarms")[1]
        while not told["raised"]:
            told = stream.next("alarms")[1]
        expect(told == {"raised": 1, "seen": 0}, told)
        alarm = self.sven.good("GET", "/v1/alarms")["alarms"][0]
        expect(alarm["kind"] == "callback_missed" and alarm["agent"] == "anna", alarm)
        expect(alarm["callback_id"] == row["callback_id"], alarm)
        expect(not self.olga.good("GET", "/v1/alarms")["alarms"], "another region's alarm")
        expect(self.anna.good("GET", "/v1/callbacks")["callbacks"][0]["state"] == "missed", "not missed")
        # Somebody rings at last: served, and the alarm is over by itself.
        offer, _ = self.call(self.bert)
        expect(stream.next("alarms")[1] == {"raised": 0, "seen": 0}, "the alarm goes on")
        stream.close()
        expect(self.anna.good("GET", "/v1/callbacks")["callbacks"] == [], "not served")
        self.offer = offer

    def other_number(self):
        """By date and time of a zone, on another number, to anybody; moved to now by the supervisor."""
        at = time.gmtime(time.time() + 86400)
        wish = {"date": time.strftime("%Y-%m-%d", at), "time": time.strftime("%H:%M", at),
                "zone": "Etc/UTC", "phone": OTHER, "route_to_me": False}
        self.agree(self.bert, self.offer, callback=wish)
        row = self.sven.good("GET", "/v1/region/callbacks")["callbacks"][0]
        expect(row["other_phone"] and row["state"] == "open" and row["agent"] == "bert", row)
        soon = time.gmtime(time.time() + 61)
        wish.update(date=time.strftime("%Y-%m-%d", soon), time=time.strftime("%H:%M", soon))
        del wish["phone"]
        answer = self.sven.ask("PUT", f"/v1/callbacks/{row['callback_id']}", {"callback": wish},
                               headers={"If-Match": f'"{row["version"]}"'})
        expect(answer.status == 200 and answer.json["other_phone"], answer.body)
        return answer.json

    def cancelled(self, row):
        """Taken back: an ordinary person, on an ordinary number, at once."""
        answer = self.bert.ask("DELETE", f"/v1/callbacks/{row['callback_id']}",
                               headers={"If-Match": f'"{row["version"]}"'})
        expect(answer.status == 204, answer.body)
        self.anna.on_queue()
        offer = self.anna.act("accept", self.anna.wait_offer("offered"))["offer"]
        expect(offer["person"]["callback_at"] is None and OTHER not in offer["person"]["phones"],
               "the callback is still there")
        self.phone = offer["person"]["phones"][0]
        permit = self.anna.permit(offer)
        self.report(permit, {"kind": "dial"}, {"kind": "ring"}, {"kind": "end", "end": "busy"})
        self.anna.act("wrapup", offer, code="busy", chosen_at=instant(0))
        self.anna.good("PUT", "/v1/queue", {"on_queue": False})
        self.anna.act("end", offer)
        return offer["offer_id"]

    def repeated(self, offer_id):
        """The answers to both were lost on the way; the second callback replaced the first."""
        requests = []
        for days in (1, 2):
            at = time.gmtime(time.time() + days * 86400)
            wish = {"date": time.strftime("%Y-%m-%d", at), "time": "12:00", "route_to_me": False}
            requests.append(({"offer_id": offer_id, "callback": wish}, fresh_key()))
        first, second = (self.agreed(*request) for request in requests)
        expect(first.status == second.status == 201 and second.json["state"] == "open", second.body)
        again = self.agreed(*requests[0])
        expect(again.status == 201, again.body)
        expect(again.json == {**first.json, "state": "cancelled", "version": 2}, again.body)
        expect(self.agreed(*requests[1]).json == second.json, "another answer")
        gone = self.anna.ask("GET", f"/v1/callbacks/{first.json['callback_id']}")
        expect(gone.status == 404, gone.body)
        return requests[1]

    def on_the_other_number(self):
        """Its time comes; the person wants no call there any more: nobody promises one there again."""
        row = self.anna.good("GET", "/v1/callbacks")["callbacks"][0]
        soon = self.clock.now() + 60
        at = time.gmtime(soon)
        wish = {"date": time.strftime("%Y-%m-%d", at), "time": time.strftime("%H:%M", at),
                "zone": "Etc/UTC", "phone": OTHER, "route_to_me": False}
        answer = self.anna.ask("PUT", f"/v1/callbacks/{row['callback_id']}", {"callback": wish},
                               headers={"If-Match": f'"{row["version"]}"'})
        expect(answer.status == 200, answer.body)
        self.anna.on_queue()
        self.clock.move(60)
        offer = self.anna.act("accept", self.anna.wait_offer("offered"))["offer"]
        person = offer["person"]
        expect(person["phones"][person["next_phone"]] == OTHER and not person["unwanted_phones"], person)
        permit = self.anna.good("POST", "/v1/calls", {
            "offer_id": offer["offer_id"], "fence": offer["fence"], "phone_index": person["next_phone"]})
        expect(permit["number"] == OTHER, "another number is dialled")
        self.anna.act("wish", offer, scope="number")
        shown = self.anna.offer()["person"]["unwanted_phones"]
        expect(shown == [person["next_phone"]], shown)
        self.report(permit, {"kind": "dial"}, {"kind": "answer"}, {"kind": "end", "end": "by_person"})
        answer = self.anna.ask("POST", f"/v1/offers/{offer['offer_id']}/wrapup", {
            "fence": offer["fence"], "code": "rescheduled", "chosen_at": instant(0),
            "callback": {**wish, "date": time.strftime("%Y-%m-%d", time.gmtime(soon + 86400))}})
        expect(answer.status == 422 and answer.json["field"] == "/callback/phone", answer.body)
        self.anna.act("wrapup", offer, code="busy", chosen_at=instant(0))
        self.anna.good("PUT", "/v1/queue", {"on_queue": False})
        self.anna.act("end", offer)

    def rang_in(self, offer_id):
        """The person rings: what was promised is over, by the word of those who may say so."""
        otto = self.world.sign_in("otto")
        at = time.gmtime(self.clock.now() + 86400)
        wish = {"date": time.strftime("%Y-%m-%d", at), "time": "12:00", "route_to_me": False}
        answer = self.agreed({"offer_id": offer_id, "callback": wish}, fresh_key())
        expect(answer.status == 201, answer.body)
        asked = {"region": "WAL", "phone": "0" + self.phone[3:]}
        for agent, body, status in ((self.anna, asked, 403), (self.olga, asked, 404),
                                    (self.sven, {**asked, "region": "BXL"}, 404),
                                    (self.sven, {**asked, "region": "LUX"}, 422),
                                    (self.sven, {**asked, "phone": "tomorrow"}, 422),
                                    (self.sven, {**asked, "phone": "112"}, 422)):
            answer = agent.ask("POST", "/v1/calls/rang_in", body)
            expect(answer.status == status, f"{answer.status} {answer.body!r}")
        expect(otto.good("POST", "/v1/calls/rang_in", {**asked, "region": "BXL"}) == {"cancelled": 0},
               "another region's")
        key = fresh_key()
        for _ in range(2):
            answer = self.sven.ask("POST", "/v1/calls/rang_in", asked, key=key)
            expect(answer.status == 200 and answer.json == {"cancelled": 1}, answer.body)
        expect(self.anna.good("GET", "/v1/callbacks")["callbacks"] == [], "it lives")
        expect(otto.good("POST", "/v1/calls/rang_in", asked) == {"cancelled": 0}, "once is enough")
        rows = self.world.beside.rows("SELECT state, why FROM callback ORDER BY callback_id DESC LIMIT 1")
        expect(tuple(rows[0]) == ("cancelled", "rang_in"), rows)

    def agreed(self, body, key):
        return self.anna.ask("POST", "/v1/callbacks", body, key=key)

    def erased(self, request):
        done = subprocess.run(
            [str(self.world.build / "net/ctl/pupitrectl"), "--data", str(self.world.data), "person",
             "erase", "--ticket", "--reason", "request", "--yes"],
            input="T-00001\n", capture_output=True, text=True, timeout=60, check=False)
        expect(done.returncode == 0, done)
        answer = self.agreed(*request)
        expect(answer.status == 404 and "erased" in answer.json["detail"], answer.body)


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, callbacks=POLICY, **TIMES)
    world.judge = Contract(f"{source}/net/api/openapi.yaml").judge
    try:
        clock = Clock(world)
        world.start(under=clock.under)
        suite = Callbacks(world, clock)
        tap.case("at the fallback anybody gets it; missed is an alarm until somebody rings",
                 suite.fallback)
        row = tap.case("another number and zone, moved by the supervisor", suite.other_number)
        offer_id = tap.case("what is taken back leaves an ordinary person", suite.cancelled, row)
        tap.case("who rings in is not rung any more", suite.rang_in, offer_id)
        request = tap.case("a repeated request is told what became of its callback", suite.repeated, offer_id)
        tap.case("the other number is dialled; not wanted, it is promised no more", suite.on_the_other_number)
        tap.case("after the erasure of the person it says so", suite.erased, request)
        tap.say(OTHER not in world.log.read_text("utf-8"), "the log has no number")
        tap.say(world.stop() == 0, "pupitred ends when it is asked to")
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
