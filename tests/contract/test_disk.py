#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A disk that is full, broken or read-only under the backend: what cannot be kept is refused with a
problem and leaves nothing half done, what only reads goes on, and all is well again by itself. And
what a long look at the database leaves on the disk.

usage: test_disk.py BUILD-ROOT SOURCE-ROOT"""

import errno
import mmap
import os
import sqlite3
import struct
import subprocess
import sys

from tap import Tap, expect
from test_clock import Clock
from world import PASSWORD, World, fresh_key, wait_for

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         "people 3 WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}


def words(text):
    return {"resourceType": "QuestionnaireResponse", "status": "in-progress",
            "questionnaire": "https://pupitre.invalid/interviews/tracing-index|2099.1", "item": [{"linkId": text}]}


class Disk:
    def __init__(self, world):
        self.file = world.directory / "fault"
        self.file.write_bytes(bytes(16))
        self.under = ("env", f"LD_PRELOAD={world.build}/tests/contract/libdisk_fault.so",
                      f"DISK_FAULT={self.file}")

    def fails(self, write=0, sync=0, read=0, fsync=0):
        with open(self.file, "r+b") as file, mmap.mmap(file.fileno(), 16) as memory:
            memory[:] = struct.pack("=iiii", write, sync, read, fsync)

    def works(self):
        self.fails()


class Faults:
    def __init__(self, world, disk, clock):
        self.world, self.disk, self.clock = world, disk, clock
        self.anna = world.sign_in("anna")
        self.stream = self.anna.stream()
        self.anna.on_queue()
        offer = self.anna.wait_offer("offered")
        self.anna.act("accept", offer)
        self.permit = self.anna.permit(offer)
        self.offer = self.anna.offer()
        self.version = 0
        self.put("before")

    def path(self):
        return f"/v1/offers/{self.offer['offer_id']}/response"

    def try_put(self, text):
        return self.anna.ask("PUT", self.path(), {
            "fence": self.offer["fence"], "base_version": self.version, "status": "in-progress",
            "response": words(text)})

    def put(self, text):
        answer = self.try_put(text)
        expect(answer.status == 200, answer.body)
        self.version = answer.json["version"]

    def refused(self, answer):
        expect(answer.status == 503 and answer.json["type"] == "/problems/store", answer.body)
        expect("kept" not in answer.json, answer.body)

    def until_refused(self, text):
        """SQLite's first write after a fault may still fit into what it has."""
        def tried():
            answer = self.try_put(text)
            if answer.status == 200:
                self.version = answer.json["version"]
                return None
            return answer
        self.refused(wait_for("a refusal", tried))

    def fault(self, **how):
        before = self.anna.good("GET", self.path())
        self.disk.fails(**how)
        self.until_refused("meanwhile")
        self.refused(self.anna.ask("PUT", "/v1/status", {"status": "meal"}))
        event = {"events": [{"seq": 1, "at": self.clock.text(), "kind": "dial"}]}
        key = fresh_key()
        path = f"/v1/calls/{self.permit['call_id']}/events"
        self.refused(self.world.ask("POST", path, event, token=self.permit["call_token"], key=key))
        self.refused(self.world.ask("POST", "/v1/sessions", {"login": "bert", "password": PASSWORD}))
        # What only reads goes on, and shows nothing that was refused.
        if not how.get("sync"):
            after = self.anna.good("GET", self.path())
            expect(after["version"] in (before["version"], self.version), after)
            expect(self.anna.work()["status"] == "available", "what was refused shows")
            expect(self.anna.ask("GET", "/v1/queues").status == 200, "no queues")
        expect(self.world.ask("GET", "/healthz").status == 200, "it does not live")
        expect(self.world.ask("GET", "/readyz").status == 503, "it says that it is ready")
        self.disk.works()
        # Well again without a restart, and the same request is done once.
        wait_for("recovery", lambda: self.world.ask("GET", "/readyz").status == 200)
        answer = self.world.ask("POST", path, event, token=self.permit["call_token"], key=key)
        expect(answer.status == 200 and answer.json["last_seq"] >= 1, answer.body)
        self.version = self.anna.good("GET", self.path())["version"]
        self.put("after")
        self.world.sign_in("bert")
        # It is what is on the disk, too.
        self.world.kill()
        self.world.start(under=self.disk.under)
        expect(self.anna.good("GET", self.path())["response"] == words("after"), "other answers")
        expect(self.anna.offer()["state"] == "call", self.anna.offer())

    def reading(self):
        """Pages that cannot be read: an error, not an end, and no answer that is made up."""
        self.world.kill()
        self.world.start(under=self.disk.under)  # nothing is in its memory yet
        self.disk.fails(read=errno.EIO)
        statuses = {self.anna.ask("GET", path).status
                    for path in ("/v1/work", "/v1/interactions", self.path())}
        expect(statuses <= {200, 503} and 503 in statuses, statuses)
        self.disk.works()
        wait_for("recovery", lambda: self.anna.ask("GET", "/v1/work").status == 200)
        expect(self.anna.good("GET", self.path())["response"] == words("after"), "other answers")

    def long_look(self):
        """Somebody reads for long, as an export does: the log of changes grows meanwhile, and gives
        its room back afterwards."""
        wal = self.world.data / "pupitre.db-wal"
        reader = sqlite3.connect(f"file:{self.world.data}/pupitre.db?mode=ro", uri=True)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM agent").fetchone()
        while wal.stat().st_size < 12 * 1024 * 1024:
            self.put("x" * 60000)
        reader.close()
        def small():
            self.put("y")
            return wal.stat().st_size <= 4 * 1024 * 1024 + 65536
        wait_for("a smaller log of changes", small)


def skipped_rows(world, disk):
    """The bad rows are on the disk before the good ones count: nobody has them afterwards."""
    file = world.directory / "people.csv"
    row = "P-{},2026-03-01T10:00:00Z,Planted,{},fr,WAL,index"
    file.write_text("\n".join((
        "sciensano_request_ticket,ticket_at,family_name,phone,language,region,kind",
        row.format(1, "+32470000001"), row.format(2, "1"), "")))

    def skips():
        return subprocess.run(
            [*disk.under, str(world.build / "net/ctl/pupitrectl"), "--data", str(world.data),
             "import", "--skip-bad", str(file)], capture_output=True, text=True, timeout=60,
            check=False, env={**os.environ, "LC_ALL": "C.UTF-8"})

    bad = world.directory / "people.csv.bad"
    disk.fails(fsync=errno.EIO)
    done = skips()
    disk.works()
    expect(done.returncode == 74 and str(bad) in done.stderr, done)
    expect(not bad.exists(), "half of it is left")
    done = skips()
    expect(done.returncode == 0 and "new 1," in done.stdout, done)
    expect("P-2" in bad.read_text(), bad.read_text())


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    try:
        disk, clock = Disk(world), Clock(world)
        tap.case("bad rows that the disk does not keep stop an import", skipped_rows, world, disk)
        world.start(under=disk.under)
        faults = Faults(world, disk, clock)
        for what, how in (("a full disk", {"write": errno.ENOSPC}),
                          ("a disk that cannot be written", {"write": errno.EIO}),
                          ("a disk that became read-only", {"write": errno.EROFS}),
                          ("a disk that does not keep", {"sync": errno.EIO})):
            tap.case(f"{what} refuses, harms nothing and is forgotten",
                     lambda how=how: faults.fault(**how))
        tap.case("a disk that cannot be read ends nothing", faults.reading)
        tap.case("a long look leaves no large log of changes", faults.long_look)
        tap.say(world.stop() == 0, "and pupitred ends when asked to")
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
