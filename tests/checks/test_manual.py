#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The manual against the tables of the programs, both ways: every command, option and key stands in
its page, and the page names none that is not there. And each page has the parts that a reader
looks for.

usage: test_manual.py BUILD-ROOT SOURCE-ROOT"""

import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))
from tap import Tap, expect  # noqa: E402

PROGRAMS = ("pupitre.1", "pupitre-desk.1", "pupitrectl.8", "pupitred.8")
PARTS = {
    "program": ("NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES",
                "SEE ALSO"),
    "file": ("NAME", "DESCRIPTION", "FILES", "EXAMPLES", "SEE ALSO"),
    "protocol": ("NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"),
}
ORDER = ("NAME", "SYNOPSIS", "DESCRIPTION", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES",
         "DIAGNOSTICS", "SEE ALSO", "STANDARDS")


def kind(page):
    return "program" if page.name in PROGRAMS else "file" if page.suffix == ".5" else "protocol"


def has_its_parts(page):
    heads = re.findall(r"^\.Sh (.*)$", page.read_text("utf-8"), re.M)
    missing = [part for part in PARTS[kind(page)] if part not in heads]
    expect(not missing, f"no {', '.join(missing)}")
    known = [head for head in heads if head in ORDER]
    expect(known == sorted(known, key=ORDER.index), f"out of order: {known}")


def names_its_neighbours(page, pages):
    """Each page can be reached, and every reference to one of ours leads somewhere."""
    names = {(p.stem, p.suffix[1:]) for p in pages}
    for name, section in re.findall(r"^\.Xr (pupitre\S*) (\d)", page.read_text("utf-8"), re.M):
        expect((name, section) in names, f"there is no {name}({section})")
    wanted = f".Xr {page.stem} {page.suffix[1:]}"
    expect(any(wanted in p.read_text("utf-8") for p in pages if p != page), "nobody names it")


class Examples(html.parser.HTMLParser):
    """What stands in a page as code, as a reader sees it."""

    def __init__(self):
        super().__init__()
        self.found, self.open = [], None

    def handle_starttag(self, tag, attrs):
        if tag in ("code", "pre") and self.open is None:
            self.open = tag
            self.found.append("")

    def handle_endtag(self, tag):
        if tag == self.open:
            self.open = None

    def handle_data(self, data):
        if self.open:
            self.found[-1] += data


def examples_are_json_as_printed(page):
    """Whoever copies one from the screen has what the page means: roff eats quotation marks."""
    reader = Examples()
    reader.feed(subprocess.run(["mandoc", "-T", "html", page], capture_output=True, text=True,
                               check=True).stdout)
    for text in reader.found:
        text = text.strip()
        if re.match(r'"\w+":', text):
            text = "{" + text + "}"  # a member of some object
        if not re.match(r'[\[{]*["{]', text) or text.startswith("{{"):
            continue
        try:
            json.loads(text)
        except ValueError as error:
            raise AssertionError(f"{error}: {text[:300]}") from error


def table(build, program):
    """{command: [(option, value)]}"""
    lines = subprocess.run([build / f"man/completion_{program}", "list"], capture_output=True,
                           text=True, check=True).stdout.splitlines()
    commands = {}
    for line in lines:
        command, option, value = line.split("\t")
        commands.setdefault(command, [])
        if option:
            commands[command].append((option, value))
    return commands


def options_in(text):
    return {"--" + name for name in re.findall(r"\bFl Fl ([a-z][a-z0-9-]*)", text)}


def commands_in(page):
    """Of pupitrectl.8: {command: its .It lines}"""
    found = {}
    text = page.read_text("utf-8").split(".Sh DESCRIPTION")[1].split(".Sh ")[0].replace("\\\n", "")
    for line in re.findall(r"^\.It Cm (.*)$", text, re.M):
        words = re.match(r"[a-z -]*[a-z]", line)[0].strip()
        found[words] = line
    return found


def ctl_stands_in_the_manual(build, page):
    commands = table(build, "pupitrectl")
    found = commands_in(page)
    for command, options in commands.items():
        if command in ("", "help"):
            continue
        expect(command in found, f"{command} is not in the manual")
        wanted = {name for name, _ in options}
        expect(options_in(found[command]) == wanted,
               f"{command}: the manual has {options_in(found[command])}, the table {wanted}")
    for command in found:
        expect(command in commands or " " not in command and not any(
            c.startswith(command) for c in commands), f"there is no command {command}")


def options_stand_in_the_manual(build, page):
    wanted = {name for name, _ in table(build, page.stem)[""]}
    text = page.read_text("utf-8")
    synopsis = text.split(".Sh SYNOPSIS")[1].split(".Sh ")[0]
    lists = {o for line in re.findall(r"^\.It (.*)$", text, re.M) for o in options_in(line)}
    expect(lists == wanted, f"options: too many {lists - wanted}, missing {wanted - lists}")
    expect(options_in(synopsis) == wanted,
           f"synopsis: too many {options_in(synopsis) - wanted}, missing {wanted - options_in(synopsis)}")


def options_of_a_command_stand_in_the_manual(build, page, command, head):
    """Of `pupitre demo` and `pupitre-desk ssh`, which have a section of their own; what all programs
    have is not told again."""
    common = {"--config", "--check-config", "--help", "--version"}
    wanted = {name for name, _ in table(build, page.stem)[command]} - common
    section = re.split(r"^\.S[hs] ", page.read_text("utf-8").split(head)[1], flags=re.M)[0]
    found = {"--" + name for line in re.findall(r"^\.It (.*)$", section, re.M)
             for name in re.findall(r"\bCm --([a-z-]+)", line)}
    expect(found == wanted, f"{command}: too many {found - wanted}, missing {wanted - found}")


# --- the two calls of an agent (core/legs.c) ---

STATES = ("none", "dialling", "ringing", "talking", "held", "ended", "transferring",
          "incoming")
STATE_GROUPS = {"idle": {"none", "ended"}, "early": {"dialling", "ringing", "incoming"}, "any": set(STATES),
                "up": set(STATES) - {"none", "ended"}, "moving": {"transferring"}, "rung": {"incoming"},
                "not early": set(STATES) - {"dialling", "ringing", "incoming"}}


def states(words):
    return STATE_GROUPS.get(words, {words})


def first_fit(rows):
    """What each request becomes in each pair of states: of the first row that fits."""
    found = {}
    for ask, person, consult, becomes in rows:
        for pair in ((ask, p, c) for p in states(person) for c in states(consult)):
            found.setdefault(pair, becomes)
    return found


def legs_of_code(path):
    """Rows of the table; None where a request is refused."""
    rows = []
    for ask, person, consult, refusal, steps in re.findall(
            r"\{LEGS_(\w+),\s+(\w+),\s+(\w+),\s+(NULL|N_\(\"[^\"]*\"\)),\s*\{([^}]*)\}\}",
            path.read_text("utf-8")):
        becomes = tuple(name.lower() for name in re.findall(r"LEGS_STEP_(\w+)", steps))
        rows.append((ask.lower(), person.lower(), consult.lower(),
                     becomes if refusal == "NULL" else None))
    expect(len(rows) > 40, f"only {len(rows)} rows were found")
    return first_fit(rows)


def legs_of_manual(path):
    text = path.read_text("utf-8").split("\nrequest ")[1].split("\n.Ed")[0]
    rows, ask = [], ""
    for line in text.splitlines()[1:]:
        ask = line[:17].strip() or ask
        becomes = [] if line[40:] == "nothing" else line[40:].split(", ")
        rows.append((ask.replace(" ", "_"), line[17:31].strip(), line[31:40].strip(),
                     tuple(step.replace(" ", "_") for step in becomes)))
    return first_fit(rows)


def two_calls_stand_in_the_manual(source):
    """Each pair of states of the table, and what is not told is refused, or is so already."""
    renamed = {"somebody_calls": "incoming", ("declined_with_486",): ("decline",),
               ("ring_here",): ("ring",), ("answer_person",): ("answer",)}
    manual = {(renamed.get(ask, ask), person, consult): tuple(
        "transfer" if step == "refer_person" else step for step in renamed.get(steps, steps))
        for (ask, person, consult), steps in legs_of_manual(source / "man/pupitre-desk.7").items()}
    code = legs_of_code(source / "core/legs.c")
    for pair in sorted(set(code) | set(manual)):
        expect((manual.get(pair) or ()) == (code.get(pair) or ()),
               f"{pair}: {manual.get(pair)} in the manual, {code.get(pair)} in the table")


def main():
    build, source = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    pages = sorted((source / "man").glob("*.[1-8]"))
    tap = Tap()
    for page in pages:
        tap.case(f"{page.name} has its parts, in order", has_its_parts, page)
        tap.case(f"{page.name} names others and is named", names_its_neighbours, page, pages)
    if shutil.which("mandoc"):
        tap.case("pupitre-script.5: examples are JSON as printed", examples_are_json_as_printed,
                 source / "man/pupitre-script.5")
    tap.case("pupitrectl: commands and options", ctl_stands_in_the_manual, build,
             source / "man/pupitrectl.8")
    for name in ("pupitre.1", "pupitre-desk.1", "pupitred.8"):
        tap.case(f"{name}: options", options_stand_in_the_manual, build, source / "man" / name)
    for name, command, head in (("pupitre.1", "demo", ".Sh DEMONSTRATION"),
                                ("pupitre-desk.1", "ssh", ".Ss The screen on a server")):
        tap.case(f"{name}: options of {command}", options_of_a_command_stand_in_the_manual, build,
                 source / "man" / name, command, head)
    tap.case("pupitre-desk.7: what may be done with two calls", two_calls_stand_in_the_manual, source)
    tap.end()


if __name__ == "__main__":
    main()
