#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The completion scripts in their shells: what is offered at the end of a line. zsh is asked
on a terminal of its own (zpty).

usage: test_completion.py BUILD-ROOT SOURCE-ROOT"""

import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "contract"))
from tap import Tap, expect  # noqa: E402

REGIONS = {"VLG", "WAL", "BXL", "OOS"}
# the words before the cursor, the last one begun; what has to be offered, and all of it
CASES = (
    (("pupitrectl", "ag"), {"agent"}),
    (("pupitrectl", "agent", ""), {"add", "edit", "password", "disable", "enable", "import", "list"}),
    (("pupitrectl", "agent", "add", "ann", "--re"), {"--region"}),
    (("pupitrectl", "agent", "add", "--region", ""), REGIONS),
    (("pupitrectl", "--data", "/tmp", "audit", ""), {"verify", "checkpoint", "key"}),
    (("pupitrectl", "--data", "agent", "ba"), {"backup"}),
    (("pupitrectl", "export", "--format", "csv", "cal"), {"calls"}),
    (("pupitrectl", "export", "people", "--format", ""), {"csv", "json", "ndjson"}),
    (("pupitrectl", "import", "--niss", "w"), {"warn"}),
    (("pupitrectl", "restore", "--"), {"--replace"}),
    (("pupitrectl", "restore", "m"), {"master.key"}),
    (("pupitrectl", "agent", "list", "x"), set()),
    (("pupitre-desk", "--audio", "to"), {"tone"}),
    (("pupitre-desk", "--ba"), {"--baresip"}),
    (("pupitred", "--tls-c"), {"--tls-cert"}),
    (("pupitred", "--tls-cert", "mas"), {"master.key"}),
    (("pupitred", "--log-level", "w"), {"warning"}),
    (("pupitre", "--lang"), {"--language"}),
    (("pupitre", "--language", ""), {"en", "fr"}),
    (("pupitre", "de"), {"demo"}),
    (("pupitre", "demo", "--pl"), {"--play"}),
    (("pupitre", "demo", "--play", "mas"), {"master.key"}),
    (("pupitre", "demo", "--watch", "mas"), {"master.key"}),
    (("pupitre", "demo", "--pace", ""), {"key"}),
    (("pupitre", "demo", "--back"), set()),
)
BASH = """
source "$1" || exit 1
complete -p "$2" >/dev/null || exit 1
shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
"$(complete -p "$1" | sed 's/.*-F \\([^ ]*\\) .*/\\1/')" "$1" "${@: -1}" "${@: -2:1}"
((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
"""
# The line as zsh shows it once the word is complete.
ZSH = """
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PROMPT=; fpath=($1 \\$fpath); autoload -U compinit; compinit -D -u; print R''EADY"
zpty -r z seen '*READY*'
zpty -w -n z "$2"$'\\t'
zpty -r z seen "*$3*"
zpty -d z
"""
ZSH_CASES = (
    ("pupitrectl ag", "pupitrectl agent"),
    ("pupitrectl agent ad", "pupitrectl agent add"),
    ("pupitrectl restore --rep", "pupitrectl restore --replace"),
    ("pupitrectl import --niss w", "pupitrectl import --niss warn"),
    ("pupitrectl restore mas", "pupitrectl restore master.key"),
    ("pupitred --tls-ce", "pupitred --tls-cert"),
    ("pupitre --backe", "pupitre --backend"),
)


class Place:
    def __init__(self, build, work):
        self.scripts = (build / "man").resolve()
        self.work = work

    def run(self, *words):
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=20,
                              cwd=self.work, stdin=subprocess.DEVNULL)
        expect(done.returncode == 0, f"{words}: {done}")
        return done.stdout


def shell_is_there(name):
    expect(shutil.which(name), f"{name} is not installed")


def in_bash(place, words, wanted):
    lines = place.run("bash", "--norc", "-c", BASH, "bash", str(place.scripts / f"{words[0]}.bash"),
                      *words).split()
    expect(set(lines) == wanted, f"{words}: {lines}")


def in_fish(place, words, wanted):
    lines = place.run("fish", "--no-config", "-c", f"source {place.scripts}/{words[0]}.fish; "
                      f"complete -C '{' '.join(words)}'").splitlines()
    offered = {line.split("\t")[0] for line in lines}
    expect(offered == wanted, f"{words}: {offered}")


def in_zsh(place, typed, wanted):
    place.run("zsh", "-f", "-c", ZSH, "zsh", str(place.scripts), typed, wanted)


def are_read(place):
    for program in ("pupitre", "pupitre-desk", "pupitrectl", "pupitred"):
        place.run("bash", "-n", str(place.scripts / f"{program}.bash"))
        place.run("shellcheck", str(place.scripts / f"{program}.bash"))
        place.run("zsh", "-n", str(place.scripts / f"_{program}"))
        place.run("fish", "-n", str(place.scripts / f"{program}.fish"))


def with_equals(place):
    """bash gives `--region=W` as three words."""
    in_bash(place, ("pupitrectl", "agent", "add", "--region", "=", "W"), {"WAL"})
    in_bash(place, ("pupitrectl", "agent", "add", "--region", "="), REGIONS)


def main():
    tap = Tap()
    work = pathlib.Path(sys.argv[1]).resolve() / "tests/checks/completion"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "master.key").write_text("")
    place = Place(pathlib.Path(sys.argv[1]), work)
    for shell in ("bash", "fish", "zsh"):
        tap.case(f"{shell} is there", shell_is_there, shell)
    for typed, wanted in ZSH_CASES:
        tap.case(f"zsh: {typed}…", in_zsh, place, typed, wanted)
    for shell, complete in (("bash", in_bash), ("fish", in_fish)):
        for words, wanted in CASES:
            tap.case(f"{shell}: {' '.join(words)}…", complete, place, words, wanted)
    tap.case("the shells read the scripts without a complaint", are_read, place)
    tap.case("bash: a value after =", with_equals, place)
    tap.end()


if __name__ == "__main__":
    main()
