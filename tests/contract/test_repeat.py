#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every route that takes an Idempotency-Key: asked twice at the same instant, with another body, as
another route, by another agent, and again after a crash. Every route that takes a fence: with a stale
one. What is refused changes nothing. Whoever rests does so until the tests are over, so that what
changes was changed by what was asked.

usage: test_repeat.py BUILD-ROOT SOURCE-ROOT"""

import contextlib
import sys
import threading

from tap import Tap, expect
from test_contract import LINES, LONG, NOW, RESPONSE, agreed, event, valid_body
from world import PASSWORD, World, fresh_key, wait_for

TWINS = 2
# Whose answer is what is now, not what was: the work at this instant.
LIVING = ("accept_offer", "skip_offer", "end_preview", "record_wish", "see_alarm", "close_alarm",
          "call_another")
CALM = {**LONG, "rest_s": 86400}


def timeless(answer):
    """The body without what the clock alone changes."""
    body = dict(answer.json)
    work = body.get("work", body)
    work.pop("server_time", None)
    if "phone" in body:  # seconds that are left of its secret
        body["phone"] = {**body["phone"], "sip_secret_renew_s": 0}
    return body


class Suite:
    def __init__(self, world, contract, tap):
        self.world, self.contract, self.tap = world, contract, tap
        self.anna, self.bert, self.sven, self.olga = (
            world.sign_in(name) for name in ("anna", "bert", "sven", "olga"))
        self.done = []  # (operationId, token, path, body, key, answer)

    def post(self, path, body, token, key):
        if not isinstance(body, bytes):
            return self.world.ask("POST", path, body, token=token, key=key)

        def there_is_room():  # one import at a time: the other one is told to come back
            answer = self.world.ask("POST", path, body, token=token, key=key,
                                    headers={"Content-Type": "text/csv"})
            return answer if answer.status != 503 else None

        return wait_for("the other import", there_is_room)

    def ask_together(self, token, path, body, key):
        """The same request from two sides at once."""
        start = threading.Barrier(TWINS)
        answers = [None] * TWINS

        def side(i):
            start.wait()
            answers[i] = self.post(path, body, token, key)

        sides = [threading.Thread(target=side, args=(i,)) for i in range(TWINS)]
        for one in sides:
            one.start()
        for one in sides:
            one.join()
        return answers

    def twice(self, name, token, path, body, status, other, settle=lambda: None, other_path=None):
        """One route, one case a rule; gives the answer. settle: waits for what comes of it by itself;
        other_path: of a route without a body, what it would be about with the same key."""
        key = fresh_key()

        def together():
            first, second = self.ask_together(token, path, body, key)
            expect(first.status == second.status == status,
                   f"{first.status} {first.body!r}, {second.status} {second.body!r}")
            expect(timeless(first) == timeless(second), f"{first.body!r} and {second.body!r}")
            return first

        answer = self.tap.case(f"{name}: twice at once it is done once", together)
        self.done.append((name, token, path, body, key, answer))
        settle()
        before = self.world.digest()

        def conflict():
            refused = self.post(other_path or path, other, token, key)
            # The key of a sign_in is its agent's: without the password nobody gets so far.
            wanted = 401 if name == "sign_in" else 409
            expect(refused.status == wanted, f"{refused.status} {refused.body!r}")
            if wanted == 409:
                expect(refused.json["type"] == "/problems/conflict", refused.body)
                expect(refused.json["field"] == "Idempotency-Key", refused.body)

        self.tap.case(f"{name}: about something else the key is refused", conflict)
        self.tap.case(f"{name}: and that changed nothing", self.same, before)
        return answer.json

    def stale(self, when, offer):
        """Each route with a fence, with an older and a newer number than the offer's."""
        for method, template, operation in self.contract.operations():
            name = operation["operationId"]
            schema = self.contract.body_schema(operation)
            if "fence" not in (schema or {}).get("properties", {}):
                continue
            path = template.replace("{offer_id}", offer["offer_id"])
            for fence in {max(1, offer["fence"] - 1), offer["fence"] + 1} - {offer["fence"]}:
                body = {**valid_body(name, offer), "fence": fence}
                body.pop("made_fence", None)
                if name == "put_response":
                    body["response"] = {**RESPONSE, "item": [{"linkId": f"{when} {fence}"}]}
                self.tap.case(f"{name} {when}, with the fence {fence - offer['fence']:+d}",
                              self.is_stale, name, method, path, body)

    def is_stale(self, name, method, path, body):
        before = self.world.digest()
        answer = self.anna.ask(method, path, body)
        expect(answer.status == 409 and answer.json["type"] == "/problems/stale", answer.body)
        after = self.world.digest()
        changed = {table for table in after if after[table] != before[table]}
        if name == "put_response":
            expect(answer.json["kept"] is True, answer.body)
            expect(changed == {"late_draft"}, f"changed: {changed}")
        else:
            expect("kept" not in answer.json, answer.body)
            expect(not changed, f"changed: {changed}")

    def minute(self):
        anna = self.anna.token
        self.anna.on_queue()
        offer = self.anna.wait_offer("offered")
        base, fence = f"/v1/offers/{offer['offer_id']}", {"fence": offer["fence"]}
        other = {"fence": offer["fence"] + 1}
        self.stale("while it rings", offer)
        self.twice("accept_offer", anna, f"{base}/accept", fence, 200, other)
        self.stale("in the preview", offer)
        permit = self.twice("permit_call", anna, "/v1/calls",
                            {**fence, "offer_id": offer["offer_id"], "phone_index": 0}, 201,
                            {**fence, "offer_id": offer["offer_id"], "phone_index": 1})
        events = f"/v1/calls/{permit['call_id']}/events"
        self.twice("report_call", anna, events, {"events": [event(1, "dial"), event(2, "answer")]}, 200,
                   {"events": [event(1, "dial")]})
        self.twice("consult", anna, f"{base}/consult", valid_body("consult", offer), 201,
                   {**fence, "target": {"kind": "number", "value": "112"}})
        self.twice("transfer", anna, f"{base}/transfer", valid_body("transfer", offer), 201,
                   {**fence, "target": {"kind": "number", "value": "112"}})
        self.stale("in the call", offer)
        self.twice("report_call", permit["call_token"], events,
                   {"events": [event(3, "end", end="by_person")]}, 200,
                   {"events": [event(3, "end", end="busy")]})
        self.stale("after the call", offer)
        wrapup = {**valid_body("wrap_up", offer), "code": "closed_with_data"}
        wrapup.pop("callback_at", None)
        wrapup.pop("callback", None)
        self.twice("wrap_up", anna, f"{base}/wrapup", wrapup, 200, {**wrapup, "code": "busy"})

        def next_offer():
            return self.anna.wait_offer("offered")

        self.twice("end_preview", anna, f"{base}/end", fence, 200, other, next_offer)
        offer = next_offer()
        skip = {"fence": offer["fence"], "reason": "known_person"}
        self.twice("skip_offer", anna, f"/v1/offers/{offer['offer_id']}/skip", skip, 200,
                   {**skip, "reason": "other"}, next_offer)
        self.anna.good("PUT", "/v1/queue", {"on_queue": False})
        self.stale("of a person who was given back", offer)
        return base.split("/")[-1]

    def afterwards(self, offer_id):
        """Of the call that was wrapped up: another code, after which somebody is to be called again."""
        anna, chosen = self.anna.token, {"code": "busy", "chosen_at": NOW}
        self.twice("correct_wrapup", anna, f"/v1/offers/{offer_id}/correct", chosen, 200,
                   {**chosen, "code": "no_answer"})
        wish = {"offer_id": offer_id, "callback": agreed()}
        self.twice("add_callback", anna, "/v1/callbacks", wish, 201, {**wish, "callback": agreed(2)})

    def wish(self):
        """One call in which somebody says that they do not want another."""
        self.bert.on_queue()
        offer = self.bert.wait_offer("offered")
        self.bert.act("accept", offer)
        permit = self.bert.permit(offer)
        wish = {"fence": offer["fence"], "scope": "number"}
        self.twice("record_wish", self.bert.token, f"/v1/offers/{offer['offer_id']}/wish", wish, 200,
                   {**wish, "scope": "any"})
        self.bert.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
            event(1, "dial"), event(2, "answer"), event(3, "end", end="by_person")]})
        self.bert.good("PUT", "/v1/queue", {"on_queue": False})
        self.bert.act("wrapup", offer, code="closed_without_data", chosen_at=NOW)
        another = valid_body("call_another", offer)
        self.twice("call_another", self.bert.token, f"/v1/offers/{offer['offer_id']}/another", another,
                   200, {**another, "party": {**another["party"], "number": "0470 00 00 98"}})
        self.bert.act("skip", self.bert.offer(), reason="known_person")

    def trouble(self):
        """What is reported is told once; another one is an alarm of its own."""
        report = {"what": "A list was left on a train.", "reported_at": NOW}
        self.twice("report_incident", self.bert.token, "/v1/incidents", report, 201,
                   {**report, "what": "A list was left on a bus."})
        told = self.sven.good("GET", "/v1/incidents")["incidents"]
        self.tap.case("of two reports at once one is kept", lambda: expect(len(told) == 1, told))
        self.twice("report_incident", self.olga.token, "/v1/incidents", report, 201,
                   {**report, "what": "Somebody else's screen was read."})
        rang = valid_body("rang_in", {"fence": 1, "offer_id": "1"})
        self.twice("rang_in", self.sven.token, "/v1/calls/rang_in", rang, 200,
                   {**rang, "phone": "0470 00 00 98"})
        alarms = self.sven.good("GET", "/v1/alarms")["alarms"]
        one, other = (f"/v1/alarms/{alarm['alarm_id']}" for alarm in alarms)
        self.twice("see_alarm", self.sven.token, f"{one}/seen", None, 200, None, other_path=f"{other}/seen")
        self.twice("close_alarm", self.sven.token, f"{one}/close", None, 200, None, other_path=f"{other}/close")

    def bringing_in(self):
        def rows(ticket):
            return ("sciensano_request_ticket,ticket_at,family_name,phone,language,region,kind\n"
                    f"{ticket},2026-03-01T10:00:00Z,X,02/214.19.19,de,OOS,index\n").encode()

        def all_moved():
            """Accepted is accepted; it goes to its place a few rows at a time."""
            with contextlib.closing(self.world.database()) as db:
                return not db.execute("SELECT 1 FROM import_run WHERE state = 'promoting'").fetchone()

        self.twice("import_people", self.olga.token, "/v1/people", rows("X-1"), 200, rows("X-2"),
                   lambda: wait_for("the import to be moved", all_moved))

    def supervising(self):
        self.bert.on_queue()
        offer = self.bert.wait_offer("offered")
        self.bert.act("accept", offer)
        self.bert.permit(offer)
        self.bert.good("PUT", "/v1/queue", {"on_queue": False})
        self.twice("release_offer", self.sven.token, f"/v1/offers/{offer['offer_id']}/release",
                   {"reason": "stuck"}, 200, {"reason": "not stuck"})
        person = next(r["person_id"] for r in self.sven.good("GET", "/v1/unresolved")["unresolved"]
                      if r["offer_id"] == offer["offer_id"])
        self.twice("release_person", self.sven.token, f"/v1/people/{person}/release",
                   {"reason": "spoken to", "then": "closed"}, 200,
                   {"reason": "spoken to", "then": "waiting"})

    def strangers_key(self):
        """Keys are each agent's own: bert may choose the one that anna has."""
        _, _, _, _, key, _ = next(row for row in self.done if row[0] == "accept_offer")
        offer = self.bert.wait_offer("offered")
        answer = self.bert.ask("POST", f"/v1/offers/{offer['offer_id']}/accept",
                               {"fence": offer["fence"]}, key=key)
        expect(answer.status == 200 and answer.json["offer"]["state"] == "preview", answer.body)

    def again(self, name, token, path, body, key, first):
        before = self.world.digest()
        answer = self.post(path, body, token, key)
        if name == "permit_call":  # a permit is not given again for a call that is over
            expect(answer.status == 409 and answer.json["type"] == "/problems/state", answer.body)
        elif name in ("consult", "transfer"):
            expect(answer.status == 409, answer.body)
        else:
            expect(answer.status == first.status, f"{answer.status} {answer.body!r}")
            if name == "sign_in":
                expect(answer.json["token"] == first.json["token"], "another session")
            elif name not in LIVING:
                expect(timeless(answer) == timeless(first), f"{answer.body!r}, was {first.body!r}")
        self.same(before)

    def crossed(self):
        """The key of each other thing that was asked by the same token, for each; gives who was tried."""
        tried = set()
        for name, token, path, body, _, _ in self.done:
            for other, whose, _, _, key, _ in self.done:
                if token and whose == token and other != name:
                    answer = self.post(path, body, token, key)
                    expect(answer.status == 409 and answer.json["type"] == "/problems/conflict"
                           and answer.json["field"] == "Idempotency-Key",
                           f"{name} with the key of {other}: {answer.status} {answer.body!r}")
                    tried.add(name)
        return tried

    def other_routes(self, keyed):
        before = self.world.digest()
        tried = self.crossed()
        # Signing in has keys of its own: nobody is known before.
        expect(tried == keyed - {"sign_in"}, f"not tried: {keyed - {'sign_in'} - tried}")
        self.same(before)

    def same(self, before):
        after = self.world.digest()
        changed = {table for table in after if after[table] != before[table]}
        expect(not changed, f"changed: {changed}")

    def run(self):
        body = {"login": "dora", "password": PASSWORD}
        self.twice("sign_in", None, "/v1/sessions", body, 201, {**body, "password": "other"})
        self.afterwards(self.minute())
        self.wish()
        self.trouble()
        self.bringing_in()
        self.supervising()
        self.bert.on_queue()
        self.tap.case("a key of somebody else is free", self.strangers_key)
        keyed = {operation["operationId"] for _, _, operation in self.contract.operations()
                 if "IdempotencyKey" in str(operation.get("parameters", []))}
        done = {row[0] for row in self.done}
        self.tap.case("every route with a key was tried", lambda: expect(
            done == keyed, f"not tried: {keyed - done}; has no key: {done - keyed}"))
        self.tap.case("another route's key is refused by each, and that changes nothing", self.other_routes, keyed)
        self.world.kill()
        self.world.start()
        for row in self.done:
            self.tap.case(f"{row[0]}: after a crash it is known, and changes nothing", self.again, *row)


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **CALM)
    contract = world.contract
    try:
        world.start()
        Suite(world, contract, tap).run()
        tap.say(world.stop() == 0, "pupitred ends when it is asked to", world.log.read_text("utf-8")[-3000:])
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
