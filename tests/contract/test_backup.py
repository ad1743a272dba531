#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""pupitrectl backup and restore beside a pupitred that is at work, and killed at every moment.

usage: test_backup.py BUILD-ROOT SOURCE-ROOT"""

import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

from tap import Tap, expect
from world import PASSWORD, World

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         f"agent carl WAL fr agent {PASSWORD}", "people 40 WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
STEP = 1_000_000_000


class Place:
    def __init__(self, world):
        self.world = world
        self.ctl = str(world.build / "net/ctl/pupitrectl")
        self.backups = world.directory / "backups"
        self.backups.mkdir(mode=0o700)

    def run(self, *words, status=0, data=None, env=None):
        done = subprocess.run([self.ctl, "--data", str(data or self.world.data), *map(str, words)],
                              capture_output=True, text=True, timeout=120, check=False,
                              stdin=subprocess.DEVNULL,
                              env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
        if status is not None:
            expect(done.returncode == status, f"{words}: {done}")
        return done

    def only_file(self):
        files = [f.name for f in self.backups.iterdir()]
        expect(len(files) == 1, files)
        return self.backups / files[0]


def query(path, sql):
    db = sqlite3.connect(path)
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def copied_at_work(p):
    """While agents work: nobody is refused, and the copy is of one instant."""
    world = p.world
    anna, bert, carl = (world.sign_in(n) for n in ("anna", "bert", "carl"))
    anna.on_queue()
    anna.wait_offer("offered")
    anna.act("accept")
    carl.on_queue()
    carl.act("accept", carl.wait_offer("offered"))
    carl.permit(carl.offer())
    stop = threading.Event()
    said = []

    def works():
        while not stop.is_set():
            for status in ("busy", "break"):
                said.append(bert.ask("PUT", "/v1/status", {"status": status}).status)

    worker = threading.Thread(target=works)
    worker.start()
    try:
        done = p.run("backup", p.backups, "--json")
    finally:
        stop.set()
        worker.join()
    expect(said and set(said) == {200}, set(said))
    told = json.loads(done.stdout)
    file = p.only_file()
    expect(told["file"] == str(file) and told["bytes"] == file.stat().st_size, told)
    expect(file.stat().st_mode & 0o777 == 0o600, oct(file.stat().st_mode))
    expect(file.read_bytes()[18:20] == b"\1\1", "it is not one file: it wants a -wal")
    expect(query(file, "PRAGMA integrity_check") == [("ok",)], "damaged")
    expect(query(file, "SELECT action FROM audit ORDER BY rowid DESC LIMIT 1") == [("backup",)],
           "the copy does not know of itself")
    key = (world.data / "master.key").read_text().split()[2]
    expect(bytes.fromhex(key) not in file.read_bytes() and key.encode() not in file.read_bytes(),
           "the key is in it")
    p.good = world.directory / "good.db"
    shutil.copy(file, p.good)
    p.held = anna.offer()["offer_id"]
    p.newest_call = query(file, "SELECT max(call_id) FROM call")[0][0]


def never_over_a_file(p):
    file = p.only_file()
    before = file.read_bytes()
    done = p.run("backup", file, status=75)
    expect("is there already" in done.stderr, done.stderr)
    expect(file.read_bytes() == before, "it was written over")


def old_ones_go(p):
    p.only_file().unlink()  # it may be of this very second
    for day in range(1, 6):
        (p.backups / f"pupitre-2020010{day}T000000Z.db").write_bytes(b"old")
    (p.backups / "pupitre-mine.db").write_bytes(b"another's")
    p.run("backup", p.backups, "--keep", "2")
    names = sorted(f.name for f in p.backups.iterdir())
    expect(len(names) == 3 and "pupitre-mine.db" in names, names)
    expect([n for n in names if n.startswith("pupitre-2020")] == ["pupitre-20200105T000000Z.db"],
           names)
    p.run("backup", p.world.directory / "one.db", "--keep", "2", status=65)
    p.run("backup", p.backups, "--keep", "0", status=65)
    p.run("backup", f"{p.world.directory}/nowhere/", status=66)


def default_folder(p):
    p.run("backup")
    folder = p.world.data / "backups"
    expect(folder.stat().st_mode & 0o777 == 0o700, oct(folder.stat().st_mode))
    expect(len(list(folder.iterdir())) == 1, list(folder.iterdir()))


def full_disk(p):
    """No file may grow beyond a page: refused in words, nothing left behind."""
    target = p.world.directory / "full.db"
    done = subprocess.run(
        ["prlimit", "--fsize=200000", p.ctl, "--data", str(p.world.data), "backup", str(target)],
        capture_output=True, text=True, check=False, timeout=60,
        preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
    expect(done.returncode in (71, 74), done)
    expect(not list(p.world.directory.glob("full.db*")), "something is left")


def not_while_it_runs(p):
    done = p.run("restore", p.good, "--replace", status=69)
    expect("pupitred is running here" in done.stderr, done.stderr)


def newer_work_then_restored(p):
    """What restoring means: sessions end, holds are undone as at a new login, no id comes twice."""
    world = p.world
    anna = world.sign_in("anna")
    answer = anna.ask("GET", "/v1/work")
    expect(answer.status == 200, answer.body)
    expect(world.stop() == 0, "not 0")
    done = p.run("restore", p.good, status=75)
    expect("--replace" in done.stderr, done.stderr)
    before = query(p.good, "SELECT max(offer_id) FROM offer")[0][0]
    done = p.run("restore", p.good, "--replace")
    expect("Sessions ended: 3" in done.stdout, done.stdout)
    aside = [f for f in world.data.iterdir() if ".before-" in f.name]
    expect(len(aside) == 1 and aside[0].name in done.stdout, done.stdout)
    expect(query(aside[0], "PRAGMA integrity_check") == [("ok",)], "the old one is damaged")
    p.run("audit", "verify")
    world.start()
    expect(anna.ask("GET", "/v1/work").status == 401, "an ended session lives again")
    carl = world.sign_in("carl")
    expect(carl.offer()["state"] in ("acw", "overdue"), carl.offer())
    bert = world.sign_in("bert")
    bert.on_queue()
    offer = bert.wait_offer("offered")
    expect(int(offer["offer_id"]) > before + STEP - 1, offer["offer_id"])
    bert.act("accept", offer)
    permit = bert.permit(bert.offer())
    expect(int(permit["call_id"]) > STEP, permit["call_id"])
    expect(int(permit["call_id"]) > p.newest_call, permit["call_id"])
    stale = bert.ask("POST", f"/v1/offers/{p.held}/accept", {"fence": 1})
    expect(stale.status in (403, 404, 409), stale.body)
    expect(world.stop() == 0, "not 0")


def undigested(path):
    """As one of an earlier version, or one that somebody who knows the digest has changed."""
    whole = path.read_bytes()
    expect(whole[-64:-48] == b"PupitreBackup 1\n" and whole[-16:] == b"\nPupitreBackup 1", whole[-64:])
    os.truncate(path, len(whole) - 64)


def any_bit(p):
    """One flipped bit anywhere is seen by restore, wherever SQLite would not mind: in what is sealed, in
    a plain column, in free space and in the digest itself."""
    whole = p.good.read_bytes()
    (sealed,), = query(p.good, "SELECT contact_enc FROM person WHERE person_id = 2")
    places = [*range(len(whole) - 64, len(whole)), *range(0, len(whole) - 64, len(whole) // 40),
              whole.find(sealed) + 30]
    bad = p.world.directory / "bit.db"
    before = (p.world.data / "pupitre.db").read_bytes()
    for n, place in enumerate(places):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << n % 8
        bad.write_bytes(spoilt)
        done = p.run("restore", "--replace", bad, status=65)
        expect("damaged" in done.stderr, f"{place}: {done.stderr}")
    for cut in (1, 40, 63):
        bad.write_bytes(whole[:-cut])
        p.run("restore", "--replace", bad, status=65)
    expect((p.world.data / "pupitre.db").read_bytes() == before, "the database was touched")


def sealed_is_opened(p):
    """Without a digest, and in the database itself, whatever is sealed is opened: one bit is seen, and
    named by its number. All others have a backup all the same, which can be put back."""
    old = p.world.directory / "old.db"
    shutil.copy(p.good, old)
    undigested(old)
    data = p.world.directory / "of-old"
    data.mkdir(mode=0o700)
    shutil.copy(p.world.data / "master.key", data / "master.key")
    p.run("restore", old, data=data)
    with sqlite3.connect(old) as db:
        (sealed,), = db.execute("SELECT contact_enc FROM person WHERE person_id = 2")
        db.execute("UPDATE person SET contact_enc = ? WHERE person_id = 2",
                   (sealed[:30] + bytes([sealed[30] ^ 1]) + sealed[31:],))
    done = p.run("restore", "--replace", old, data=data, status=65)
    expect("damaged" in done.stderr and "contact of person 2 " in done.stderr, done.stderr)
    shutil.copy(old, data / "pupitre.db")
    made = p.world.directory / "of-damaged.db"
    done = p.run("backup", made, data=data)
    expect("warning" in done.stderr and "contact of person 2 " in done.stderr, done.stderr)
    done = p.run("restore", "--replace", made, data=data)
    expect("warning" in done.stderr and "contact of person 2 " in done.stderr, done.stderr)
    expect(query(data / "pupitre.db", "SELECT count(*) FROM person") ==
           query(p.good, "SELECT count(*) FROM person"), "somebody is gone")
    spoilt = bytearray(made.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    made.write_bytes(spoilt)
    p.run("restore", "--replace", made, data=data, status=65)


def refused(p):
    """Nothing of this touches what is there."""
    world = p.world
    before = (world.data / "pupitre.db").read_bytes()

    def spoil(name, change):
        bad = world.directory / name
        shutil.copy(p.good, bad)
        undigested(bad)
        change(bad)
        return bad

    def scribble(path):
        with open(path, "r+b") as f:
            f.seek(path.stat().st_size // 2)
            f.write(b"\xa5" * 16384)

    def sql(text):
        def change(path):
            with sqlite3.connect(path) as db:
                db.executescript(text)
        return change

    cases = (
        ("a damaged file", spoil("scribbled.db", scribble), 65, "damaged"),
        ("half a file", spoil("half.db", lambda f: os.truncate(f, f.stat().st_size // 2)), 65, ""),
        ("another database", spoil("other.db", sql("PRAGMA user_version = 0")), 65, "Pupitre"),
        ("a newer one", spoil("newer.db", sql("PRAGMA user_version = 99")), 75, "schema 99"),
        ("a changed audit log", spoil("audit.db", sql(
            "DROP TRIGGER audit_stays; UPDATE audit SET at = at + 1 WHERE seq = 2")), 65, "entry 2"),
        ("no file", world.directory / "none.db", 66, "none.db"),
        ("text", world.directory / "service.json", 65, ""),
    )
    for what, file, status, word in cases:
        done = p.run("restore", file, "--replace", status=None)
        expect(done.returncode == status and word in done.stderr, f"{what}: {done}")
    key = (world.data / "master.key").read_text()
    first, second, third = key.split()
    (world.data / "master.key").write_text(f"{first} {second} {third[::-1]}\n")
    try:
        done = p.run("restore", p.good, "--replace", status=77)
        expect("key" in done.stderr, done.stderr)
    finally:
        (world.data / "master.key").write_text(key)
    expect((world.data / "pupitre.db").read_bytes() == before, "the database was touched")
    expect(not list(world.data.glob("*.partial*")), "something is left")


def into_a_new_place(p):
    data = p.world.directory / "new"
    data.mkdir(mode=0o700)
    done = p.run("restore", p.good, data=data, status=66)
    expect("put the key" in done.stderr, done.stderr)
    shutil.copy(p.world.data / "master.key", data / "master.key")
    p.run("restore", p.good, data=data)
    p.run("audit", "verify", data=data)
    expect(p.run("agent", "list", data=data).stdout.count("\n") == 3, "agents are missing")


def beside_a_stray_wal(p):
    """The database is lost and its -wal is not: SQLite would play that into whatever comes there."""
    data = p.world.directory / "stray"
    data.mkdir(mode=0o700)
    db, wal = data / "pupitre.db", data / "pupitre.db-wal"
    shutil.copy(p.world.data / "master.key", data / "master.key")
    shutil.copy(p.good, db)
    connection = sqlite3.connect(db)
    connection.executescript("PRAGMA journal_mode = WAL; CREATE TABLE stray (n INTEGER);")
    kept = wal.read_bytes()
    connection.close()
    db.unlink()
    wal.write_bytes(kept)
    p.run("restore", p.good, data=data)
    p.run("audit", "verify", data=data)
    expect(query(db, "SELECT name FROM sqlite_schema WHERE name = 'stray'") == [],
           "the -wal of the lost database was played into the backup")
    expect(query(db, "PRAGMA integrity_check") == [("ok",)], "damaged")
    expect([f.read_bytes() for f in data.glob("*.before-*-wal")] == [kept], "it is not kept aside")


def killed(p, words, state_of, fresh):
    """Run it again and again, killed before its first, second … change of the disk, until it comes
    to its end. After each the state is the old or the new one, and a repeat succeeds."""
    counted = p.world.directory / "count"
    shim = str(p.world.build / "tests/contract/libkill_at.so")
    at = 0
    states = []
    while True:
        at += 1
        counted.unlink(missing_ok=True)
        fresh()
        done = p.run(*words(), status=None, env={
            "LD_PRELOAD": shim, "KILL_AT": str(at), "KILL_COUNT": str(counted)})
        states.append(state_of())
        if done.returncode == 0:
            break
        expect(done.returncode == -signal.SIGKILL, f"at {at}: {done}")
        expect(at < 400, "it never ends")
    expect(at > 3, f"killed {at - 1} times only")
    return states


def restore_killed(p):
    world = p.world
    db = world.data / "pupitre.db"
    wanted = query(p.good, "SELECT count(*) FROM audit")[0][0]

    def fresh():
        for f in world.data.glob("pupitre.db*"):
            if not f.name.endswith(".partial") and ".partial-" not in f.name:
                f.unlink()
        shutil.copy(p.world.directory / "one-old.db", db)
        connection = sqlite3.connect(db)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()

    def state_of():
        expect(db.exists(), "no database at all")
        expect(query(db, "PRAGMA integrity_check") == [("ok",)], "damaged")
        last = query(db, "SELECT action FROM audit ORDER BY rowid DESC LIMIT 1")[0][0]
        n = query(db, "SELECT count(*) FROM audit")[0][0]
        expect((last == "restore" and n == wanted + 1) or last == "backup", (last, n))
        return last

    shutil.copy(p.good, world.directory / "one-old.db")
    states = killed(p, lambda: ("restore", p.good, "--replace"), state_of, fresh)
    expect(states[0] == "backup" and states[-1] == "restore", states)
    expect(states == sorted(states), states)
    p.run("audit", "verify")
    expect(not list(world.data.glob("*.partial*")), "something is left")


def backup_killed(p):
    folder = p.world.directory / "killed"
    target = folder / "b.db"
    folder.mkdir()

    def fresh():
        target.unlink(missing_ok=True)

    def state_of():
        if target.exists():
            expect(query(target, "PRAGMA integrity_check") == [("ok",)], "half a backup")
        return target.exists()

    states = killed(p, lambda: ("backup", target), state_of, fresh)
    expect(states[-1] and not states[0], states)
    p.run("audit", "verify")
    expect([f.name for f in folder.iterdir()] == ["b.db"], list(folder.iterdir()))


def backup_interrupted(p):
    """Ctrl-C at any moment: a whole backup and status 0, or none, 75 and nothing left behind."""
    folder = p.world.directory / "interrupted"
    target = folder / "b.db"
    folder.mkdir()
    shim = str(p.world.build / "tests/contract/libkill_at.so")
    counted = p.world.directory / "count"
    statuses = set()
    at = 0
    while not counted.exists() or int(counted.read_text()) >= at:
        at += 1
        counted.unlink(missing_ok=True)
        target.unlink(missing_ok=True)
        done = p.run("backup", target, status=None, env={
            "LD_PRELOAD": shim, "KILL_AT": str(at), "KILL_WITH": "2", "KILL_COUNT": str(counted)})
        statuses.add(done.returncode)
        left = [f.name for f in folder.iterdir()]
        expect(left == (["b.db"] if done.returncode == 0 else []), f"at {at}: {done}, {left}")
        expect(done.returncode in (0, 75, -signal.SIGINT), f"at {at}: {done}")
        if done.returncode == 0:
            expect(query(target, "PRAGMA integrity_check") == [("ok",)], "half a backup")
        elif done.returncode == 75:
            expect("broken off" in done.stderr, done.stderr)
    expect({0, 75} <= statuses, statuses)


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(pathlib.Path(build), source, LINES, **TIMES)
    try:
        world.start()
        p = Place(world)
        tap.case("a copy is made while agents work", copied_at_work, p)
        tap.case("a file that is there is never written over", never_over_a_file, p)
        tap.case("--keep removes old backups and nothing else", old_ones_go, p)
        tap.case("without a place it goes into the data directory", default_folder, p)
        tap.case("a full disk refuses it and leaves nothing behind", full_disk, p)
        tap.case("pupitred has to be stopped for a restore", not_while_it_runs, p)
        tap.case("a restore ends sessions and gives no id twice", newer_work_then_restored, p)
        tap.case("what is no sound backup is refused and touches nothing", refused, p)
        tap.case("a flipped bit anywhere in a backup is seen", any_bit, p)
        tap.case("a sealed field that does not open is seen without a digest, too", sealed_is_opened, p)
        tap.case("a backup moves to a new machine with its key", into_a_new_place, p)
        tap.case("a -wal without its database is kept aside", beside_a_stray_wal, p)
        tap.case("a restore killed at any moment leaves the old or the new", restore_killed, p)
        tap.case("a backup killed at any moment leaves a whole one or none", backup_killed, p)
        tap.case("a backup broken off with Ctrl-C leaves nothing behind", backup_interrupted, p)
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
