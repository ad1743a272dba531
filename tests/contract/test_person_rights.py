#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One person asks what is kept, and that it be destroyed; and a purge by policy, beside a pupitred
that is at work. Identifiers come from standard input and stand in no command line.

usage: test_person_rights.py BUILD-ROOT SOURCE-ROOT"""

import json
import os
import subprocess
import sys
import time

from tap import Tap, expect
from world import PASSWORD, World

LINES = [f"agent anna WAL fr agent {PASSWORD}"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
COLUMNS = ("sciensano_request_ticket,ticket_at,niss,name_index_patient,given_name,family_name,birth_date,phone,"
           "language,region,kind\n")
INDEX = "TICKETINDEX1,2020-11-02T08:00:00Z,85073003328,,Zephyrine,Plantedindex,1985-07-30,+32470000001,fr,WAL,index\n"
CONTACT = "TICKETCONTACT1,2020-11-03T08:00:00Z,,Zephyrine Plantedindex,Gudule,Vancontact,,+32470000002,fr,WAL,contact\n"


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Place:
    def __init__(self, world):
        self.world = world
        self.file = world.directory / "answer.json"

    def run(self, *words, status=0, text=""):
        done = subprocess.run(
            [str(self.world.build / "net/ctl/pupitrectl"), "--data", str(self.world.data), *map(str, words)],
            capture_output=True, text=True, timeout=60, check=False, input=text,
            env={**os.environ, "LC_ALL": "C.UTF-8"})
        expect(done.returncode == status, f"{words}: {done}")
        return done

    def query(self, sql):
        return self.world.beside.rows(sql)


def a_call_is_handled(p):
    csv = p.world.directory / "people.csv"
    csv.write_text(COLUMNS + INDEX + CONTACT, "utf-8")
    p.run("import", csv)
    csv.unlink()
    p.anna = p.world.sign_in("anna")
    p.anna.on_queue()
    offer = p.anna.wait_offer("offered")
    p.anna.act("accept", offer)
    p.anna.permit(offer)
    p.offer = offer
    expect(p.anna.act("record", offer)["family_name"] == "Plantedindex", "another person")


def nobody_is_erased_under_an_agents_hands(p):
    said = p.run("person", "erase", "--ticket", "--reason", "request", "--yes", text="TICKETINDEX1\n", status=75)
    expect("try again later" in said.stderr, said)
    expect(p.query("SELECT count(*) FROM person") == [(2,)], "somebody is gone")


def the_call_ends(p):
    call = p.query("SELECT call_id FROM call")[0][0]
    p.anna.good("POST", f"/v1/calls/{call}/events", {"events": [
        {"seq": 1, "at": now(), "kind": "dial"}, {"seq": 2, "at": now(), "kind": "ring"},
        {"seq": 3, "at": now(), "kind": "end", "end": "busy"}]})
    p.anna.act("wrapup", p.offer, code="closed_without_data", chosen_at=now(), note="her dog Rantanplouf")
    p.anna.good("PUT", "/v1/queue", {"on_queue": False})
    p.anna.act("end", p.offer)


def everything_is_written_out(p):
    p.run("person", "export", "--out", p.file, status=64)
    p.run("person", "export", "--ticket", "--niss", "--out", p.file, status=64)
    p.run("person", "export", "--niss", "--out", p.file, text="85.07.30-033.29x\n", status=65)
    p.run("person", "export", "--ticket", "--out", p.file, text="NOSUCHTICKET\n", status=66)
    p.run("person", "export", "--niss", "--out", p.file, text="85.07.30-033.28\n")
    expect(p.file.stat().st_mode & 0o777 == 0o600, oct(p.file.stat().st_mode))
    people = json.loads(p.file.read_text("utf-8"))["people"]
    expect(len(people) == 1 and people[0]["record"]["sciensano_request_ticket"] == "TICKETINDEX1", people)
    expect(people[0]["wrapups"][0]["note"] == "her dog Rantanplouf", people[0]["wrapups"])
    expect("record_read" in [look["action"] for look in people[0]["looks"]], people[0]["looks"])
    expect(people[0]["calls"][0]["phone"] == "+32470000001", people[0]["calls"])
    p.run("person", "export", "--niss", "--out", p.file, text="85.07.30-033.28\n", status=75)
    p.file.unlink()
    noted = p.query("SELECT action, person_id FROM audit WHERE action LIKE 'person_%' ORDER BY at, chain, seq")
    expect(noted[-2:] != [] and ("person_export", int(people[0]["state"][0]["person_id"])) in noted, noted)


def the_person_is_erased(p):
    sealed = p.query("SELECT ident_enc FROM person WHERE kind = 'index'")[0][0][5:]
    p.run("person", "erase", "--ticket", "--reason", "whim", "--yes", text="TICKETINDEX1\n", status=64)
    p.run("person", "erase", "--ticket", "--reason", "request", text="TICKETINDEX1\n", status=64)
    said = p.run("person", "erase", "--ticket", "--reason", "request", "--yes", text="TICKETINDEX1\n").stdout
    expect("\nkind erasure\n" in said and "\nreason request\n" in said and "\nsignature: " in said, said)
    expect("TICKET" not in said and "Planted" not in said, said)
    expect(p.query("SELECT count(*) FROM person") == [(1,)], "still there")
    for file in p.world.data.glob("pupitre.db*"):
        expect(sealed not in file.read_bytes(), f"what was sealed stands in {file.name}")
    rows = json.loads(p.run("export", "people", "--format", "json").stdout)
    expect([r["family_name"] for r in rows] == ["Vancontact"], rows)


def a_certificate_proves_it(p):
    listed = json.loads(p.run("certificate", "list", "--json").stdout)
    expect([(c["kind"], c["tickets"]) for c in listed] == [("erasure", 1)], listed)
    proof = p.run("certificate", "find", text="TICKETINDEX1\n").stdout
    expect(proof == p.run("certificate", "print", "1").stdout, proof)
    p.run("certificate", "find", text="TICKETCONTACT1\n", status=66)
    p.run("certificate", "print", "7", status=66)
    (p.world.directory / "key.pem").write_text(p.run("audit", "key").stdout)
    (p.world.directory / "certificate").write_text(proof)
    done = subprocess.run(["sh", "-c", "head -n -1 certificate > text && tail -n 1 certificate | cut -d ' ' -f 2 |"
                           " base64 -d > signature && openssl pkeyutl -verify -pubin -inkey key.pem -rawin"
                           " -in text -sigfile signature"], cwd=p.world.directory, capture_output=True,
                          text=True, check=False)
    expect("Verified Successfully" in done.stdout, done)


def nothing_is_due_yet(p):
    expect("nothing is due" in p.run("purge").stdout, "something was destroyed")
    said = p.run("purge", "--dry-run").stdout
    expect(": 0 people" in said, said)
    p.run("audit", "verify")
    expect(p.world.ask("GET", "/readyz").status == 200, "pupitred is not well")


def main():
    world = World(sys.argv[1], sys.argv[2], LINES, **TIMES)
    tap = Tap()
    try:
        world.start()
        place = Place(world)
        for case in (a_call_is_handled, nobody_is_erased_under_an_agents_hands, the_call_ends,
                     everything_is_written_out, the_person_is_erased, a_certificate_proves_it,
                     nothing_is_due_yet):
            tap.case(case.__name__.replace("_", " "), case, place)
    finally:
        world.end()
    tap.end()


main()
