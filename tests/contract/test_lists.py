#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What pupitrectl hands out: lists for field officers, SMS sender and hygiene cell, each entry once
and never lost; columns chosen, formulas made harmless, health answers with a reason only.

usage: test_lists.py BUILD-ROOT SOURCE-ROOT"""

import csv
import io
import json
import stat
import subprocess
import sys

from fhir import faults
from tap import Tap, expect
from test_federal import TIMES, response
from world import PASSWORD, World

LINES = [f"agent anna WAL fr agent {PASSWORD}", "people 8 WAL fr", "people 2 VLG nl", "people 2 WAL fr"]


class Lists:
    def __init__(self, world):
        self.world = world
        self.n = 0

    def ctl(self, *words, status=0):
        done = subprocess.run([str(self.world.build / "net/ctl/pupitrectl"), "--data",
                               str(self.world.data), *words], capture_output=True, text=True,
                              check=False, timeout=60, stdin=subprocess.DEVNULL)
        expect(done.returncode == status, done)
        return done

    def sql(self, text):
        return self.world.beside.rows(text)

    def path(self):
        self.n += 1
        return self.world.directory / f"list-{self.n}"

    def export(self, what, *words, **more):
        """The text of a new file."""
        path = self.path()
        self.ctl("export", what, "--out", str(path), *words, **more)
        expect(stat.S_IMODE(path.stat().st_mode) == 0o600, "others may read it")
        expect(not path.with_name(path.name + ".part").exists(), "a part is left")
        return path.read_text("utf-8")

    def rows(self, what, *words):
        return list(csv.DictReader(io.StringIO(self.export(what, "--format", "csv", *words))))


def hands_out_once(l):
    l.sql("UPDATE person SET state = 'closed', not_reached = 1 WHERE person_id IN (1, 3, 9)")
    first = l.rows("field-visits", "--region", "WAL")
    expect([r["sciensano_request_ticket"] for r in first] == ["T-00001", "T-00003"], first)
    expect(all(r["phone"].startswith("+32") and not r["exported_at"] for r in first), first)
    expect("niss" not in first[0] and "notes" not in first[0], list(first[0]))
    expect(not l.rows("field-visits", "--region", "WAL"), "twice")
    expect(len(l.rows("field-visits")) == 1, "the other region's")
    l.sql("UPDATE person SET state = 'closed', not_reached = 1 WHERE person_id = 4")
    expect([r["sciensano_request_ticket"] for r in l.rows("field-visits")] == ["T-00004"], "the new one")
    again = l.rows("field-visits", "--again")
    expect(len(again) == 4 and all(r["exported_at"] for r in again), again)


def loses_nobody(l):
    """Without a file there is no mark, and the next list has them."""
    l.sql("UPDATE person SET state = 'closed', not_reached = 1 WHERE person_id IN (5, 6)")

    marks = l.sql("SELECT count(*) FROM list_mark")
    nowhere = l.world.directory / "none" / "file"
    l.ctl("export", "field-visits", "--format", "csv", "--out", str(nowhere), status=74)
    torn = l.path()  # all of it can be written, but not get its name
    torn.symlink_to(torn.with_name("nothing"))
    l.ctl("export", "field-visits", "--format", "csv", "--out", str(torn), status=74)
    expect(not torn.with_name(torn.name + ".part").exists(), "a part is left")
    expect(l.sql("SELECT count(*) FROM list_mark") == marks, "marked without a file")
    there = l.path()
    there.write_text("mine")
    l.ctl("export", "field-visits", "--format", "csv", "--out", str(there), status=75)
    expect(there.read_text() == "mine", "written over")
    expect(len(l.rows("field-visits")) == 2, "lost")


def wants_a_file(l):
    expect("--out" in l.ctl("export", "field-visits", "--format", "csv", status=64).stderr, "no reason")
    expect("--again" in l.ctl("export", "people", "--format", "csv", "--again", status=64).stderr, "")


def flags_for_sms(l):
    expect(not l.rows("sms"), "there is no overload")
    l.ctl("overload", "on", "--region", "WAL", "--reason", "wave")
    waiting = l.sql("SELECT count(*) FROM person WHERE state = 'waiting' AND region = 'WAL'")[0][0]
    rows = l.rows("sms")
    expect(len(rows) == waiting > 0 and all(r["region"] == "WAL" for r in rows), rows)
    expect(list(rows[0]) == ["person_id", "phone", "phone_2", "phone_3", "phone_4", "language", "region",
                             "exported_at"], list(rows[0]))
    expect(not l.rows("sms"), "twice")
    expect(len(l.rows("sms", "--again")) == waiting, "again")
    l.ctl("overload", "off", "--region", "WAL", "--reason", "over")
    expect(not l.rows("sms", "--again"), "it is off")


def chooses_columns(l):
    rows = l.rows("people", "--columns", "phone,person_id", "--region", "VLG")
    expect(len(rows) == 2 and list(rows[0]) == ["phone", "person_id"], rows)
    lines = l.export("people", "--format", "ndjson", "--columns", "person_id,kind").splitlines()
    expect([json.loads(x) for x in lines][0] == {"person_id": 1, "kind": "contact"}, lines)
    for bad in ("phone,nothing", "phone,phone", "phone,", ""):
        done = l.ctl("export", "people", "--format", "csv", "--columns", bad, status=64)
        expect("--columns" in done.stderr and "municipality" in done.stderr, done.stderr)
    told = [s for (s,) in l.sql("SELECT subject FROM audit WHERE action = 'export_columns'")]
    expect("phone,person_id" in told, told)
    done = [s for (s,) in l.sql("SELECT subject FROM audit WHERE action = 'export_done'")]
    expect(any(s.startswith("people rows 2 by ") for s in done), done)


def guards_formulas(l):
    """A name that a spreadsheet would run."""
    source = l.world.directory / "evil.csv"
    source.write_text("sciensano_request_ticket,ticket_at,family_name,phone,language,region,kind\n"
                      "E-1,2026-11-01T08:00:00Z,\"=HYPERLINK(\"\"x\"\")\",+32470999999,de,OOS,index\n")
    l.ctl("import", str(source))
    rows = l.rows("people", "--region", "OOS", "--columns", "family_name,phone")
    expect(rows == [{"family_name": "'=HYPERLINK(\"x\")", "phone": "+32470999999"}], rows)


def gives_answers_as_fhir(l):
    l.world.start()
    anna = l.world.sign_in("anna")
    anna.on_queue()
    for status in ("completed", "in-progress"):
        anna.act("accept", anna.wait_offer("offered"))
        offer = anna.offer()
        permit = anna.permit(offer)
        anna.good("PUT", f"/v1/offers/{offer['offer_id']}/response", {
            "fence": anna.offer()["fence"], "base_version": 0, "status": status,
            "response": response(1, status)})
        anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
            {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
            {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "busy", "sip_status": 486}]})
        anna.act("wrapup", anna.offer(), code="closed_with_data", chosen_at="2026-01-01T00:00:02Z")
        anna.act("end", anna.offer())
    for what in ("answers", "late-drafts"):
        done = l.ctl("export", what, "--format", "ndjson", status=77)
        expect("--entitled-reason" in done.stderr, done.stderr)
    lines = l.export("answers", "--format", "ndjson", "--entitled-reason", "the yearly study").splitlines()
    resources = [json.loads(line) for line in lines]
    expect([r["status"] for r in resources] == ["completed", "stopped"], resources)
    for r in resources:
        expect(list(faults(r, r["id"])) == [], list(faults(r, r["id"])))
        expect(r["subject"]["identifier"]["system"] == "urn:x-pupitre:person", r)
    raw = "".join(lines)
    expect("T-0000" not in raw and "Gudule" not in raw and "anna" not in raw, "somebody is named")
    expect(l.sql("SELECT count(*) FROM audit WHERE action = 'export_reason'"
                 " AND subject = 'the yearly study'")[0][0] == 1, "the reason is not in the audit log")
    l.ctl("audit", "verify")


PLACES = {
    "resourceType": "Questionnaire", "status": "active", "url": "urn:x-pupitre:places", "version": "1",
    "item": [{"linkId": "n", "type": "string", "text": "Note?"},
             {"linkId": "p", "type": "group", "repeats": True, "text": "Place",
              "code": [{"system": "urn:pupitre:person", "code": "collectivity"}], "item": [
                  {"linkId": f"p.{code}", "type": kind, "text": code, **more,
                   "code": [{"system": "urn:pupitre:collectivity", "code": code}]}
                  for code, kind, more in (
                      ("kind", "choice", {"answerOption": [
                          {"valueCoding": {"code": c, "display": c}} for c in ("school", "care-home")]}),
                      ("name", "string", {}), ("place", "string", {}),
                      ("last-presence", "date", {}), ("role", "string", {}))]}]}


def place(kind, name):
    values = (("kind", {"valueCoding": {"code": kind}}), ("name", {"valueString": name}),
              ("place", {"valueString": "Testville"}), ("last-presence", {"valueDate": "2026-01-01"}),
              ("role", {"valueString": "cook"}))
    return {"linkId": "p", "item": [{"linkId": f"p.{c}", "answer": [v]} for c, v in values]}


def lists_what_answers_name(l):
    """A collectivity in submitted answers stands in the list once, also after a repeat and a
    correction; one in a draft, or in answers that are refused, does not."""
    for kind in ("index", "contact"):
        path = l.world.directory / f"tracing-{kind}.json"
        path.write_text(json.dumps({**PLACES, "id": f"tracing-{kind}"}))
        l.ctl("script", "load", str(path))
    anna = l.world.sign_in("anna")
    anna.on_queue()
    anna.act("accept", anna.wait_offer("offered"))
    offer = anna.offer()
    permit = anna.permit(offer)

    def put(base, status, *items):
        return anna.ask("PUT", f"/v1/offers/{offer['offer_id']}/response", {
            "fence": anna.offer()["fence"], "base_version": base, "status": status,
            "response": {"resourceType": "QuestionnaireResponse", "status": status,
                         "questionnaire": "urn:x-pupitre:places|1", "item": list(items)}})

    def listed():
        return [(r["kind"], r["name"], r["place"], r["last_day"], r["role"])
                for r in l.rows("collectivities", "--again", "--region", "WAL")]
    school = ("school", "Les Tilleuls", "Testville", "2026-01-01", "cook")
    home = ("care-home", "Aux Pommiers", "Testville", "2026-01-01", "cook")
    expect(put(0, "in-progress", place(*school[:2])).status == 200, "a draft")
    expect(listed() == [], "a draft is no submission")
    wrong = place(*school[:2])
    wrong["item"][0]["answer"] = [{"valueCoding": {"code": "nothing"}}]
    answer = put(1, "completed", wrong)
    expect(answer.status == 422 and b"p.kind" in answer.body, answer.body)
    expect(listed() == [], "of refused answers")
    for _ in range(2):
        expect(put(1, "completed", place(*school[:2])).status == 200, "submitted")
        expect(listed() == [school], listed())
    expect(put(2, "completed", place(*school[:2]), place(*home[:2])).status == 200, "corrected")
    expect(listed() == [school, home], listed())
    log = l.world.log.read_text("utf-8", "replace")
    expect("Tilleuls" not in log and "Testville" not in log, "a log names it")
    anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "busy", "sip_status": 486}]})
    anna.act("wrapup", anna.offer(), code="closed_with_data", chosen_at="2026-01-01T00:00:02Z")
    anna.act("end", anna.offer())


def tells_nothing_of_the_wrong_person(l):
    """Answers that turn out to be of the wrong person leave in no format, and what they name in no list:
    whoever was handed it is told once to disregard it, and once that it counts after all."""
    anna = l.world.sign_in("anna")
    anna.on_queue()
    anna.act("accept", anna.wait_offer("offered"))
    offer = anna.offer()
    permit = anna.permit(offer)
    answers = {"resourceType": "QuestionnaireResponse", "status": "completed",
               "questionnaire": "urn:x-pupitre:places|1", "item": [place("school", "Aux Ormes")]}
    anna.good("PUT", f"/v1/offers/{offer['offer_id']}/response", {
        "fence": anna.offer()["fence"], "base_version": 0, "status": "completed", "response": answers})
    anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "busy", "sip_status": 486}]})

    def responses():
        """Of this offer: status and answers in each format."""
        why = ("--entitled-reason", "a test")
        csvs = l.rows("answers", *why)
        whole = json.loads(l.export("answers", "--format", "json", *why))
        some = [json.loads(x) for x in l.export("answers", "--format", "ndjson", "--columns",
                                                "offer_id,status,response", *why).splitlines()]
        own = [(r["status"], json.loads(r["response"])) for r in csvs if r["offer_id"] == offer["offer_id"]]
        own += [(r["status"], r["response"]) for r in whole + some if str(r["offer_id"]) == offer["offer_id"]]
        fhir = json.loads(l.export("answers", "--format", "ndjson", *why).splitlines()[-1])
        own.append((fhir["status"], fhir))
        expect(len(own) == 4 and all(status == r["status"] for status, r in own), own)
        return {(status, "Aux Ormes" in json.dumps(r), "item" in r) for status, r in own}

    def listed():
        return [(r["name"], bool(r["withdrawn_at"])) for r in l.rows("collectivities", "--region", "WAL")]

    def correct(code):
        anna.good("POST", f"/v1/offers/{offer['offer_id']}/correct", {"code": code})
    expect(responses() == {("completed", True, True)}, responses())
    anna.act("wrapup", anna.offer(), code="bad_number", chosen_at="2026-01-01T00:00:02Z")
    expect(responses() == {("entered-in-error", False, False)}, responses())
    expect(listed() == [], "of the wrong person")
    correct("closed_with_data")
    expect(responses() == {("completed", True, True)}, responses())
    expect(listed() == [("Aux Ormes", False)], "lost")
    expect(listed() == [], "twice")
    correct("bad_number")
    expect(listed() == [("Aux Ormes", True)], "nobody tells them")
    expect(listed() == [], "told twice")
    correct("closed_with_data")
    expect(listed() == [("Aux Ormes", False)], "it counts")
    expect(listed() == [], "twice")
    anna.act("end", anna.offer())


def lists_wrong_numbers(l):
    """Somebody's number was found wrong: by place in the list, with the number in the export."""
    expect(json.loads(l.ctl("data-quality", "list", "--json").stdout) == [], "there is one already")
    anna = l.world.sign_in("anna")
    anna.on_queue()
    anna.act("accept", anna.wait_offer("offered"))
    offer = anna.offer()
    permit = anna.permit(offer)
    anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "bad_number", "sip_status": 404}]})
    anna.act("wrapup", anna.offer(), code="bad_number", chosen_at="2026-01-01T00:00:02Z")
    anna.act("end", anna.offer())
    (person, phone), = l.sql("SELECT person_id, phone_position + 1 FROM data_quality")
    listed, = json.loads(l.ctl("data-quality", "list", "--json").stdout)
    expect(listed["person_id"] == str(person) and listed["number"] == phone == 1, listed)
    expect(listed["code"] == "bad_number" and listed["region"] == "WAL" and listed["service_id"] == "test"
           and listed["offer_id"] == offer["offer_id"], listed)
    text = l.ctl("data-quality", "list").stdout
    expect("bad_number" in text and "+32" not in text, text)
    row, = l.rows("data-quality", "--region", "WAL")
    expect(row["phone"] == permit["number"] and row["agent"] == "anna" and row["code"] == "bad_number"
           and row["end"] == "bad_number" and row["person_id"] == str(person), row)
    expect(not l.rows("data-quality", "--region", "VLG"), "of another region")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    l = Lists(World(build, source, LINES, **TIMES))
    try:
        tap.case("a list hands out each person once", hands_out_once, l)
        tap.case("whoever was not handed out is not marked", loses_nobody, l)
        tap.case("a list that marks wants a file", wants_a_file, l)
        tap.case("overload gives a list for SMS while it is on", flags_for_sms, l)
        tap.case("columns are chosen, and told to the audit log", chooses_columns, l)
        tap.case("a cell is no formula", guards_formulas, l)
        tap.case("answers leave as FHIR, with a reason, naming nobody", gives_answers_as_fhir, l)
        tap.case("a collectivity of submitted answers is listed once", lists_what_answers_name, l)
        tap.case("of the wrong person nothing is told", tells_nothing_of_the_wrong_person, l)
        tap.case("wrong numbers are listed and exported", lists_wrong_numbers, l)
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        l.world.end()
    tap.end()


if __name__ == "__main__":
    main()
