#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""--check-config of pupitre and pupitred, and how they start with settings that are wrong: every
place at once, each fault with its place, and the status that says whose fault it is.

usage: test_settings.py BUILD-ROOT"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

from tap import Tap, expect

EX_USAGE, EX_NOPERM, EX_CONFIG = 64, 77, 78
PLANT = "hunter2secret"


class Machine:
    """A home of its own, and the two programs in it."""

    def __init__(self, build):
        self.folder = tempfile.TemporaryDirectory(prefix="pp-settings-")
        self.home = pathlib.Path(self.folder.name)
        self.programs = {"pupitre": build / "tui/pupitre", "pupitred": build / "net/server/pupitred",
                         "pupitre-desk": build / "net/desk/pupitre-desk"}
        self.base = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        self.base |= {name: value for name, value in os.environ.items() if "SAN_OPTIONS" in name}

    def write(self, name, text):
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def run(self, program, *words, **variables):
        return subprocess.run([str(self.programs[program]), *words], env=self.base | variables,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                              timeout=60)


def says(text, key, value, where):
    """There is a line "key = value ; where"."""
    line = re.search(f"^{re.escape(key)} = {re.escape(value)} +; (.*)$", text, re.MULTILINE)
    expect(line, f"no {key} = {value} in:\n{text}")
    expect(line[1] == where, f"{key} comes from {line[1]}, not {where}")


def every_place(machine):
    own = machine.write(".config/pupitre/pupitre.conf",
                        "[workstation]\nlogin = file\nbackend = http://file\ninstance = file\n"
                        "[screen]\nlanguage = en\nclock = yes\n")
    chosen = machine.write(".local/state/pupitre/screen.conf", "[screen]\nclock = no\nlanguage = fr\n")
    done = machine.run("pupitre", "--check-config", "--instance", "argument",
                       PUPITRE_BACKEND="http://variable", PUPITRE_INSTANCE="variable",
                       PUPITRE_LANGUAGE="en")
    expect(done.returncode == 0 and not done.stderr, f"{done}")
    says(done.stdout, "login", "file", f"{own}:2")
    says(done.stdout, "backend", "http://variable", "PUPITRE_BACKEND")
    says(done.stdout, "instance", "argument", "command line")
    says(done.stdout, "clock", "no", f"{chosen}:2")
    says(done.stdout, "language", "en", "PUPITRE_LANGUAGE")
    expect("; audio: not set" in done.stdout, done.stdout)


def backend_places(machine):
    file = machine.write("pupitred.conf", "[server]\ndata = /srv/a\n[phone]\ngateway = file\n"
                                          "[log]\nlog_level = error\n")
    done = machine.run("pupitred", "--config", str(file), "--check-config", "--data", "/srv/c",
                       PUPITRE_DATA="/srv/b", PUPITRED_LOG_LEVEL="debug")
    expect(done.returncode == 0 and not done.stderr, f"{done}")
    says(done.stdout, "data", "/srv/c", "command line")
    says(done.stdout, "log_level", "debug", "PUPITRED_LOG_LEVEL")
    says(done.stdout, "gateway", "file", f"{file}:4")
    says(done.stdout, "listen", "127.0.0.1:8080", "default")
    again = machine.write("again.conf", done.stdout)
    done = machine.run("pupitred", "--config", str(again), "--check-config")
    expect(done.returncode == 0, f"what was printed is no file: {done}")
    says(done.stdout, "data", "/srv/c", f"{again}:5")


def every_fault(machine):
    file = machine.write("wrong.conf", f"[server]\ndatta = {PLANT}\n[nonsense]\nx = {PLANT}\n"
                                       f"[phone]\nsip_register = {PLANT}\nno key {PLANT}\n")
    done = machine.run("pupitred", "--check-config", "--config", str(file), "--listen", PLANT,
                       PUPITRED_LOG_LEVEL=PLANT)
    expect(done.returncode == EX_CONFIG, f"{done}")
    lines = done.stderr.splitlines()
    wanted = [f"pupitred: {file}:2: datta: ",
              f"pupitred: {file}:3: [nonsense]: ", f"pupitred: {file}:6: sip_register: ",
              f"pupitred: {file}:7: ", "pupitred: environment: PUPITRED_LOG_LEVEL: ",
              "pupitred: command line: --listen: ", "pupitred: gateway: missing"]
    expect(len(lines) == len(wanted), done.stderr)
    for line, start in zip(lines, wanted):
        expect(line.startswith(start), f"{line!r} does not begin with {start!r}")
    expect(PLANT not in done.stdout + done.stderr, "a value was told")


def starting(machine):
    file = machine.write("bad.conf", "[phone]\ngatway = x\n")
    for program, words, variables, status in (
            ("pupitred", ["--gateway", "g", "--config", str(file)], {}, EX_CONFIG),
            ("pupitred", ["--gateway", "g"], {"PUPITRED_LISTEN": "0"}, EX_CONFIG),
            ("pupitred", ["--gateway", "g", "--config", "/nowhere"], {}, EX_CONFIG),
            ("pupitred", ["--gateway", "g", "--config", str(machine.home)], {}, EX_CONFIG),
            ("pupitred", [], {}, EX_CONFIG),
            ("pupitred", ["--gateway", "g", "--nonsense"], {}, EX_USAGE),
            ("pupitre", ["--config", str(file)], {}, EX_CONFIG),
            ("pupitre", [], {"PUPITRE_CLOCK": "perhaps"}, EX_CONFIG),
            ("pupitre", ["--nonsense"], {}, EX_USAGE),
            ("pupitre", ["--backend", "x"], {}, EX_USAGE)):
        done = machine.run(program, *words, **variables)
        expect(done.returncode == status and done.stderr.startswith(program + ": "), f"{done}")


def nothing_written(machine):
    before = sorted(machine.home.rglob("*"))
    machine.run("pupitre", "--check-config")
    machine.run("pupitred", "--check-config", "--gateway", "g", "--data", str(machine.home),
                "--log", str(machine.home / "log"))
    expect(sorted(machine.home.rglob("*")) == before, "a check made files")


def runtime_folder(machine):
    """Somebody else's, or an open one, would let others put their own socket where ours is."""
    folder = machine.home / "run"
    folder.mkdir(mode=0o755)
    for program, status in (("pupitre", EX_CONFIG), ("pupitre-desk", EX_NOPERM)):
        done = machine.run(program, XDG_RUNTIME_DIR=str(folder))
        expect(done.returncode == status, f"{done}")
        expect("XDG_RUNTIME_DIR: this folder is open to others" in done.stderr, f"{done}")
    expect(not list(folder.iterdir()), "something was put there")
    done = machine.run("pupitre", "--check-config", XDG_RUNTIME_DIR=str(folder))
    expect(done.returncode == EX_CONFIG and "XDG_RUNTIME_DIR" in done.stderr, f"{done}")
    folder.chmod(0o700)
    done = machine.run("pupitre", "--check-config", XDG_RUNTIME_DIR=str(folder))
    expect(done.returncode == 0, f"{done}")


def main():
    tap = Tap()
    machine = Machine(pathlib.Path(sys.argv[1]))
    try:
        tap.case("pupitre says where each setting comes from", every_place, machine)
        tap.case("so does pupitred, in the form of a file", backend_places, machine)
        tap.case("all faults are told, with place and rule and without the value", every_fault, machine)
        tap.case("with a wrong setting neither starts; the status says why", starting, machine)
        tap.case("a runtime folder that is not the user's alone is refused", runtime_folder, machine)
        tap.case("a check leaves nothing behind", nothing_written, machine)
    finally:
        machine.folder.cleanup()
    tap.end()


if __name__ == "__main__":
    main()
