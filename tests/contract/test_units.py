#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The systemd units, judged by systemd itself: are they understood, and how exposed are services
that run so? Nothing is started.

usage: test_units.py BUILD-ROOT SOURCE-ROOT"""

import pathlib
import re
import subprocess
import sys
import tempfile

from tap import Tap, expect

UNITS = ("pupitred.service", "pupitre-backup.service", "pupitre-backup.timer",
         "pupitre-purge.service", "pupitre-purge.timer")
EXPOSURE = 15  # tenths: 1.5 of 10; what is left are a network service and a user's own files


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


def understood(build, work):
    """verify wants to see the programs: those of the build stand for the installed ones."""
    for name in UNITS:
        text = (build / "net/server" / name).read_text("utf-8")
        for program, where in (("pupitred", "server"), ("pupitrectl", "ctl")):
            text = re.sub(rf"^(ExecStart=)\S*/{program}\b",
                          rf"\g<1>{build.resolve()}/net/{where}/{program}", text, flags=re.M)
        (work / name).write_text(text, "utf-8")
    done = run("systemd-analyze", "verify", "--man=no", *(str(work / name) for name in UNITS))
    ours = [line for line in done.stderr.splitlines() if "pupitre" in line]
    expect(done.returncode == 0 and not ours, done.stderr)


def little_exposed(work, name):
    done = run("systemd-analyze", "security", "--offline=yes", f"--threshold={EXPOSURE}",
               str(work / name))
    expect(done.returncode == 0, "\n".join(
        line for line in done.stdout.splitlines() if "✗" in line or "→" in line) + done.stderr)


def may_take_the_port_of_the_manual(work, source):
    """The example listens on a port that only root may take, and the service does not run as root."""
    manual = (source / "man/pupitred.conf.5").read_text("utf-8")
    port = int(re.search(r"^listen = \S+:(\d+)$", manual, re.M)[1])
    unit = (work / "pupitred.service").read_text("utf-8")
    right = r"^{}=.*\bCAP_NET_BIND_SERVICE\b"
    expect(port >= 1024 or all(re.search(right.format(key), unit, re.M)
                               for key in ("AmbientCapabilities", "CapabilityBoundingSet")), port)
    expect(port >= 1024 or not re.search(r"^PrivateUsers=yes", unit, re.M),
           "in a user namespace the right is void")


def says_when(work):
    text = (work / "pupitre-backup.timer").read_text("utf-8")
    when = re.search(r"^OnCalendar=(.*)$", text, re.M)[1]
    done = run("systemd-analyze", "calendar", when)
    expect(done.returncode == 0, done.stderr)


def has_its_user(source):
    done = run("systemd-sysusers", "--dry-run", str(source.resolve() / "net/server/pupitre.sysusers"))
    expect(done.returncode == 0, done.stderr)


def main():
    build, source = map(pathlib.Path, sys.argv[1:3])
    tap = Tap()
    with tempfile.TemporaryDirectory(prefix="pup-") as directory:
        work = pathlib.Path(directory)
        tap.case("systemd understands the units", understood, build, work)
        for name in UNITS[:2]:
            tap.case(f"{name} is little exposed", little_exposed, work, name)
        tap.case("the manual's example can be served", may_take_the_port_of_the_manual, work, source)
        tap.case("the timer has its time", says_when, work)
        tap.case("the user is made", has_its_user, source)
    tap.end()


if __name__ == "__main__":
    main()
