#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What an operator does with pupitrectl in the first days, from init to a restored copy: the same on
either store.

usage: test_tool.py BUILD-ROOT SOURCE-ROOT"""

import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from database import Database
from tap import Tap, expect

COLUMNS = ("sciensano_request_ticket ticket_at niss name_index_patient given_name family_name "
           "birth_date phone phone_2 language region kind municipality notes").split()
EXPORTS = ("people", "calls", "answers", "late-drafts", "wrapups", "audit")
LISTS = ("field-visits", "collectivities", "contacts-without-number", "sms", "data-quality")
PEOPLE = 30


def people(first=0, n=PEOPLE):
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, restval="")
    rows.writeheader()
    for i in range(first, first + n):
        rows.writerow({"sciensano_request_ticket": f"TOOL-{i:04}", "ticket_at": "2026-03-01T08:05:00Z",
                       "given_name": "Odile", "family_name": f"Outilvide {i}", "phone": f"+3247000{i:04}",
                       "language": "fr", "region": "BXL" if i % 3 == 0 else "WAL",
                       "kind": "contact" if i % 2 else "index"})
    return out.getvalue()


class Operator:
    def __init__(self, build, source):
        self.build, self.source = pathlib.Path(build), pathlib.Path(source)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pup-", dir="/tmp"))
        self.data = self.folder / "data"
        self.beside = Database(self.data)
        self.env = {**os.environ, "LC_ALL": "C.UTF-8", "PUPITRED_GATEWAY": "127.0.0.1:5070",
                    "PATH": f"{self.build}/net/server:{self.build}/tui:{os.environ['PATH']}"}

    def run(self, *words, text="", status=0, data=None):
        done = subprocess.run(
            [str(self.build / "net/ctl/pupitrectl"), "--data", str(data or self.data), *map(str, words)],
            input=text, capture_output=True, text=True, check=False, timeout=120, env=self.env)
        expect(status is None or done.returncode == status, done)
        return done

    def json(self, *words, **more):
        return json.loads(self.run(*words, "--json", **more).stdout)

    def number(self, sql):
        return self.beside.rows(sql)[0][0]

    def export(self, what, *words):
        path = self.folder / f"{what}-{len(list(self.folder.iterdir()))}"
        self.run("export", what, "--format", "csv", "--out", path, "--entitled-reason", "a test", *words)
        return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


def a_house_is_made(op):
    op.run("agent", "list", status=66)
    op.run("init")
    expect((op.data / "pupitre.db").exists() == (op.beside.url is None), "a file of SQLite")
    expect(op.data.stat().st_mode & 0o777 == 0o700, "others may look in")
    again = op.run("init", status=None)
    expect(again.returncode != 0, again)
    for service in sorted((op.source / "scripts/services").glob("*.json")):
        op.run("service", "check", service)
    for script in sorted((op.source / "scripts/interviews").glob("*.json")):
        op.run("script", "load", script)
    op.run("service", "load", op.source / "scripts/services/tracing.json")
    expect([s["service_id"] for s in op.json("service", "list")] == ["tracing"], "services")
    expect(len(op.json("script", "list")) == 2, "scripts")


def agents_are_enrolled(op):
    op.run("agent", "add", "anna", "--name", "Anna", "--region", "WAL", "--languages", "fr,nl",
           "--password-fd", "0", text="correct-horse\n")
    op.run("agent", "edit", "anna", "--line", "2", "--skills", "Public-Health")
    rows = ["login,name,region,languages,role"]
    rows += [f"agent{i},Agent {i},BXL,fr,{'supervisor' if i == 0 else 'agent'}" for i in range(5)]
    secrets = op.folder / "passwords"
    op.run("agent", "import", "-", "--passwords", secrets, text="\n".join(rows) + "\n")
    expect(secrets.stat().st_mode & 0o777 == 0o600, "others may read the passwords")
    bad = op.run("agent", "import", "-", "--passwords", op.folder / "none",
                 text="login,name,region,languages\nbob,Bob,NOWHERE,fr\n", status=65)
    expect("line 2" in bad.stderr and not (op.folder / "none").exists(), bad)
    op.run("agent", "disable", "agent4")
    op.run("agent", "password", "agent3", "--password-fd", "0", text="another-horse\n")
    agents = {a["login"]: a for a in op.json("agent", "list")}
    expect(len(agents) == 6 and agents["agent4"]["disabled"] and agents["anna"]["line"] == 2, agents)
    op.run("agent", "enable", "agent4")


def people_come_in(op):
    op.run("import", "-", text=people())
    expect(op.number("SELECT count(*) FROM person") == PEOPLE, "people")
    op.run("import", "-", text=people())  # the same once more
    broken = people(100, 5).replace("+32470000102", "not a number")
    bad = op.run("import", "-", text=broken, status=65)
    expect("4" in bad.stderr and op.number("SELECT count(*) FROM person") == PEOPLE, bad)
    lines = "\n".join(json.dumps({"sciensano_request_ticket": f"TOOL-J{i}", "given_name": "Odile",
                                  "ticket_at": "2026-03-01T08:05:00Z", "family_name": "Ndjson", "phone": f"+3247100{i:04}",
                                  "language": "nl", "region": "VLG", "kind": "contact"}) for i in range(3))
    file = op.folder / "people.ndjson"
    file.write_text(lines + "\n", "utf-8")
    op.run("import", file)
    expect(op.number("SELECT count(*) FROM person") == PEOPLE + 3, "NDJSON")
    expect(len(op.json("imports")) == 3, op.json("imports"))


def what_is_stored_comes_out(op):
    rows = op.export("people")
    expect(len(rows) == PEOPLE + 3 and {r["family_name"] for r in rows} >= {"Outilvide 7", "Ndjson"}, rows[:2])
    expect(len(op.export("people", "--region", "BXL")) == PEOPLE // 3, "a region")
    expect(list(op.export("people", "--columns", "phone,region")[0]) == ["phone", "region"], "columns")
    for what in EXPORTS:
        op.export(what)
    op.run("overload", "on", "--region", "WAL", "--reason", "wave")
    for what in LISTS:
        rows = op.export(what)
        expect(bool(rows) == (what == "sms"), f"{what}: {rows}")
    shown = op.run("overload", "show").stdout
    expect("WAL" in shown, shown)
    op.run("overload", "off", "--region", "WAL", "--reason", "over")


def one_person_s_rights(op):
    file = op.folder / "all.json"
    op.run("person", "export", "--ticket", "--out", file, text="TOOL-0003\n")
    expect("Outilvide 3" in json.dumps(json.loads(file.read_text("utf-8"))), "nothing of her")
    certificate = op.run("person", "erase", "--ticket", "--reason", "request", "--yes", text="TOOL-0003\n").stdout
    expect("Outilvide" not in certificate and op.number("SELECT count(*) FROM person") == PEOPLE + 2, certificate)
    proof = op.run("certificate", "find", text="TOOL-0003\n").stdout
    expect("certificate" in proof, proof)
    op.run("certificate", "find", text="TOOL-0004\n", status=66)


def what_is_old_is_purged(op):
    op.beside.rows("UPDATE person SET state = 'closed', state_since = 1, due_at = NULL WHERE person_id IN (1, 2)")
    told = op.run("purge", "--dry-run").stdout
    expect("2 people" in told, told)
    op.run("purge")
    expect(op.number("SELECT count(*) FROM person") == PEOPLE, "purged")
    expect(len(op.json("certificate", "list")) == 2, "certificates")
    certificate = op.run("certificate", "print", "2").stdout
    expect("destroyed person 2\n" in certificate, certificate)


def the_key_changes(op):
    op.run("keys", "rotate")
    keys = op.json("keys", "list")
    expect([k["state"] for k in keys].count("writes") == 1 and len(keys) == 2, keys)
    op.run("keys", "add")
    op.run("keys", "retire", keys[0]["key_id"] if keys[0]["state"] != "writes" else keys[1]["key_id"], status=None)
    expect(len(op.export("people")) == PEOPLE, "not read under the new key")


def all_is_well(op):
    for words in (("hold", "check"), ("audit", "verify"), ("audit", "checkpoint"), ("audit", "key"),
                  ("alarm", "list"), ("outbox", "list"), ("unresolved", "list"), ("data-quality", "list"),
                  ("incident", "list"), ("session", "list")):
        op.run(*words)
    found = {f["check"]: f for f in json.loads(op.run("doctor", "--role", "backend", "--json", status=None).stdout)}
    for check in ("directory", "files", "database", "holds"):
        expect(found[check]["status"] == "ok", found[check])
    if op.beside.url:
        (op.data / "master.key").chmod(0o640)
        found = {f["check"]: f for f in json.loads(op.run("doctor", "--role", "backend", "--json", status=None).stdout)}
        expect(found["files"]["status"] == "failed" and "master.key" in found["files"]["what"], found["files"])
        (op.data / "master.key").chmod(0o600)
        gone = op.run("--store", op.beside.url + "nowhere", "doctor", "--role", "backend", "--json", status=None)
        found = {f["check"]: f for f in json.loads(gone.stdout)}
        expect(found["database"]["status"] == "failed" and "PostgreSQL" in found["database"]["remedy"], found)


def a_queue_with_people_stays(op):
    """A version that has no place for people who are there is refused, and nothing of it is loaded."""
    path = op.folder / "smaller.json"
    service = json.loads((op.source / "scripts/services/tracing.json").read_text("utf-8"))
    before = op.json("service", "list")
    n = op.number("SELECT count(*) FROM person WHERE region = 'BXL' AND state <> 'closed'")
    smaller = {**service, "version": service["version"] + 1,
               "queues": [q for q in service["queues"] if q["region"] != "BXL"],
               "regions": [r for r in service["regions"] if r != "BXL"]}
    path.write_text(json.dumps(smaller), "utf-8")
    done = op.run("service", "load", path, status=75)
    expect(f"BXL_French: people who are not closed: {n}" in done.stderr and "nothing was loaded" in done.stderr, done)
    expect(op.json("service", "list") == before, "it was loaded")
    expect({c["check"]: c["n"] for c in op.json("hold", "check")}["person_without_queue"] == 0, "they are stranded")
    path.write_text(json.dumps({**smaller, "queues": service["queues"], "regions": service["regions"]}), "utf-8")
    op.run("service", "load", path)


def a_copy_is_whole(op):
    copy = op.folder / "copy"
    op.run("backup", copy)
    before = op.export("people")
    op.run("agent", "disable", "anna")
    whole = copy.read_bytes()
    for place in (len(whole) // 2, len(whole) - 100, len(whole) - 40, len(whole) - 1):
        bad = op.folder / "copy-bad"
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1:])
        expect("damaged" in op.run("restore", "--replace", bad, status=65).stderr, place)
    op.run("restore", "--replace", copy)
    expect(not {a["login"]: a for a in op.json("agent", "list")}["anna"]["disabled"], "not what it was")
    expect(op.export("people") == before, "other people")
    op.run("hold", "check")
    op.run("audit", "verify")


CASES = (a_house_is_made, agents_are_enrolled, people_come_in, what_is_stored_comes_out, one_person_s_rights,
         what_is_old_is_purged, the_key_changes, all_is_well, a_queue_with_people_stays,
         a_copy_is_whole)


def main():
    tap = Tap()
    op = Operator(*sys.argv[1:])
    try:
        for case in CASES:
            if tap.case(case.__name__.replace("_", " "), case, op) is None and tap.failed:
                break
    finally:
        shutil.rmtree(op.folder)
    tap.end()


if __name__ == "__main__":
    main()
