#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Limits as clients meet them: a session and an address that ask too much, and the morning when
all sign in at once and each is told a place; sessions that end.

usage: test_limits.py BUILD-ROOT SOURCE-ROOT"""

import contextlib
import sqlite3
import subprocess
import sys
import threading
import time

from tap import Tap, expect
from world import PASSWORD, World, fresh_key

SHIFT = 30
EACH = 3  # sign-ins of one agent, at several machines: more than can be done at once
LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         *(f"agent shift{i} WAL fr agent {PASSWORD}" for i in range(SHIFT))]


def too_much(world):
    """A session that asks too much waits; others do not, and neither does what is open."""
    anna, bert = world.sign_in("anna"), world.sign_in("bert")
    for _ in range(40):
        answer = anna.ask("GET", "/v1/queues")
        if answer.status == 429:
            break
    else:
        raise AssertionError("no limit")
    expect(answer.json["type"] == "/problems/throttled", answer.body)
    expect(1 <= int(answer.headers["retry-after"]) <= 60, answer.headers)
    expect(anna.ask("POST", "/v1/heartbeat", key=None).status == 429, "the session is not limited as a whole")
    expect(bert.ask("GET", "/v1/work").status == 200, "another session pays for it")
    expect(world.ask("GET", "/healthz").status == 200, "its address pays for it")


def strangers(world):
    """Tokens that nobody has are charged to their address; a session from there goes on."""
    bert = world.sign_in("bert")
    bert.work()
    for _ in range(200):
        if world.ask("GET", "/v1/work", token=fresh_key() + "x" * 11).status == 429:
            break
    else:
        raise AssertionError("no limit")
    expect(world.ask("GET", "/healthz").status == 429, "the address is not limited as a whole")
    expect(bert.ask("GET", "/v1/work").status == 200, "a session pays for its address")


class Morning:
    """Each of the shift signs in, asks again when it is told to, and notes its places."""

    def __init__(self, world):
        self.world, self.places, self.faults = world, {}, []

    def arrive(self, login, machine):
        body, key = {"login": login, "password": PASSWORD}, fresh_key()
        places = self.places[login, machine] = []
        try:
            end = time.monotonic() + 100
            while time.monotonic() < end:
                answer = self.world.ask("POST", "/v1/sessions", body, key=key, patient=False)
                if answer.status != 503:
                    break
                expect(answer.json["type"] == "/problems/queued", answer.body)
                places.append(answer.json["position"])
                # (The time that is told is for thousands: here the line is short.)
                time.sleep(min(1, int(answer.headers["retry-after"])))
            expect(answer.status == 201, f"{answer.status} {answer.body!r}")
        except Exception as error:  # noqa: BLE001: told by the case
            self.faults.append(f"{login}: {error}")

    def run(self):
        threads = [threading.Thread(target=self.arrive, args=(f"shift{i}", machine))
                   for i in range(SHIFT) for machine in range(EACH)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def morning(world):
    shift = Morning(world)
    shift.run()
    expect(not shift.faults, shift.faults[:3])
    world.sign_in("shift0").work()
    told = [places for places in shift.places.values() if places]
    expect(told, "nobody had to wait: more of a shift is needed")
    for places in told:
        # The first word is the length of the line, when nobody has been counted yet.
        expect(all(a >= b for a, b in zip(places[1:], places[2:])), f"a place got worse: {places}")
        expect(max(places) <= SHIFT * EACH, places)


def leaving(world):
    """Whoever asks twice at once is answered twice; another body with the same key is another."""
    body, key = {"login": "anna", "password": PASSWORD}, fresh_key()
    answers = []

    def one():
        answers.append(world.ask("POST", "/v1/sessions", body, key=key))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(all(answer.status in (201, 503) for answer in answers), [answer.body for answer in answers])
    again = world.ask("POST", "/v1/sessions", body, key=key)
    expect(again.status == 201, again.body)
    for answer in answers:
        expect(answer.status == 503 or answer.json["token"] == again.json["token"], "two sessions of one key")
    wrong = world.ask("POST", "/v1/sessions", {**body, "password": "wrong"}, key=key)
    expect(wrong.status == 401, wrong.body)


def sql(world, text, *values):
    with contextlib.closing(sqlite3.connect(world.data / "pupitre.db", timeout=20)) as db, db:
        db.execute(text, values)


def told(world, agent, stream, reason):
    got = stream.next("signed_out")
    expect(got and got[1] == {"reason": reason}, got)
    expect(stream.next() is None, "the stream goes on")
    expect(agent.ask("GET", "/v1/work").status == 401, "the token is good")


def sessions_end(world):
    """By moved time and from the command line: the stream says why, and the token is no good."""
    for column, reason in (("expires_at", "expired"), ("seen_at", "idle")):
        anna = world.sign_in("anna")
        stream = anna.stream()
        expect(stream.next("work"), "no work")
        sql(world, f"UPDATE session SET {column} = {column} - 7 * 86400 WHERE ended_at IS NULL")
        told(world, anna, stream, reason)
    anna, bert = world.sign_in("anna"), world.sign_in("bert")
    streams = [anna.stream(), bert.stream()]
    ctl = [str(world.build / "net/ctl/pupitrectl"), "--data", str(world.data), "session", "end"]
    done = subprocess.run([*ctl, "bert"], capture_output=True, text=True, check=False, env={"LC_ALL": "C.UTF-8"})
    expect(done.returncode == 0 and done.stdout == "1 session ended\n", done)
    told(world, bert, streams[1], "operator")
    expect(anna.ask("GET", "/v1/work").status == 200, "another session ended, too")
    done = subprocess.run([*ctl, "--all"], capture_output=True, text=True, check=False, env={"LC_ALL": "C.UTF-8"})
    expect(done.stdout == "1 session ended\n", done)
    told(world, anna, streams[0], "operator")
    for wrong in ([], ["nobody"], ["anna", "--all"]):
        done = subprocess.run([*ctl, *wrong], capture_output=True, text=True, check=False)
        expect(done.returncode != 0, wrong)


def replay(world):
    """Who comes back with the last id is told what is new; with a strange one, everything."""
    anna, seen = world.sign_in("anna"), []

    def first_events(last_id, wanted):
        stream = anna.stream(last_id=last_id)
        names = []
        while wanted not in names:
            names.append(stream.next()[0])
            expect(stream.id not in seen, f"{stream.id} came twice")
            seen.append(stream.id)
        stream.close()
        return names

    first_events(None, "queues")
    last = seen[-1]
    epoch, n, figures = last.split("-")
    for strange in ("x", "-", "--", f"{epoch}", f"{epoch}-{n}-", f"{epoch}-{n}-0", f"{'0' * 32}-{n}-{figures}",
                    f"{last}0", last * 9):
        expect(first_events(strange, "queues") == ["work", "queues"], strange)
    stream = anna.stream(last_id=last)
    expect(stream.next()[0] == "work", "the work is always told")
    anna.good("PUT", "/v1/status", {"status": "meal"})
    names = []
    while True:
        name, data = stream.next()
        names.append(name)
        if name == "work" and data["status"] == "meal":
            break
    expect("queues" not in names, "what is known was told again")
    anna.good("PUT", "/v1/status", {"status": "available"})
    anna.good("PUT", "/v1/queue", {"on_queue": True})
    expect(stream.next("queues"), "new figures are not told")
    last = stream.id
    stream.close()
    anna.good("PUT", "/v1/queue", {"on_queue": False})
    world.kill()
    world.start()
    expect(first_events(last, "queues") == ["work", "queues"], "an id of the time before a restart is known")


def in_world(build, source, options, *cases):
    world = World(build, source, LINES, agent_gone_s=600)
    try:
        world.start(*options)
        for what, case in cases:
            TAP.case(what, case, world)
        TAP.say(world.stop() == 0, "pupitred ends when it is asked to")
    except Exception as error:  # noqa: BLE001: told, so that the plan is printed and missing cases count
        TAP.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()


TAP = Tap()
in_world(*sys.argv[1:3], ["--rate-session", "40", "--rate-address", "0"], ("a session that asks too much", too_much))
in_world(*sys.argv[1:3], ["--rate-session", "0", "--rate-address", "100"], ("tokens that nobody has", strangers))
in_world(*sys.argv[1:3], ["--rate-session", "0", "--rate-address", "0"],
         ("a shift signs in at once", morning), ("one sign-in asked for several times at once", leaving),
         ("sessions that end", sessions_end), ("events by their last id", replay))
TAP.end()
