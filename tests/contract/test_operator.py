#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What an operator sees: the listings with the names that the manual gives, and doctor on this
machine beside a pupitred that serves.

usage: test_operator.py BUILD-ROOT SOURCE-ROOT"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys

from tap import Tap, expect
from world import PASSWORD, World, wait_for

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         "people 5 WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 1, "agent_gone_s": 600}
# listing, rows in this world
LISTINGS = (("agent list", 2), ("session list", 1), ("service list", 1), ("script list", 2),
            ("imports", 1), ("unresolved list", 1))


class Operator:
    def __init__(self, world, source):
        self.world = world
        build = world.build.resolve()
        self.env = {**os.environ, "LC_ALL": "C.UTF-8", "PUPITRED_GATEWAY": "127.0.0.1:5070",
                    "PATH": f"{build}/net/server:{build}/tui:{os.environ['PATH']}"}
        page = (pathlib.Path(source) / "man/pupitrectl.8").read_text("utf-8")
        part = page.split(".Sh JSON")[1].split(".Sh ")[0]
        self.names = {}
        for item in re.split(r"^\.It Cm ", part, flags=re.M)[1:]:
            head, _, rest = item.partition("\n")
            values = re.findall(r"^\.Va (.*)$", rest, re.M)
            self.names[head] = [name for line in values for name in line.split(" , ")]
            self.names[head] = [name.strip(" ,") for name in self.names[head]]

    def run(self, *words, status=0):
        done = subprocess.run([str(self.world.build / "net/ctl/pupitrectl"), "--data",
                               str(self.world.data), *words], capture_output=True, text=True,
                              check=False, timeout=60, env=self.env, stdin=subprocess.DEVNULL)
        expect(status is None or done.returncode == status, done)
        return done

    def doctor(self, *words, status=None):
        found = json.loads(self.run("doctor", "--json", *words, status=status).stdout)
        return {(f["check"], f["role"]): f for f in found}


def one_unresolved(world):
    """A call whose code is not chosen in time."""
    anna = world.sign_in("anna")
    anna.on_queue()
    anna.act("accept", anna.wait_offer("offered"))
    permit = anna.permit(anna.offer())
    anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "busy", "sip_status": 486}]})
    wait_for("the deadline", lambda: anna.offer()["state"] == "overdue")


def listing(op, name, rows):
    words = name.split()
    found = json.loads(op.run(*words, "--json").stdout)
    expect(len(found) == rows, found)
    for row in found:
        expect(list(row) == op.names[name] or set(row) == set(op.names[name]),
               f"{list(row)}, and the manual has {op.names[name]}")
        for key, value in row.items():
            if key.endswith("_at") or key == "since":
                expect(value is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value), row)
            if key.endswith("_id"):
                expect(isinstance(value, str), row)
    lines = op.run(*words).stdout.splitlines()
    expect(len(lines) == rows, lines)


def nothing_is_an_empty_array(op):
    data = op.world.directory / "empty"
    env = {**op.env, "PUPITRE_DATA": str(data)}
    ctl = str(op.world.build / "net/ctl/pupitrectl")
    subprocess.run([ctl, "init"], env=env, check=True, capture_output=True)
    for name, _ in LISTINGS:
        done = subprocess.run([ctl, *name.split(), "--json"], env=env, check=True,
                              capture_output=True, text=True)
        expect(json.loads(done.stdout) == [], done.stdout)


def finds_the_backend_well(op):
    found = op.doctor("--role", "backend")
    for check in ("settings", "directory", "files", "database", "disk", "port"):
        expect(found[check, "backend"]["status"] == "ok", found[check, "backend"])
    expect("pupitred serves" in found["port", "backend"]["what"], found["port", "backend"])
    for finding in found.values():
        expect(set(finding) == set(op.names["doctor"]), finding)
        expect((finding["status"] == "ok") == (finding["remedy"] is None), finding)


def finds_what_is_wrong(op):
    op.world.data.chmod(0o755)
    try:
        done = op.run("doctor", status=69)  # a data directory makes it a backend
        expect("chmod 700" in done.stdout and "checks that failed: " in done.stderr, done)
    finally:
        op.world.data.chmod(0o700)
    gateway = op.env.pop("PUPITRED_GATEWAY")
    try:
        finding = op.doctor("--role", "backend", status=69)["settings", "backend"]
        expect(finding["what"].startswith("gateway: missing"), finding)
    finally:
        op.env["PUPITRED_GATEWAY"] = gateway


def tells_a_taken_port(op):
    op.world.kill()
    expect(op.world.data.joinpath("address").exists(), "the killed one left no address")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        op.env["PUPITRED_LISTEN"] = f"127.0.0.1:{taken.getsockname()[1]}"
        finding = op.doctor("--role", "backend")["port", "backend"]
        expect(finding["status"] == "failed" and "another program" in finding["what"], finding)
    finding = op.doctor("--role", "backend")["port", "backend"]
    expect(finding["status"] == "ok", finding)


def changes_nothing(op):
    def seen():
        return {f.name: (f.stat().st_mode, f.stat().st_size, f.read_bytes())
                for f in op.world.data.iterdir() if f.suffix not in (".db-shm", ".db-wal")}

    before = seen()
    op.run("doctor", "--role", "both", status=None)
    expect(seen() == before, "something changed")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    try:
        world.start()
        op = Operator(world, source)
        one_unresolved(world)
        for name, rows in LISTINGS:
            tap.case(f"{name}: {rows} rows, named as in the manual", listing, op, name, rows)
        tap.case("a listing of nothing is an empty array", nothing_is_an_empty_array, op)
        tap.case("doctor finds a backend that is well", finds_the_backend_well, op)
        tap.case("doctor finds what is wrong, with status 69", finds_what_is_wrong, op)
        tap.case("doctor tells a port that is taken", tells_a_taken_port, op)
        tap.case("doctor changes nothing", changes_nothing, op)
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
