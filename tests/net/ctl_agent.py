# SPDX-License-Identifier: Apache-2.0
"""pupitrectl agent: adding, changing, disabling, passwords, and enrolment lists."""

import json
import os
import pathlib
import sqlite3
import stat
import subprocess

from deskkit import run

BUILD = pathlib.Path(os.environ["PUPITRE_BUILD"])
SOURCE = pathlib.Path(os.environ["PUPITRE_SOURCE"])
CTL = BUILD / "net/ctl/pupitrectl"
DEADLINE_S = 120
COLUMNS = "login,name,region,languages,role,services,line,queues,skills,employer"


class Place:
    """A data directory with two services, and a folder for files."""

    def __init__(self, folder, services=("tracing",)):
        self.folder = pathlib.Path(folder)
        self.good("init")
        definition = json.loads((SOURCE / "scripts/services/tracing.json").read_text("utf-8"))
        for service in services:
            self.good("service", "load", self.file(json.dumps({**definition, "id": service}).encode(), service))

    def ctl(self, *words, stdin=b""):
        command = [str(CTL), "--data", str(self.folder / "data"), *map(str, words)]
        return subprocess.run(command, input=stdin, capture_output=True, cwd=self.folder,
                              timeout=DEADLINE_S, env={**os.environ, "LC_ALL": "C"})

    def good(self, *words, **more):
        done = self.ctl(*words, **more)
        assert done.returncode == 0, (words, done.returncode, done.stderr)
        return done.stdout.decode()

    def bad(self, status, *words, **more):
        done = self.ctl(*words, **more)
        assert done.returncode == status, (words, done.returncode, done.stderr)
        return done.stderr.decode()

    def file(self, content, name="agents.csv"):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def add(self, login, *more, languages="fr"):
        self.good("agent", "add", login, "--name", f"Agent {login}", "--region", "WAL", "--languages",
                  languages, "--password-fd", "0", *more, stdin=b"correct-horse\n")

    def agents(self):
        return {a["login"]: a for a in json.loads(self.good("agent", "list", "--json"))}

    def sql(self, text, *values):
        with sqlite3.connect(self.folder / "data/pupitre.db") as db:
            return db.execute(text, values).fetchall()


def an_agent_has_services_a_line_queues_and_skills(folder):
    place = Place(folder, ("tracing", "second"))
    place.add("ann", "--service", "second,tracing", "--line", "2", "--queues", "WAL_Dutch",
              "--skills", "Public-Health Infants", "--employer", "Acme & Co", languages="fr nl")
    ann = place.agents()["ann"]
    assert ann["services"] == ["second", "tracing"] and ann["service_id"] == "second"
    assert (ann["line"], ann["queues"], ann["skills"]) == (2, ["WAL_Dutch"], ["Public-Health", "Infants"])
    assert (ann["employer"], ann["languages"], ann["disabled"]) == ("Acme & Co", ["fr", "nl"], False)
    line = place.good("agent", "list").rstrip("\n").split("\t")
    assert line == ["ann", "agent", "WAL", "second,tracing", "Agent ann", "fr,nl", "2", "WAL_Dutch",
                    "Public-Health,Infants", "Acme & Co", ""], line
    for words, named in (
        (("--service", "nowhere"), "services"), (("--service", "a b,,a"), "--service"),
        (("--queues", "BXL_Dutch"), "queues"), (("--queues", "WAL_Nothing"), "queues"),
        (("--line", "4"), "--line"), (("--line", "first"), "--line"),
        (("--languages", "fr,french"), "--languages"), (("--name", "x" * 400), "--name"),
    ):
        done = place.ctl("agent", "edit", "ann", *words)
        assert done.returncode in (65, 66), (words, done.returncode)
        assert named in done.stderr.decode(), (words, done.stderr)
    assert place.agents() == {"ann": ann}


def an_edit_changes_what_is_named_and_nothing_else(folder):
    place = Place(folder)
    place.add("ann", "--employer", "Acme")
    before = place.agents()["ann"]
    place.good("agent", "edit", "ann", "--languages", "nl;fr", "--line", "3", "--skills", "Public-Health")
    after = place.agents()["ann"]
    assert after == {**before, "languages": ["nl", "fr"], "line": 3, "skills": ["Public-Health"]}
    place.good("agent", "edit", "ann", "--skills", "", "--line", "1")
    assert place.agents()["ann"] == {**before, "languages": ["nl", "fr"]}
    place.bad(66, "agent", "edit", "bob", "--line", "1")
    assert place.sql("SELECT subject, count(*) FROM audit WHERE action = 'agent_edit'") == [("ann", 2)]


def a_disabled_agent_has_no_password_and_may_be_enabled_again(folder):
    place = Place(folder)
    place.add("ann")
    place.good("agent", "disable", "ann")
    assert place.agents()["ann"]["disabled"] is True
    place.good("agent", "disable", "ann")  # again: nothing changes
    assert place.good("agent", "list").rstrip("\n").split("\t")[-1] == "disabled"
    place.good("agent", "enable", "ann")
    assert place.agents()["ann"]["disabled"] is False
    place.bad(66, "agent", "disable", "bob")
    place.bad(64, "agent", "disable")


def a_new_password_replaces_the_old_one(folder):
    place = Place(folder)
    place.add("ann")
    old = place.sql("SELECT password_hash FROM agent")
    assert "password" in place.bad(65, "agent", "password", "ann", "--password-fd", "0", stdin=b"short\n")
    assert place.sql("SELECT password_hash FROM agent") == old
    place.good("agent", "password", "ann", "--password-fd", "0", stdin=b"another-horse\n")
    new = place.sql("SELECT password_hash FROM agent")
    assert new != old and new[0][0].startswith("$argon2id$")
    place.bad(66, "agent", "password", "bob", "--password-fd", "0", stdin=b"another-horse\n")


def a_list_adds_all_with_passwords_that_only_its_file_knows(folder):
    place = Place(folder)
    list_ = place.file("\ufeff" + COLUMNS.replace(",", ";") + "\r\n"
                       'ann;Ann;WAL;fr,nl;;;2;WAL_Dutch;Public-Health;Acme\r\n'
                       'bob;"Bob ""B"" Bo";BXL;fr;supervisor;tracing;;;;\r\n')
    said = place.good("agent", "import", list_, "--passwords", "first.csv", "--employer", "Temp NV")
    assert said == "2 agents added; their first passwords are in first.csv\n", said
    agents = place.agents()
    assert agents["ann"]["employer"] == "Acme" and agents["bob"]["employer"] == "Temp NV"
    assert (agents["ann"]["line"], agents["bob"]["line"], agents["bob"]["role"]) == (2, 1, "supervisor")
    assert agents["ann"]["services"] == agents["bob"]["services"] == ["tracing"]
    path = place.folder / "first.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = path.read_text().splitlines()
    assert lines[0] == "login,name,employer,password" and len(lines) == 3
    passwords = [line.rsplit(",", 1)[1] for line in lines[1:]]
    assert len(set(passwords)) == 2 and all(len(p) == 19 for p in passwords)
    for file in (place.folder / "data").iterdir():
        for password in passwords:
            assert password.encode() not in file.read_bytes(), file
    assert place.sql("SELECT count(*) FROM audit WHERE action = 'agent_add'") == [(2,)]
    assert place.sql("SELECT count(DISTINCT password_hash) FROM agent") == [(2,)]


FAULTS = (  # the row, the column that is named
    ("ann,Ann,XXX,fr,,,,,,", "region"), (",Ann,WAL,fr,,,,,,", "login"), ("ann,,WAL,fr,,,,,,", "name"),
    ("ann,Ann,WAL,,,,,,,", "languages"), ("ann,Ann,WAL,fr,boss,,,,,", "role"),
    ("ann,Ann,WAL,fr,,nowhere,,,,", "services"), ("ann,Ann,WAL,fr,,,9,,,", "line"),
    ("ann,Ann,WAL,fr,,,,BXL_Dutch,,", "queues"), ("ann,Ann,WAL,fr,,,,,a/b,", "skills"),
    ("ann,An\x1bn,WAL,fr,,,,,,", "name"), ("ann,Ann,WAL,fr,,,,,,Ac\x07me", "employer"),
    ("old,Old,WAL,fr,,,,,,", "login"), ("two,Two,WAL,fr,,,,,,", "login"), ("ann,Ann", ""),
)


def one_bad_row_means_that_nobody_is_added_and_all_faults_are_told(folder):
    place = Place(folder)
    place.add("old")
    rows = [COLUMNS, "two,Two,WAL,fr,,,,,,", *(row for row, _ in FAULTS)]
    list_ = place.file("\n".join(rows) + "\n")
    told = place.bad(65, "agent", "import", list_, "--passwords", "first.csv")
    assert f"{len(FAULTS)} faults; nobody was added" in told, told
    assert "boss" not in told and "nowhere" in told  # a name of a service is no secret
    for number, (_, column) in enumerate(FAULTS, 3):
        assert f"line {number}, {column}" in told if column else f"line {number}:" in told, (number, told)
    done = place.ctl("agent", "import", list_, "--passwords", "first.csv", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 65 and report["added"] == 0 and len(report["faults"]) == len(FAULTS)
    assert [f["line"] for f in report["faults"]] == list(range(3, 3 + len(FAULTS)))
    assert [f["column"] for f in report["faults"]] == [column for _, column in FAULTS]
    assert list(place.agents()) == ["old"] and not (place.folder / "first.csv").exists()


def what_is_no_list_of_agents_is_refused(folder):
    place = Place(folder)
    for text, word in (("", "header"), ("login,name\n", "region"), (COLUMNS + ",shoe\n", "column 11"),
                       ("login,login\n", "login"), (b"\xff\xfe\x00", "")):
        told = place.bad(65, "agent", "import", place.file(text),
                         "--passwords", "first.csv")
        assert word in told, (text, told)
    good = place.file("login,name,region,languages\nann,Ann,WAL,fr\n")
    place.bad(64, "agent", "import", good)  # where would the passwords go?
    place.file("kept", "there.csv")
    place.bad(75, "agent", "import", good, "--passwords", "there.csv")
    assert (place.folder / "there.csv").read_text() == "kept"
    assert place.good("agent", "import", good, "--dry-run") == "1 agents would be added\n"
    assert place.agents() == {}
    place.good("agent", "import", "-", "--passwords", "first.csv", stdin=good.read_bytes())
    assert list(place.agents()) == ["ann"]


if __name__ == "__main__":
    run([an_agent_has_services_a_line_queues_and_skills, an_edit_changes_what_is_named_and_nothing_else,
         a_disabled_agent_has_no_password_and_may_be_enabled_again, a_new_password_replaces_the_old_one,
         a_list_adds_all_with_passwords_that_only_its_file_knows,
         one_bad_row_means_that_nobody_is_added_and_all_faults_are_told,
         what_is_no_list_of_agents_is_refused], at_once=2)
