# SPDX-License-Identifier: Apache-2.0
"""pupitrectl import with whatever may come: every kind of file and every kind of bad row, standard
input that is a pipe, a terminal that watches, a signal at any moment, and a long file in little
memory."""

import fcntl
import json
import os
import pathlib
import pty
import random
import re
import resource
import signal
import sqlite3
import stat
import struct
import subprocess
import sys
import termios
import time

from deskkit import run, wait_until

BUILD = pathlib.Path(os.environ["PUPITRE_BUILD"])
SOURCE = pathlib.Path(os.environ["PUPITRE_SOURCE"])
CTL = BUILD / "net/ctl/pupitrectl"
DEADLINE_S = 120
COLUMNS = ("sciensano_request_ticket ticket_at niss name_index_patient given_name family_name "
           "birth_date phone language region kind municipality notes").split()
GOOD = {"sciensano_request_ticket": "T-1", "ticket_at": "2026-03-01T10:00:00Z",
        "niss": "85.07.30-033.28", "given_name": "Gudule", "family_name": "Planted",
        "birth_date": "1985-07-29", "phone": "0470 12 34 56", "language": "fr", "region": "WAL",
        "kind": "index"}
PERSONAL = ("Planted", "Gudule", "85.07", "8507", "4701234", "1985-07-29")


def person(n=1, **changed):
    return {**GOOD, "sciensano_request_ticket": f"T-{n}", **changed}


def csv(*people, columns=COLUMNS, separator=",", end="\n"):
    def field(value):
        return '"' + value.replace('"', '""') + '"' if re.search('[",;\n]', value) else value

    rows = [columns, *([p.get(c) or "" for c in columns] for p in people)]
    return "".join(separator.join(map(field, row)) + end for row in rows).encode()


def ndjson(*people):
    return "".join(json.dumps(p, ensure_ascii=False) + "\n" for p in people).encode()


def many(count, first=1):
    """Invented people, each with an own number."""
    return csv(*(person(n, phone=f"+3247{n:07d}", niss="") for n in range(first, first + count)))


class Place:
    """A data directory with the tracing service, and a folder for files."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.good("init")
        self.good("service", "load", str(SOURCE / "scripts/services/tracing.json"))

    def command(self, *words):
        return [str(CTL), "--data", str(self.data), *map(str, words)]

    def ctl(self, *words, stdin=b""):
        return subprocess.run(self.command(*words), input=stdin, capture_output=True,
                              cwd=self.folder, timeout=DEADLINE_S, env={**os.environ, "LC_ALL": "C"})

    def good(self, *words, **more):
        done = self.ctl(*words, **more)
        assert done.returncode == 0, (words, done.returncode, done.stderr)
        return done.stdout.decode()

    def file(self, content, name="people"):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def imports(self, content, *options):
        """Import these bytes from a file; the process."""
        return self.ctl("import", *options, self.file(content))

    def people(self):
        """The people as the export has them."""
        people = json.loads(self.good("export", "people", "--format", "json"))
        return sorted(people, key=lambda p: p["sciensano_request_ticket"])

    def is_empty(self):
        assert self.people() == []


def refused(place, content, *words, status=65, options=()):
    """Nothing is imported; every word is said, and nothing personal."""
    done = place.imports(content, *options)
    told = done.stderr.decode()
    assert done.returncode == status, (done.returncode, told[:500])
    for word in words:
        assert word in told, (word, told[:500])
    for value in PERSONAL:
        assert value not in told, (value, told[:500])
    assert "Traceback" not in told and b"\x1b" not in done.stderr
    place.is_empty()


ROWS = {  # what is wrong: (the change, the field that is named)
    "wrong check digits": ({"niss": "85.07.30-033.29"}, "niss"),
    "no NISS at all": ({"niss": "1234"}, "niss"),
    "30 February": ({"birth_date": "1985-02-30"}, "birth_date"),
    "day before month": ({"birth_date": "30-07-1985"}, "birth_date"),
    "no such instant": ({"ticket_at": "2026-13-01T10:00:00Z"}, "ticket_at"),
    "an instant without zone": ({"ticket_at": "2026-03-01 10:00"}, "ticket_at"),
    "a phone of nowhere": ({"phone": "470123456"}, "phone"),
    "a short code": ({"phone": "112"}, "phone"),
    "a Belgian number that is none": ({"phone": "+32 0 12 34"}, "phone"),
    "letters in a phone": ({"phone": "0470 CALL ME"}, "phone"),
    "an unknown region": ({"region": "Namur"}, "region"),
    "a region in small letters": ({"region": "wal"}, "region"),
    "an unknown language": ({"language": "french"}, "language"),
    "an unknown kind": ({"kind": "cat"}, "kind"),
    "no family name": ({"family_name": ""}, "family_name"),
    "an escape sequence": ({"given_name": "Gudule\x1b[2J"}, "given_name"),
    "a bell": ({"municipality": "\a"}, "municipality"),
    "a C1 control": ({"notes": "\u009b31m"}, "notes"),
    "a name over two lines": ({"family_name": "Plan\nted"}, "family_name"),
    "a very long name": ({"family_name": "P" * 101}, "family_name"),
}


def every_bad_value_is_named_by_its_column(folder):
    place = Place(folder)
    for n, (what, (change, field)) in enumerate(ROWS.items()):
        rows = (person(1), person(2, **change), person(3))
        try:
            refused(place, csv(*rows), f"line 3, {field}: ", "1 bad row")
            refused(place, ndjson(*rows), f"line 2, {field}: ", "1 bad row")
        except AssertionError as error:
            raise AssertionError(what) from error


def all_faults_are_told_at_once(folder):
    place = Place(folder)
    rows = [person(n, **change) for n, (change, _) in enumerate(ROWS.values())]
    refused(place, ndjson(*rows), f"{len(rows)} bad rows",
            *(f"line {n}, {field}: " for n, (_, field) in enumerate(ROWS.values(), 1)))


def belgian_numbers_are_understood(folder):
    place = Place(folder)
    numbers = {"02/214.19.19": "+3222141919", "0470 12 34 56": "+32470123456",
               "0032 470 12 34 56": "+32470123456", "+32 (0)2 214 19 19": "+3222141919",
               "+33 1 70 18 99 00": "+33170189900"}
    rows = [person(n, phone=given, phone_3="0470/12.34.57", niss="")
            for n, given in enumerate(numbers)]
    done = place.imports(csv(*rows, columns=[*COLUMNS, "phone_3"], separator=";"))
    assert done.returncode == 0, done.stderr
    exported = place.people()
    for row, wanted in zip(exported, numbers.values()):
        assert row["phone"] == wanted and row["phone_2"] == "+32470123457", row  # no gap


def a_doubtful_niss_can_be_kept(folder):
    place = Place(folder)
    rows = csv(person(1, niss="85.07.30-033.29"), person(2, niss="85.13.30-033.28"), person(3))
    done = place.imports(rows, "--niss=warn")
    assert done.returncode == 0 and b"2 national numbers are doubtful" in done.stderr, done.stderr
    assert place.people()[0]["niss"] == "85073003329"
    refused_shape = place.imports(csv(person(4, niss="12345")), "--niss=warn")
    assert refused_shape.returncode == 65 and b"line 2, niss" in refused_shape.stderr
    assert place.imports(rows, "--niss=perhaps").returncode == 64


def dates_of_test_and_contact_come_and_go_out(folder):
    place = Place(folder)
    columns = [*COLUMNS, "sample_date", "last_contact_date"]
    refused(place, csv(person(3, sample_date="1 May"), columns=columns), "line 2, sample_date: ")
    done = place.imports(csv(person(1, sample_date="2020-05-01"),
                             person(2, last_contact_date="2020-04-30"), columns=columns))
    assert done.returncode == 0, done.stderr
    assert [(r["sample_date"] or "", r["last_contact_date"] or "") for r in place.people()] == [
        ("2020-05-01", ""), ("", "2020-04-30")]


def a_duration_that_no_service_has_is_told(folder):
    place = Place(folder)
    def load(version, text):
        done = place.ctl("script", "load", place.file(json.dumps({
            "resourceType": "Questionnaire", "id": "tracing-index", "version": version, "status": "active",
            "url": "urn:x", "item": [{"linkId": "say", "type": "display", "text": text}]}).encode(), "script.json"))
        assert done.returncode == 0, done.stderr
        return done.stderr.decode()
    assert load("1", "for {{isolation_days}} days, until {{isolation_end}}") == ""
    assert "say: {{rest_days}} is of a duration" in load("2", "for {{rest_days}} days")
    definition = json.loads((SOURCE / "scripts/services/tracing.json").read_text("utf-8"))
    definition["version"] += 1
    path = place.file(json.dumps(definition).encode(), "service.json")
    assert b"tracing-index: say: {{rest_days}} is of a duration" in place.ctl("service", "load", path).stderr
    definition["version"] += 1
    definition["durations"]["rest"] = {"from": "today", "periods": [{"since": "2020-05-04", "days": 3}]}
    path = place.file(json.dumps(definition).encode(), "service.json")
    assert b"rest_days" not in place.ctl("service", "load", path).stderr


def a_ticket_stands_once(folder):
    place = Place(folder)
    refused(place, csv(person(1), person(2), person(1)), "line 4, sciensano_request_ticket: ")
    refused(place, ndjson(person(1), person(1)), "line 2, sciensano_request_ticket: ")


def a_field_of_a_megabyte_costs_its_row_only(folder):
    place = Place(folder)
    huge = "x" * (1 << 20)
    for content in (csv(person(1), person(2, notes=huge), person(3)),
                    ndjson(person(1), person(2, notes=huge), person(3))):
        done = place.imports(content, "--skip-bad")
        assert done.returncode == 0 and b"1 bad row" in done.stderr, done.stderr
        assert len(done.stderr) < 2000
        assert len(place.people()) == 2
        assert not (place.folder / "people.bad").exists()  # such a row is not kept


def the_header_decides(folder):
    place = Place(folder)
    swapped = list(reversed(COLUMNS))
    assert place.imports(csv(person(1), columns=swapped)).returncode == 0
    assert place.imports(csv(person(1))).stdout.endswith(b"same 1\n")
    # The data under the wrong names: every row is bad.
    content = csv(person(2), columns=["given_name" if c == "phone" else "phone" if c == "given_name"
                                      else c for c in COLUMNS])
    lines = content.split(b"\n")
    wrong = b"\n".join([",".join(COLUMNS).encode(), *lines[1:]])
    done = place.imports(wrong)
    assert done.returncode == 65 and b"line 2, phone: " in done.stderr, done.stderr
    missing = [c for c in COLUMNS if c != "language"]
    done = place.imports(csv(person(2), columns=missing))
    assert done.returncode == 65 and b"language: the column is missing" in done.stderr, done.stderr
    done = place.imports(csv(person(2), columns=[*COLUMNS, "shoe_size"]))
    assert done.returncode == 65 and b"column 14" in done.stderr, done.stderr
    done = place.imports(csv(person(2), columns=[*COLUMNS, "phone"]))
    assert done.returncode == 65 and b"phone: the column is there twice" in done.stderr, done.stderr
    assert len(place.people()) == 1


def what_is_no_list_of_people_is_refused(folder):
    place = Place(folder)
    whole = csv(person(1), person(2, notes="two\nlines"))
    refused(place, b"", "empty")
    refused(place, b"\n\n \n", "")
    refused(place, b"\xef\xbb\xbf", "empty")
    refused(place, whole.decode().encode("utf-16"), "UTF-16")
    refused(place, csv(person(1, family_name="Plantéd")).decode().encode("latin-1"),
            "line 2, family_name: ", "not UTF-8")
    refused(place, whole.rstrip(b"\n").rstrip(b'"'), "line 3", "quote")
    refused(place, whole[:-40], "line 3")
    refused(place, ndjson(person(1), person(2))[:-40], "line 2")
    refused(place, whole + b"\0" * 100, "line 5", "NUL")
    refused(place, json.dumps([person(1)]).encode(), "JSON list")
    refused(place, ndjson(person(1)) + b"[]\n3\n{\n", "line 2", "line 3", "line 4", "3 bad rows")
    refused(place, ndjson(person(1)) + b'{"given_name": {"a": 1}}\n', "line 2, given_name")
    refused(place, ndjson({**person(1), "Planted": "x"}), "line 1: ")
    refused(place, ndjson(person(1)).replace(b'"kind"', b'"region": "WAL", "kind"'), "line 1: ")
    refused(place, b"{}\n", "line 1, sciensano_request_ticket")
    refused(place, bytes(random.Random(4).randrange(256) for _ in range(5000)), "")
    assert place.ctl("import", ".").returncode == 65
    assert place.ctl("import", "nowhere").returncode == 66
    assert place.ctl("import", "people", "--format", "xml").returncode == 64
    place.is_empty()


def ndjson_is_found_out_or_said(folder):
    place = Place(folder)
    rows = ndjson(person(1, notes=None), person(2)).replace(b"\n", b"\r\n\n")
    assert place.imports(b"\xef\xbb\xbf\n" + rows).returncode == 0
    assert place.imports(b"\xef\xbb\xbf" + rows, "--format", "ndjson").stdout.endswith(b"same 2\n")
    assert place.imports(csv(person(1), person(2)), "--format=csv").stdout.endswith(b"same 2\n")
    assert place.imports(csv(person(1)), "--format", "ndjson").returncode == 65


def skipped_rows_can_be_corrected_and_imported_again(folder):
    place = Place(folder)
    bad = person(2, phone="12", notes='says "no"; twice\nover, lines')
    for content, header in ((csv(person(1), bad, person(3), person(1)), 1),
                            (ndjson(person(1), bad, person(3), person(1)), 0)):
        done = place.imports(content, "--skip-bad")
        kept = place.folder / "people.bad"
        assert done.returncode == 0 and b"2 bad rows were skipped" in done.stderr, done.stderr
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        again = place.imports(content, "--skip-bad")
        assert again.returncode == 75 and b"people.bad is there already" in again.stderr
        text = kept.read_bytes()
        assert text.count(b"T-2") == text.count(b"T-1") == 1 and b"T-3" not in text, text
        corrected = text.replace(b",12,", b",0470123456,").replace(b': "12"', b': "0470123456"')
        place.good("import", place.file(corrected, "corrected"))
        assert [p["notes"] for p in place.people()] == [None, bad["notes"], None], place.people()
        done = place.imports(content, "--skip-bad", "--bad-rows", "other.bad")
        assert done.stdout.endswith(b"same 2\n") and (place.folder / "other.bad").exists()
        (place.folder / "other.bad").unlink()
        kept.unlink()
    os.symlink("/dev/null", place.folder / "people.bad")
    assert place.imports(csv(bad), "--skip-bad").returncode == 75
    (place.folder / "people.bad").unlink()
    assert place.imports(csv(person(1)), "--skip-bad").returncode == 0
    assert not (place.folder / "people.bad").exists()
    assert place.imports(csv(bad), "--skip-bad", "--dry-run").returncode == 0
    assert not (place.folder / "people.bad").exists()


def a_pipe_is_read_to_its_end(folder):
    place = Place(folder)
    done = place.ctl("import", "-", stdin=many(300))
    assert done.returncode == 0 and b"300 people imported" in done.stdout, done.stderr
    assert done.stderr == b""
    fifo = place.folder / "fifo"
    os.mkfifo(fifo)
    with subprocess.Popen(place.command("import", fifo), stdout=subprocess.PIPE) as process:
        with open(fifo, "wb", buffering=0) as pipe:
            content = many(300, first=201)
            for at in range(0, len(content), 777):
                pipe.write(content[at:at + 777])
        assert process.communicate(timeout=DEADLINE_S)[0].endswith(b"new 200, changed 0, same 100\n")


def a_dry_run_and_the_same_again_change_nothing(folder):
    place = Place(folder)
    content = many(50)
    assert place.imports(content, "--dry-run").stdout.startswith(b"50 people would be imported")
    place.is_empty()
    place.imports(content)
    before = place.people()
    assert place.imports(content).stdout.endswith(b"new 0, changed 0, same 50\n")
    assert place.people() == before


def on_terminal(place, columns, *words):
    """Run it with a terminal as its standard error: ((status, standard output), what was shown)."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(place.command(*words), stderr=slave, stdout=subprocess.PIPE,
                          cwd=place.folder) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                part = os.read(master, 65536)
            except OSError:  # the other end has closed
                break
            shown += part
            if not part:
                break
        out = process.stdout.read()
        status = process.wait(timeout=DEADLINE_S)
    os.close(master)
    return (status, out), shown.decode()


def on_a_terminal_it_says_how_far_it_is(folder):
    place = Place(folder)
    place.file(csv(*(person(n, phone="12" if n == 4000 else f"+3247{n:07d}", niss="")
                     for n in range(1, 6001))))
    for columns in (80, 20):
        done, text = on_terminal(place, columns, "import", "--dry-run", "people")
        assert done[0] == 65, done
        assert "%" in text and "reading" in text and ("rows  " in text) == (columns == 80), text
        lines = re.split("[\r\n]+", text)
        assert all(len(line) < columns for line in lines if "reading" in line), lines
        assert "\x1b" not in text
        # What stands on the terminal at last is the fault and the end, not the bar.
        assert re.search(r"\r *\r[^\r]*line 4001, phone: ", text), text
        assert "reading" not in text.split("line 4001")[-1].split("\r")[-1]


def ctrl_c_leaves_the_old_or_the_new_state(folder):
    place = Place(folder)
    place.imports(many(100))
    old = place.people()
    content = many(4000)
    path = place.file(content)
    began = time.monotonic()
    place.ctl("import", "--dry-run", path)
    length = 2 * (time.monotonic() - began)
    chance = random.Random(7)
    states = set()
    for turn in range(14):
        with subprocess.Popen(place.command("import", path), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            try:
                process.wait(timeout=chance.uniform(0, length))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL if turn % 3 == 0 else signal.SIGINT)
            out, err = process.communicate(timeout=DEADLINE_S)
        now = place.people()
        assert len(now) in (100, 4000), len(now)
        if process.returncode == -signal.SIGINT and err:
            assert b"nothing was imported" in err and now == old, err
        if process.returncode == 0:
            assert len(now) == 4000 and b"4000 people imported" in out, (out, err)
        states.add(len(now))
        if len(now) == 4000:
            break
    assert place.imports(content).returncode == 0
    assert len(place.people()) == 4000


def an_import_that_waits_can_be_interrupted(folder):
    place = Place(folder)
    fifo = place.folder / "fifo"
    os.mkfifo(fifo)
    with subprocess.Popen(place.command("import", "--skip-bad", fifo),
                          stderr=subprocess.PIPE) as process:
        with open(fifo, "wb", buffering=0) as pipe:
            pipe.write(csv(person(1), person(2, phone="12")))
            kept = place.folder / "fifo.bad"
            wait_until("the bad row is kept", lambda: kept.exists() and kept.stat().st_size)
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == -signal.SIGINT and b"interrupted: nothing was imported" in err
    assert not kept.exists()
    place.is_empty()


def an_earlier_import_that_was_killed_is_finished_first(folder):
    """With a bar; and Ctrl-C does not wait for its end."""
    place = Place(folder)
    path = place.file(many(10000))
    database = sqlite3.connect(place.data / "pupitre.db", isolation_level=None, timeout=DEADLINE_S)

    def moving():
        return database.execute(
            "SELECT count(*) FROM import_run WHERE state = 'promoting'").fetchone()[0]

    with subprocess.Popen(place.command("import", path), stdout=subprocess.PIPE) as process:
        wait_until("it is decided", moving)
        process.kill()
    assert moving() == 1
    small = place.file(many(1, first=20000), "small")
    database.execute("BEGIN IMMEDIATE")  # so that nothing is moved before the signal
    with subprocess.Popen(place.command("import", small), stderr=subprocess.PIPE) as process:
        status = pathlib.Path(f"/proc/{process.pid}/status")
        wait_until("it hears signals", lambda: int(
            re.search(r"SigCgt:\s+(\w+)", status.read_text())[1], 16) & 1 << signal.SIGINT - 1)
        process.send_signal(signal.SIGINT)
        database.execute("ROLLBACK")
        _, err = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == -signal.SIGINT and b"nothing was imported" in err, err
    assert moving() == 1
    database.close()
    out, text = on_terminal(place, 80, "import", small)
    assert out[0] == 0 and out[1].startswith(b"1 people imported"), out
    assert "finishing an earlier import" in text, text
    assert len(place.people()) == 10001


def a_long_file_needs_little_memory(folder):
    """All memory of its own is within 64 MiB: the kernel refuses it more. Pages of the database's
    file, which it reads through memory and which the kernel takes back, are not its own."""
    place = Place(folder)
    path = place.folder / "people"
    with open(path, "wb") as file:
        subprocess.run([sys.executable, SOURCE / "tests/people/make-people", "60000"], stdout=file,
                       check=True)
    limit = 64 * 1024 * 1024
    done = subprocess.run(place.command("import", path), capture_output=True, text=True,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
    assert done.stdout.startswith("60000 people imported"), (done.returncode, done.stdout, done.stderr)



if __name__ == "__main__":
    run([every_bad_value_is_named_by_its_column, all_faults_are_told_at_once,
         belgian_numbers_are_understood, a_doubtful_niss_can_be_kept, a_ticket_stands_once,
         dates_of_test_and_contact_come_and_go_out, a_duration_that_no_service_has_is_told,
         a_field_of_a_megabyte_costs_its_row_only, the_header_decides,
         what_is_no_list_of_people_is_refused, ndjson_is_found_out_or_said,
         skipped_rows_can_be_corrected_and_imported_again, a_pipe_is_read_to_its_end,
         a_dry_run_and_the_same_again_change_nothing, on_a_terminal_it_says_how_far_it_is,
         ctrl_c_leaves_the_old_or_the_new_state, an_import_that_waits_can_be_interrupted,
         an_earlier_import_that_was_killed_is_finished_first, a_long_file_needs_little_memory], at_once=2)
