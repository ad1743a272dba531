#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The master key is changed beside a pupitred that is at work, and the change is killed at every
moment: it goes on where it was cut, and agents see nothing of it.

usage: test_keys.py BUILD-ROOT SOURCE-ROOT"""

import json
import os
import signal
import subprocess
import sys
import threading

from tap import Tap, expect
from world import PASSWORD, World

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         "people 400 WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}


class Place:
    def __init__(self, world):
        self.world = world
        self.key = world.data / "master.key"

    def run(self, *words, status=0, env=None, text=None):
        done = subprocess.run(
            [str(self.world.build / "net/ctl/pupitrectl"), "--data", str(self.world.data), *words],
            capture_output=True, text=True, timeout=120, check=False, input=text or "",
            env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
        if status is not None:
            expect(done.returncode == status, f"{words}: {done}")
        return done

    def query(self, sql):
        return self.world.beside.rows(sql)

    def ids(self):
        return [line.split()[1] for line in self.key.read_text().splitlines() if line]


def one_key_writes(p):
    keys = json.loads(p.run("keys", "list", "--json").stdout)
    expect(keys == [{"key_id": "1", "state": "writes", "in_file": True}], keys)
    p.run("keys", "retire", "1", status=75)
    p.run("keys", "retire", "x", status=64)
    expect(p.ids() == ["1"], p.ids())


def killed_again_and_again(p):
    """Before its first, second … change of the disk, or word to PostgreSQL, of which there are more,
    until it comes to its end; each run goes on with what the last one left. Meanwhile two agents work."""
    anna, bert = p.world.sign_in("anna"), p.world.sign_in("bert")
    anna.on_queue()
    anna.act("accept", anna.wait_offer("offered"))
    p.permit = anna.permit(anna.offer())
    number = anna.offer()["call"]["phone"]
    stop, said = threading.Event(), []

    def works():
        while not stop.is_set():
            for status in ("busy", "break"):
                said.append(bert.ask("PUT", "/v1/status", {"status": status}).status)

    worker = threading.Thread(target=works)
    worker.start()
    shim = str(p.world.build / "tests/contract/libkill_at.so")
    step, more = (40, {"KILL_AT_SEND": "1"}) if p.world.beside.url else (1, {})
    at, places = 0, set()
    try:
        while True:
            at += step
            done = p.run("keys", "rotate", status=None,
                         env={"LD_PRELOAD": shim, "KILL_AT": str(at), **more})
            places.add(p.query("SELECT rotating, place, key_1 FROM key_state")[0])
            expect(oct(p.key.stat().st_mode & 0o777) == "0o600", "others can read the key")
            expect(anna.offer()["call"]["phone"] == number, "the call's number does not open")
            expect(p.world.ask("GET", "/healthz").status == 200, "pupitred is not well")
            if done.returncode == 0:
                break
            expect(done.returncode == -signal.SIGKILL, done)
            expect(at < 200 * step, "it never ends")
    finally:
        stop.set()
        worker.join()
    expect(at > 5 * step and len(places) > 3, f"killed up to {at}, at {places}")
    expect(said and set(said) == {200}, set(said))
    p.anna = anna


def nothing_is_left_of_the_old_key(p):
    newest = int(p.ids()[-1])
    keys = json.loads(p.run("keys", "list", "--json").stdout)
    expect([k["key_id"] for k in keys if k["state"] == "writes"] == [str(newest)], keys)
    name = newest.to_bytes(4, "big").hex()
    for table, column in (("person", "ident_enc"), ("person", "contact_enc"), ("call", "phone_enc"),
                          ("agent", "journal_enc"), ("key_check", "check_enc")):
        left = p.query(f"SELECT count(*) FROM {table} "
                       f" WHERE substr({p.world.beside.hex_of(column)}, 3, 8) <> '{name}'")
        expect(left == [(0,)], f"{table}.{column}: {left}")
    p.run("audit", "verify")
    people = json.loads(p.run("export", "people", "--format", "json").stdout)
    expect(len(people) == 400 and all(person["phone"].startswith("+32") for person in people),
           len(people))


def the_day_goes_on(p):
    """The call that was up all the time, its number leased, and the next person."""
    call = p.permit["call_id"]
    expect(p.query("SELECT count(*) FROM phone_lease l JOIN call c USING (call_id)"
                   f" WHERE call_id = {call} AND l.phone_bidx = c.phone_bidx") == [(1,)], "no lease")
    p.anna.good("POST", f"/v1/calls/{call}/events", {"events": [
        {"seq": 1, "kind": "dial", "at": "2026-01-01T00:00:00Z"},
        {"seq": 2, "kind": "end", "end": "busy", "at": "2026-01-01T00:00:01Z"}]})
    p.anna.act("wrapup", code="busy", chosen_at="2026-01-01T00:00:02Z")


def the_old_key_goes(p):
    """When nothing names it. What pupitred knows meanwhile does no harm."""
    said = p.run("keys", "retire", "1", status=75).stderr
    expect("24 hours" in said, said)
    p.world.stop()
    p.world.beside.rows("DELETE FROM repeat")
    for old in p.ids()[:-1]:
        p.run("keys", "retire", old)
    expect(len(p.ids()) == 1, p.ids())
    p.run("audit", "verify")
    p.run("export", "people", "--format", "csv")
    p.world.start()
    p.world.sign_in("anna").offer()


def a_third_party_verifies_a_checkpoint(p):
    folder = p.world.directory
    file = folder / "checkpoint"
    p.run("audit", "checkpoint", "--out", str(file))
    expect(file.stat().st_mode & 0o777 == 0o600, oct(file.stat().st_mode))
    p.run("audit", "checkpoint", "--out", str(file), status=75)
    p.run("audit", "verify", "--checkpoint", str(file))
    (folder / "key.pem").write_text(p.run("audit", "key").stdout)
    script = ("head -n -1 checkpoint > text && tail -n 1 checkpoint | cut -d ' ' -f 2 | base64 -d > signature"
              " && openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in text -sigfile signature")
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    expect(done.returncode == 0 and "Verified Successfully" in done.stdout, done)
    text = (folder / "text").read_text()
    (folder / "checkpoint").write_text(text.replace("\nat 2", "\nat 3") + file.read_text().splitlines()[-1] + "\n")
    done = subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    expect(done.returncode != 0, "a changed checkpoint is verified, too")
    p.run("audit", "verify", "--checkpoint", str(file), status=77)


def main():
    world = World(sys.argv[1], sys.argv[2], LINES, **TIMES)
    tap = Tap()
    try:
        world.start()
        place = Place(world)
        for case in (one_key_writes, killed_again_and_again, nothing_is_left_of_the_old_key,
                     the_day_goes_on, the_old_key_goes, a_third_party_verifies_a_checkpoint):
            tap.case(case.__name__.replace("_", " "), case, place)
    finally:
        world.end()
    tap.end()


main()
