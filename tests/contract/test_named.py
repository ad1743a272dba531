#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Contacts whom an index case names, with the real interview: with the answers they become people to
call, each once, or none of them does. People are invented.

usage: test_named.py BUILD-ROOT SOURCE-ROOT"""

import csv
import http.client
import io
import json
import pathlib
import subprocess
import sys

from tap import Tap, expect
from world import PASSWORD, World

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         f"agent carl BXL fr agent {PASSWORD}", f"agent sofie WAL fr supervisor {PASSWORD}"]
INDEX_CASES = """sciensano_request_ticket,ticket_at,given_name,family_name,phone,language,region,kind
I-1,2026-11-01T08:00:00Z,Gudule,Premier,+32470990001,fr,WAL,index
I-2,2026-11-01T09:00:00Z,Gaston,Second,+32470990002,fr,BXL,index
"""
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
STANDING = [("Elise", "Brumeval", "0470 11 22 33"), ("Zoé", "Lunette", "0470 11 22 44"),
            ("Max", "Tardif", "0470 11 22 55")]
KILLS = 60  # more moments than an accepted request has


class Interview:
    """The index case's script, and answers to it."""

    def __init__(self, world, source):
        self.world = world
        self.path = pathlib.Path(source) / "scripts/interviews/tracing-index.json"
        self.script = json.loads(self.path.read_text("utf-8"))

    def ctl(self, *words, stdin=None, status=0):
        done = subprocess.run([str(self.world.build / "net/ctl/pupitrectl"), "--data", str(self.world.data),
                               *words], capture_output=True, text=True, check=False, timeout=60, input=stdin)
        expect(done.returncode == status, done)
        return done.stdout

    def plain(self, item, own):
        """What a calm person says to a question."""
        if item["linkId"] in own:
            return own[item["linkId"]]
        kind = item["type"]
        if not item.get("required"):
            return None
        if kind == "boolean":
            return {"valueBoolean": item["linkId"] != "health.danger"}
        if kind in ("choice", "open-choice"):
            return {"valueCoding": {k: v for k, v in item["answerOption"][0]["valueCoding"].items()
                                    if k in ("system", "code")}}
        return {"date": {"valueDate": "2026-01-02"}, "string": {"valueString": "x"},
                "text": {"valueString": "x"}, "integer": {"valueInteger": 1}}.get(kind)

    def fill(self, items, contacts, own):
        filled = []
        for item in items:
            if item["linkId"] == "contact":
                for given, family, phone in contacts:
                    told = {"contact.given": {"valueString": given}, "contact.family": {"valueString": family},
                            "contact.phone": phone and {"valueString": phone}}
                    filled.append({"linkId": "contact", "item": self.fill(item["item"], (), told)})
                continue
            one = {"linkId": item["linkId"]}
            below = self.fill(item.get("item", ()), contacts, own)
            if item["type"] == "group":
                if below:
                    filled.append({**one, "item": below})
                continue
            value = None if item["type"] == "display" else self.plain(item, own)
            if value:
                filled.append({**one, "answer": [{**value, **({"item": below} if below else {})}]})
        return filled

    def response(self, contacts):
        """A whole QuestionnaireResponse, without what is not asked."""
        line = json.dumps({"id": 1, "item": self.fill(self.script["item"], contacts, {
            "contacts.any": {"valueBoolean": bool(contacts)}})})
        told = json.loads(self.ctl("script", "eval", str(self.path), stdin=line + "\n"))
        judged = json.loads(self.ctl("script", "validate", str(self.path),
                                     stdin=json.dumps(told["response"]) + "\n"))
        expect(judged["valid"], judged)
        return told["response"]


def sql(i, text):
    return i.world.beside.rows(text)


def named(i, name):
    """The people who have this family name: names are sealed, so whoever may looks."""
    out = i.world.directory / f"people-{named.n}"
    named.n += 1
    i.ctl("export", "people", "--format", "csv", "--out", str(out), "--columns",
          "given_name,family_name,kind,state,region,index_ticket,name_index_patient,withdrawn_at")
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8"))))
    return [r for r in rows if r["family_name"] == name]


named.n = 0


def take(agent):
    agent.on_queue()
    agent.act("accept", agent.wait_offer("offered"))
    agent.permit(agent.offer())
    return agent.offer()


def put(agent, offer, base, response, status="completed"):
    return agent.ask("PUT", f"/v1/offers/{offer['offer_id']}/response", {
        "fence": offer["fence"], "base_version": base, "status": status,
        "response": {**response, "status": status}})


def become_people(i):
    anna = i.world.sign_in("anna")
    offer = take(anna)
    i.anna, i.offer = anna, offer
    answers = i.response([("Elise", "Brumeval", "0470 11 22 33"), ("Zoé", "Lunette", "0470 11 22 44"),
                          ("Sans", "Numero", None)])
    expect(put(anna, offer, 0, answers, "in-progress").status == 200, "a draft")
    expect(not named(i, "Brumeval"), "a draft names nobody")
    expect(put(anna, offer, 1, answers).status == 200, "submitted")
    row, = named(i, "Brumeval")
    expect(row["given_name"] == "Elise" and row["kind"] == "contact" and row["state"] == "waiting"
           and row["region"] == "WAL" and not row["name_index_patient"], row)
    expect(row["index_ticket"] == "I-1", row)
    expect(len(named(i, "Lunette")) == 1 and not named(i, "Numero"), "who has no number is no person")
    out = i.world.directory / "no-number"
    i.ctl("export", "contacts-without-number", "--format", "csv", "--out", str(out), "--region", "WAL")
    row, = csv.DictReader(io.StringIO(out.read_text("utf-8")))
    expect(row["family_name"] == "Numero" and row["offer_id"] == offer["offer_id"], row)
    log = i.world.log.read_text("utf-8", "replace")
    expect("Brumeval" not in log and "11 22 33" not in log and "Numero" not in log, "a log names them")


def once(i):
    """Repeated, corrected, named by another index case in another region: once a region."""
    answers = i.response([("élise", "BRUMEVAL", "+32 470 112233"), ("Max", "Tardif", "0470 11 22 55")])
    for base in (2, 2):
        expect(put(i.anna, i.offer, base, answers).status == 200, "corrected")
        expect(len(named(i, "Brumeval")) == 1 and len(named(i, "Tardif")) == 1, "twice")
    row, = named(i, "Lunette")
    expect(row["state"] == "closed" and row["withdrawn_at"], "who is left out is not called")
    expect(put(i.anna, i.offer, 3, i.response(STANDING)).status == 200, "named again")
    row, = named(i, "Lunette")
    expect(row["state"] == "waiting" and not row["withdrawn_at"], row)
    i.version = 4
    carl = i.world.sign_in("carl")
    offer = take(carl)
    expect(put(carl, offer, 0, i.response([("Elise", "Brumeval", "0470 11 22 33")])).status == 200, "there")
    expect(sorted(r["region"] for r in named(i, "Brumeval")) == ["BXL", "WAL"], "a region is a wall")


def wrong_answers_name_nobody(i):
    answers = i.response([("Jean", "Refuse", "0470 11 22 66")])
    before = sql(i, "SELECT count(*) FROM person")
    contact = next(x for x in walk(answers["item"]) if x["linkId"] == "contact.given")
    contact["answer"] = [{"valueString": "x" * 10000}]
    answer = put(i.anna, i.offer, i.version, answers)
    expect(answer.status == 422 and b"contact.given" in answer.body and b"Refuse" not in answer.body, answer.body)
    expect(sql(i, "SELECT count(*) FROM person") == before, "somebody was made")


def walk(items):
    for item in items:
        yield item
        for below in (item, *item.get("answer", ())):
            yield from walk(below.get("item", ()))


def are_called(i):
    bert = i.world.sign_in("bert")
    offer = take(bert)
    expect(offer["kind"] == "contact" and offer["person"]["family_name"] in
           ("Brumeval", "Lunette", "Tardif"), offer)
    expect(offer["script_id"] == "tracing-contact", offer)
    expect(offer["script_version"], "the newest version of its script")
    i.bert, i.called = bert, offer


def unread(i):
    """Answers to a version that was never loaded, and those that come when all is over, are kept, and
    name nobody by themselves: supervisors hear of it."""
    sofie = i.world.sign_in("sofie")

    def alarms():
        return [(a["offer_id"], a["times"]) for a in sofie.good("GET", "/v1/alarms")["alarms"]
                if a["kind"] == "answers_unread"]
    expect(alarms() == [], alarms())
    answers = {"resourceType": "QuestionnaireResponse", "status": "completed",
               "questionnaire": "https://pupitre.invalid/interviews/tracing-contact|2099.1"}
    for _ in range(2):
        expect(put(i.bert, i.called, 0, answers).status == 200, "not taken")
        expect(alarms() == [(i.called["offer_id"], 1)], "the same once more is no news")
    call = i.called["call"]["call_id"]
    i.bert.good("POST", f"/v1/calls/{call}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "busy", "sip_status": 486}]})
    i.bert.act("wrapup", i.bert.offer(), code="closed_with_data", chosen_at="2026-01-01T00:00:02Z")
    i.bert.act("end", i.bert.offer())
    for base in (0, 1):
        answer = put(i.bert, i.called, base, answers)
        expect(answer.status == 409 and answer.json["kept"], answer.body)
        expect(alarms() == [(i.called["offer_id"], 1)], "they are stored, and told of")
    for _ in range(2):
        answer = put(i.bert, i.called, 1, {**answers, "language": "fr"})
        expect(answer.status == 409 and answer.json["kept"], answer.body)
        expect(alarms() == [(i.called["offer_id"], 2)], alarms())
    answer = put(i.bert, i.called, 1, {**answers, "language": "nl"}, "in-progress")
    expect(answer.json["kept"] and alarms() == [(i.called["offer_id"], 2)], "a draft names nobody")


def follow_the_answers(i):
    """The index case turns out to be another person: who was not called yet is not called, whoever was is
    told of nobody; and it turns out that the answers count after all."""
    call = i.anna.offer()["call"]["call_id"]
    i.anna.good("POST", f"/v1/calls/{call}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "busy", "sip_status": 486}]})

    def states():
        rows = [r for name in ("Brumeval", "Lunette", "Tardif") for r in named(i, name) if r["region"] == "WAL"]
        expect(len(rows) == 3, rows)
        return {(r["family_name"] == i.called["person"]["family_name"], r["state"] == "waiting",
                 r["index_ticket"], bool(r["withdrawn_at"])) for r in rows}
    expect(states() == {(True, False, "I-1", False), (False, True, "I-1", False)}, states())
    i.anna.act("wrapup", i.anna.offer(), code="bad_number", chosen_at="2026-01-01T00:00:02Z")
    expect(states() == {(True, False, "", False), (False, False, "", True)}, states())
    i.anna.good("POST", f"/v1/offers/{i.offer['offer_id']}/correct", {"code": "closed_with_data"})
    expect(states() == {(True, False, "I-1", False), (False, True, "I-1", False)}, states())
    i.ctl("audit", "verify")


def keep_under_fire(i, names):
    """Submit until it is accepted, with a kill one write later each time. Did a kill come meanwhile?"""
    world, offer, anna = i.world, i.offer, i.anna
    answers = i.response(STANDING + [("A", name, f"0470 22 22 0{n}") for n, name in enumerate(names)])
    shim = str(world.build / "tests/contract/libkill_at.so")
    before = version = i.version
    died_at_it = False
    for at in range(1, KILLS):
        world.kill()
        began = accepted = False
        try:
            world.start(env={"LD_PRELOAD": shim, "KILL_AT": str(at)})
            began = True
            accepted = put(anna, offer, version, answers).status == 200
        except (AssertionError, OSError, http.client.HTTPException):
            died_at_it = died_at_it or began  # else while it started
        if world.process.poll() is None:
            world.kill()
        world.start()
        there = sum(any(not r["withdrawn_at"] for r in named(i, name)) for name in names)
        kept, = sql(i, f"SELECT version FROM response WHERE offer_id = {int(offer['offer_id'])}")
        expect(there == (3 if kept[0] > before else 0), f"write {at}: {there} of 3, version {kept}")
        expect(not accepted or there == 3, f"write {at}: accepted and lost")
        if accepted:
            break
        if there:
            version = kept[0]
    expect(accepted, "it was never kept")
    put(anna, offer, version, answers)
    expect([len(named(i, name)) for name in names] == [1, 1, 1], "twice")
    i.version, = sql(i, f"SELECT version FROM response WHERE offer_id = {int(offer['offer_id'])}")[0]
    return died_at_it


def all_or_none(i):
    """pupitred is killed before each write to the disk that an accepted submission needs: after it the
    answers are there with all the people they name, or without any; and once more is once. How many writes a
    start needs is not always the same: where no kill came between, once more with others."""
    for word in ("Trio", "Terzett", "Terno", "Drieluik"):
        if keep_under_fire(i, [f"{word}{letter}" for letter in "abc"]):
            return
    expect(False, "no kill came while it was kept")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    i = Interview(world, source)
    try:
        cases = world.directory / "cases.csv"
        cases.write_text(INDEX_CASES)
        i.ctl("import", str(cases))
        world.start()
        tap.case("contacts of submitted answers become people", become_people, i)
        tap.case("each of them once", once, i)
        tap.case("refused answers name nobody", wrong_answers_name_nobody, i)
        if not world.beside.url:
            tap.case("a kill before any write to the disk makes all of them or none", all_or_none, i)
        tap.case("they are called, with their script", are_called, i)
        tap.case("they follow what becomes of the answers", follow_the_answers, i)
        tap.case("what no script reads is told to supervisors", unread, i)
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
