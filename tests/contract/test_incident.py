#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Incidents: whoever is signed in reports one, supervisors of the region see it at once, nobody
else ever does. And what they see when the disk damaged a person.

usage: test_incident.py BUILD-ROOT SOURCE-ROOT"""

import json
import os
import subprocess
import sys
import time

from database import Refused
from tap import Tap, expect
from world import PASSWORD, World, fresh_key, wait_for

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent carl WAL fr agent {PASSWORD}",
         f"agent sue WAL fr supervisor {PASSWORD}",
         f"agent vic VLG nl supervisor {PASSWORD}", f"agent olga WAL fr operator {PASSWORD}",
         "people 4 WAL fr"]
WORDS = "A list with Plantedname was sent to the wrong address.\nHalf an hour ago."


class Place:
    def __init__(self, world):
        self.world = world
        self.anna, self.sue, self.vic, self.olga = map(world.sign_in, ("anna", "sue", "vic", "olga"))

    def query(self, sql):
        return self.world.beside.rows(sql)


def seen_at_once(p):
    stream = p.sue.stream()
    stream.next("work")
    p.anna.on_queue()
    p.offer = p.anna.wait_offer("offered")
    p.key = fresh_key()
    p.body = {"what": WORDS, "reported_at": "2026-01-01T10:00:00Z",
              "happened_at": "2026-01-01T09:30:00Z", "offer_id": p.offer["offer_id"]}
    first = p.anna.ask("POST", "/v1/incidents", p.body, key=p.key)
    expect(first.status == 201, first.body)
    p.incident = first.json["incident_id"]
    while True:
        data = stream.next("alarms")[1]
        if data.get("raised", data.get("open", 0)):
            break
    kinds = [(a["kind"], a["incident_id"]) for a in p.sue.good("GET", "/v1/alarms")["alarms"]]
    expect(kinds == [("incident", p.incident)], kinds)


def read_by_the_region(p):
    rows = p.sue.good("GET", "/v1/incidents")["incidents"]
    expect(len(rows) == 1 and rows[0]["what"] == WORDS and rows[0]["agent"] == "anna", rows)
    expect(rows[0]["happened_at"] == "2026-01-01T09:30:00Z", rows)
    person = p.query(f"SELECT person_id FROM offer WHERE offer_id = {p.offer['offer_id']}")[0][0]
    expect(rows[0]["person_id"] == str(person), rows)
    looks = p.query("SELECT action, subject, person_id FROM audit WHERE action LIKE 'incident%'"
                    " ORDER BY at, chain, seq")
    expect(looks == [("incident_report", f"incident {p.incident}", person),
                     ("incident_read", f"incident {p.incident}", person)], looks)


def nobody_else(p):
    expect(p.vic.good("GET", "/v1/incidents") == {"incidents": []}, "another region sees it")
    expect(p.vic.good("GET", "/v1/alarms") == {"alarms": []}, "another region is told")
    for who in (p.anna, p.olga):
        expect(who.ask("GET", "/v1/incidents").status == 403, "others read incidents")


def once(p):
    again = p.anna.ask("POST", "/v1/incidents", p.body, key=p.key)
    expect(again.status == 201 and again.json["incident_id"] == p.incident, again.body)
    expect(p.query("SELECT count(*) FROM incident") == [(1,)], "kept twice")
    other = p.anna.ask("POST", "/v1/incidents", {**p.body, "what": "x"}, key=p.key)
    expect(other.status == 409, other.body)


def never_refused_for_whom_it_is_about(p):
    """Another's offer, one that is none, and a time to come: the words are what counts."""
    for body in ({"what": "seen", "offer_id": p.offer["offer_id"]}, {"what": "seen", "offer_id": "999"}):
        expect(p.sue.ask("POST", "/v1/incidents", body).status == 201, body)
    expect(p.olga.ask("POST", "/v1/incidents", {"what": "later", "happened_at": "2099-01-01T00:00:00Z"}
                      ).status == 201, "an operator")
    rows = p.query("SELECT person_id, CASE WHEN happened_at <= received_at THEN 1 ELSE 0 END FROM incident WHERE incident_id > 1")
    expect(rows == [(None, 1)] * 3, rows)
    for what in ("", "   ", "bell \a", 7, "x" * 2001):
        expect(p.anna.ask("POST", "/v1/incidents", {"what": what}).status == 422, repr(what)[:20])


def append_only_and_sealed(p):
    for sql in ("UPDATE incident SET person_id = NULL", "DELETE FROM incident"):
        try:
            p.world.beside.rows(sql)
        except Refused:
            continue
        raise AssertionError(f"done: {sql}")
    for file in p.world.data.glob("pupitre.db*"):
        expect(b"Plantedname" not in file.read_bytes(), f"in clear in {file.name}")
    expect("Plantedname" not in p.world.log.read_text("utf-8"), "in the log")


def listed_by_the_operator(p):
    run = [str(p.world.build / "net/ctl/pupitrectl"), "--data", str(p.world.data), "incident", "list"]
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    rows = json.loads(subprocess.run([*run, "--json"], capture_output=True, check=True, env=env).stdout)
    expect([r["what"] for r in rows][-1] == WORDS and len(rows) == 4, rows)
    rows = json.loads(subprocess.run([*run, "--json", "--region", "VLG"], capture_output=True, check=True,
                                     env=env).stdout)
    expect(rows == [], rows)
    wait_for("its entry", lambda: p.query("SELECT count(*) FROM audit WHERE action = 'incident_list'") == [(2,)])


def parked_when_unreadable(p):
    """An agent who accepts somebody whose record does not open gets the next person at once, nobody is
    offered that one again, and a supervisor decides."""
    carl = p.world.sign_in("carl")
    carl.on_queue()
    offer = carl.wait_offer("offered")
    person = p.query(f"SELECT person_id FROM offer WHERE offer_id = {offer['offer_id']}")[0][0]
    p.query(f"UPDATE person SET contact_enc = context_enc WHERE person_id = {person}")
    work = carl.act("accept", offer)
    expect(work["on_queue"] and work["offer"]["state"] == "offered", work)
    following = p.query(f"SELECT person_id FROM offer WHERE offer_id = {work['offer']['offer_id']}")[0][0]
    expect(following != person, "the same person")
    expect(carl.act("accept", work["offer"])["offer"]["state"] == "preview", "who can be read is held")
    rows = [r for r in p.sue.good("GET", "/v1/unresolved")["unresolved"] if r["person_id"] == str(person)]
    expect(len(rows) == 1 and rows[0]["agent"] == "carl", rows)
    told = [a for a in p.sue.good("GET", "/v1/alarms")["alarms"] if a["kind"] == "person_unreadable"]
    expect([a["person_id"] for a in told] == [str(person)], told)
    p.sue.good("POST", f"/v1/people/{person}/release", {"reason": "not to be read", "then": "closed"})


def stuck_in_preview(p):
    """Ten minutes after its deadline a preview that never calls stands in the list, its agent being there."""
    held = "WHERE state = 'preview'"
    for late in (590, 610):
        p.query(f"UPDATE offer SET deadline = {int(time.time()) - late} {held}")
        rows = [r for r in p.sue.good("GET", "/v1/unresolved")["unresolved"] if r["stuck"]]
        expect([(r["agent"], r["state"]) for r in rows] == ([("carl", "preview")] if late > 600 else []), rows)


def main():
    world = World(sys.argv[1], sys.argv[2], LINES)
    tap = Tap()
    try:
        world.start()
        place = Place(world)
        for case in (seen_at_once, read_by_the_region, nobody_else, once,
                     never_refused_for_whom_it_is_about, append_only_and_sealed,
                     listed_by_the_operator, parked_when_unreadable, stuck_in_preview):
            tap.case(case.__name__.replace("_", " "), case, place)
    finally:
        world.end()
    tap.end()


main()
