#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Calling another number after a call, against a real backend: whose, which numbers, two agents who
want one contact, a backend that is killed in between; and what the books say of it.

usage: test_another.py BUILD-ROOT SOURCE-ROOT"""

import csv
import subprocess
import sys
import threading
import time

from tap import Tap, expect
from world import PASSWORD, World, fresh_key

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         f"agent carla VLG nl agent {PASSWORD}"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
COLUMNS = ("sciensano_request_ticket", "ticket_at", "name_index_patient", "given_name",
           "family_name", "phone", "language", "region", "kind", "index_ticket")
MOTHER = {"relation": "parent", "name": "Marie D'Haese", "number": "0470/00.00.99"}
NOW = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def people():
    """Two index cases with three contacts each, one of them in another region."""
    for i in (1, 2):
        yield (f"I-{i}", f"2026-03-0{i}T08:00:00Z", "Jan", "Jan", f"Index {i}", f"+3247000010{i}", "fr",
               "WAL", "index", "")
        for k in (1, 2, 3):
            yield (f"C-{i}{k}", f"2026-03-1{i}T08:0{k}:00Z", "Jan", "Con", f"Tact {i}{k}",
                   f"+324700002{i}{k}", "fr", "VLG" if k == 3 else "WAL", "contact", f"I-{i}")


class Another:
    def __init__(self, world):
        self.world = world
        path = world.directory / "people.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([COLUMNS, *people()])
        self.ctl("import", str(path))
        self.anna, self.bert, self.carla = map(world.sign_in, ("anna", "bert", "carla"))

    def ctl(self, *words):
        done = subprocess.run([str(self.world.build / "net/ctl/pupitrectl"), "--data",
                               str(self.world.data), *words], capture_output=True, text=True,
                              check=False, timeout=60, stdin=subprocess.DEVNULL)
        expect(done.returncode == 0, done)
        return done.stdout

    def report(self, permit, *events):
        events = [{"seq": seq, "at": NOW, **event} for seq, event in enumerate(events, 1)]
        answer = self.world.ask("POST", f"/v1/calls/{permit['call_id']}/events", {"events": events},
                                token=permit["call_token"])
        expect(answer.status == 200, answer.body)

    def call(self, agent, code):
        """The call of a preview is answered, ends, and is closed with a code; the offer, done."""
        offer = agent.offer()
        permit = agent.good("POST", "/v1/calls", {"offer_id": offer["offer_id"], "fence": offer["fence"],
                                                  "phone_index": offer["person"]["next_phone"]})
        self.report(permit, {"kind": "dial"}, {"kind": "ring"}, {"kind": "answer"},
                    {"kind": "end", "end": "by_agent"})
        agent.act("wrapup", offer, code=code, chosen_at=NOW)
        return agent.offer(), permit

    def take(self, agent):
        agent.act("accept", agent.wait_offer("offered"))

    def another(self, agent, offer, key=True, **target):
        whom = {"whom": "contact" if "contact_id" in target else "party"}
        return agent.ask("POST", f"/v1/offers/{offer['offer_id']}/another",
                         {"fence": offer["fence"], **whom, **target}, key=key)

    def contacts(self, agent, offer):
        return agent.good("POST", f"/v1/offers/{offer['offer_id']}/contacts", {"fence": offer["fence"]})

    def refused(self, offer, status, field, **target):
        answer = self.another(self.anna, offer, **target)
        expect(answer.status == status, f"{answer.status} {answer.body!r}")
        expect(answer.json.get("field", "") == field, answer.body)
        expect(self.anna.offer()["state"] == offer["state"], "something has changed")

    def before_the_code(self):
        self.anna.on_queue()
        self.take(self.anna)
        offer = self.anna.offer()
        self.refused(offer, 409, "", party=MOTHER)
        answer = self.anna.ask("POST", f"/v1/offers/{offer['offer_id']}/contacts",
                               {"fence": offer["fence"]})
        expect(answer.status == 409, answer.body)

    def bad_targets(self):
        self.anna.good("PUT", "/v1/queue", {"on_queue": False})
        offer, _ = self.call(self.anna, "closed_without_data")
        expect(offer["state"] == "done", offer)
        self.refused(offer, 422, "/whom", whom="all", party=MOTHER)
        self.refused(offer, 422, "/party")
        self.refused(offer, 422, "/contact_id", whom="contact")
        self.refused(offer, 422, "/party", contact_id="2", party=MOTHER)
        self.refused(offer, 422, "/contact_id", whom="party", contact_id="2", party=MOTHER)
        for bad in ({"relation": "mother"}, {"relation": ""}):
            self.refused(offer, 422, "/party/relation", party={**MOTHER, **bad})
        for number in ("470000099", "0470", "+32", "tel:+32470000099", "+32470000099;x", "0900 12 345",
                       "+1 212 555 0123", "999", "*31#0470000099"):
            self.refused(offer, 422, "/party/number", party={**MOTHER, "number": number})
        self.refused(offer, 422, "/party/name", party={**MOTHER, "relation": "other", "name": " "})
        self.refused(offer, 422, "/party/name", party={**MOTHER, "name": "x\x1b[2J"})
        for stranger in ("1", "4", "6", "7", "99", "x"):  # itself, the other region's, another's
            self.refused(offer, 404, "/contact_id", contact_id=stranger)
        self.refused({**offer, "fence": offer["fence"] + 5}, 409, "", party=MOTHER)
        for agent in (self.bert, self.carla):
            expect(self.another(agent, offer, party=MOTHER).status == 404, "somebody else's offer")

    def the_mother(self):
        """Repeated with its key it is one call; a backend that is killed in between loses nothing."""
        offer = self.anna.offer()
        key = fresh_key()
        answer = self.another(self.anna, offer, key=key, party=MOTHER)
        expect(answer.status == 200, answer.body)
        self.world.kill()
        self.world.start()
        again = self.another(self.anna, offer, key=key, party=MOTHER)
        expect(again.status == 200 and again.json["offer"] == answer.json["offer"], again.body)
        new = self.anna.offer()
        person = new["person"]
        expect(new["state"] == "preview" and new["offer_id"] != offer["offer_id"], new)
        expect(new["fence"] > offer["fence"], new)
        expect(person["party"] == {"relation": "parent", "name": "Marie D'Haese",
                                   "phone": "+32470000099"}, person)
        expect(person["phones"][person["next_phone"]] == "+32470000099", person)
        stale = self.anna.ask("POST", f"/v1/offers/{offer['offer_id']}/end", {"fence": offer["fence"]})
        expect(stale.status == 409, "the first one is over")
        self.first = offer
        self.second, permit = self.call(self.anna, "closed_with_data")
        expect(permit["number"] == "+32470000099", permit)

    def books(self):
        rows = list(csv.DictReader(self.ctl("export", "calls", "--format", "csv").splitlines()))
        rows = [r for r in rows if r["event"] == "answer" and r["person_id"] == "1"]
        expect([(r["offer_id"], r["after_offer_id"], r["party_relation"], r["party_name"], r["phone"])
                for r in rows] ==
               [(self.first["offer_id"], "", "", "", "+32470000101"),
                (self.second["offer_id"], self.first["offer_id"], "parent", "Marie D'Haese",
                 "+32470000099")], rows)
        codes = list(csv.DictReader(self.ctl("export", "wrapups", "--format", "csv").splitlines()))
        expect([r["code"] for r in codes] == ["closed_without_data", "closed_with_data"], codes)
        audit = self.ctl("export", "audit", "--format", "csv")
        expect("another_number,parent,1," in audit, audit)
        for planted in ("Haese", "470000099"):
            expect(planted not in audit, "the audit log names somebody")

    def listed(self):
        known = self.contacts(self.anna, self.second)
        expect(not known["more"], known)
        expect([(c["person_id"], c["family_name"], c["phone"], c["refusal"]) for c in known["contacts"]]
               == [("2", "Tact 11", "+32470000211", None), ("3", "Tact 12", "+32470000212", None)], known)

    def race(self):
        """Both want contact 3: Anna from the index case, Bert from the other contact."""
        self.bert.on_queue()
        offer = self.bert.wait_offer("offered")
        while offer["kind"] != "contact":
            self.bert.act("skip", offer, reason="known_person")
            offer = self.bert.wait_offer("offered")
        self.take(self.bert)
        expect(self.contacts(self.anna, self.second)["contacts"][0]["refusal"] == "held", "not held")
        self.refused(self.second, 409, "", contact_id="2")
        bert, _ = self.call(self.bert, "closed_without_data")
        answers = []

        def ask(agent, offer):
            answers.append((agent, self.another(agent, offer, contact_id="3")))

        asking = [threading.Thread(target=ask, args=pair)
                  for pair in ((self.anna, self.second), (self.bert, bert))]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        expect(sorted(a.status for _, a in answers) == [200, 409], [a.body for _, a in answers])
        for agent, answer in answers:
            offer = agent.offer()
            if answer.status == 200:
                expect(offer["person"]["person_id"] == "3" and offer["person"]["party"] is None, offer)
                expect(offer["state"] == "preview" and offer["kind"] == "contact", offer)
                agent.act("skip", offer, reason="known_person")
            else:
                expect(offer["state"] == "done", offer)

    def run(self, tap):
        for what in (self.before_the_code, self.bad_targets, self.the_mother, self.books, self.listed,
                     self.race):
            tap.case(what.__name__.replace("_", " "), what)


def main():
    tap = Tap()
    world = World(sys.argv[1], sys.argv[2], LINES, **TIMES)
    try:
        world.start()
        Another(world).run(tap)
        tap.say("470000099" not in world.log.read_text("utf-8"), "the log has no number")
        tap.say(world.stop() == 0, "pupitred ends when it is asked to")
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
