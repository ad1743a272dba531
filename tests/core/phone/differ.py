#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""core/phone.c against libphonenumber: every Belgian number, as people write them, and what people
write that is none. Each difference that may be has a name and a reason here; any other one fails.

usage: differ.py OURS THEIRS"""

import random
import subprocess
import sys

RANDOM = random.Random(20260328)
FORMS = {  # of the national significant number n
    "national": lambda n: "0" + n,
    "spaced": lambda n: f"0{n[:3]} {n[3:5]} {n[5:7]} {n[7:]}".strip(),
    "slash and dots": lambda n: f"0{n[0]}/{n[1:4]}.{n[4:6]}.{n[6:]}",
    "dashes": lambda n: f"0{n[:3]}-{n[3:]}",
    "00": lambda n: "0032" + n,
    "00 spaced": lambda n: f"00 32 {n[:2]} {n[2:]}",
    "plus": lambda n: "+32" + n,
    "plus spaced": lambda n: f"+32 {n[:3]} {n[3:5]} {n[5:]}",
    "plus with the zero": lambda n: f"+32 (0){n[:2]} {n[2:]}",
    "area in parentheses": lambda n: f"(0{n[:2]}) {n[2:]}",
}

# Belgian numbers on which the two may differ: (does it fit?, reason)
BELGIAN = {
    "070 and 078 have one kind with us": (
        lambda ours, theirs: same_number(ours, theirs) and ours[:5] in ("+3270", "+3278")
        and kind(ours) == "shared" and kind(theirs) in ("uan", "premium", "shared"),
        "070 costs more than 078, which libphonenumber calls premium; only 090x is not dialled"),
    "blocks of 070, 078 and 090 that are not given out yet": (
        lambda ours, theirs: theirs.startswith("?") and same_number(ours, theirs[1:])
        and ours[:5] in ("+3270", "+3278", "+3290"),
        "libphonenumber lists the blocks in use; the plan reserves the whole prefix, and a list must "
        "not lag behind the regulator"),
}


def may_differ(ours, theirs):
    return any(fits(ours, theirs) for fits, _ in BELGIAN.values())


# Texts that are no plain number. Ours refuses all of them; what libphonenumber makes of each is its
# own affair, which these reasons name.
REFUSED = {
    "an extension is no part of a number that is dialled": ["02 214 19 19 ext. 5", "+32 2 214 19 19 x5",
                                                            "02 214 19 19#5", "+3222141919;ext=5"],
    "letters on keys are a guess": ["0800 CALL ME", "+32 800 FLOWER", "0470 ABC DEF"],
    "text before or after": ["tel: 02 214 19 19", "tel:+3222141919", "02 214 19 19 (home)",
                             "call 0470123456", "0470123456 or 0471123456", "0470123456/0471123456"],
    "nobody knows the country without + or 0": ["470123456", "22141919", "32470123456"],
    "other scripts' digits and signs are not typed into lists on purpose": [
        "０４７０１２３４５６", "٠٤٧٠١٢٣٤٥٦", "＋32470123456", "0470*123456", "0470~123456", "0470_123456"],
    "parentheses and plus signs stand in pairs and at their places": [
        "+32 470) 12 34 56", "(0470 12 34 56", "0470+123456", "++32470123456", "+32+470123456",
        "()0470123456"],
    "control characters": ["0470\t123456", "0470\x0b123456", "\x1b[31m0470123456", "0470123456\x00"],
    "short codes and too short": ["112", "100", "1733", "+32112", "0", "+", "00", "+32", "0032", "012345"],
    "too long": ["0470 12 34 56 78", "+32470123456789", "+324701234567890123", "0" * 40],
    "no such country": ["+999 12345678", "+210 1234567", "00 999 123456"],
    "no digits": ["", " ", "-", "unknown", "n/a", "+-()"],
}


def same_number(ours, theirs):
    return ours.split(" ")[0] == theirs.split(" ")[0]


def kind(answer):
    return answer.split(" ")[-1]


def ask(program, lines):
    text = "".join(line + "\n" for line in lines)
    done = subprocess.run([program], input=text.encode(), stdout=subprocess.PIPE, check=True)
    answers = done.stdout.decode().splitlines()
    assert len(answers) == len(lines), (program, len(answers), len(lines))
    return answers


def belgian_numbers():
    """National significant numbers of 7 to 10 digits, several behind each three first digits."""
    for prefix in range(100, 1000):  # behind a national 0 another 0 would make it international
        for length in (7, 8, 9, 10):
            for _ in range(3 if length in (8, 9) else 1):
                yield f"{prefix:03d}" + "".join(RANDOM.choices("0123456789", k=length - 3))


def foreign_numbers():
    """Some real ones of other countries (of the examples that regulators give) and random ones."""
    yield from ("+33 1 70 18 99 00", "0033170189900", "+352 621 123 456", "+31 20 794 0800",
                "+49 30 23125 000", "+44 20 7946 0958", "+1 202-555-0143", "+39 06 1234 5678",
                "+41 44 668 18 00", "+48 22 123 45 67", "+212 522-123456", "+243 81 234 5678")
    for country in (1, 7, 30, 31, 33, 34, 40, 44, 48, 49, 90, 212, 216, 237, 243, 250, 351, 352, 353):
        for length in (6, 8, 9, 10, 11):
            yield f"+{country} " + "".join(RANDOM.choices("123456789", k=length))


class Tap:
    def __init__(self):
        self.n = self.failed = 0

    def case(self, name, faults):
        self.n += 1
        self.failed += bool(faults)
        for fault in faults[:20]:
            print(f"# {fault!r}")
        print(f"{'not ok' if faults else 'ok'} {self.n} - {name}")


def main():
    ours_at, theirs_at = sys.argv[1:3]
    tap = Tap()
    numbers = list(belgian_numbers())
    for form, write in FORMS.items():
        lines = [write(n) for n in numbers]
        faults = []
        seen = 0
        for line, ours, theirs in zip(lines, ask(ours_at, lines), ask(theirs_at, lines)):
            valid = "-" if theirs.startswith("?") else theirs
            seen += valid != "-"
            if ours != valid and not may_differ(ours, theirs):
                faults.append((line, ours, theirs))
        if not seen:
            faults.append("libphonenumber took none of them: the form tries nothing")
        tap.case(f"Belgian numbers, {form}", faults)

    lines = list(foreign_numbers())
    faults = [(line, ours, theirs) for line, ours, theirs
              in zip(lines, ask(ours_at, lines), ask(theirs_at, lines))
              # Other countries' plans are not ours to know: whatever they take, we take as they do.
              if not same_number(ours, theirs.lstrip("?")) and not theirs.startswith(("?", "-"))]
    tap.case("numbers of other countries are read as there", faults)

    for reason, texts in REFUSED.items():
        lines = [t for t in texts if "\n" not in t and "\0" not in t]
        tap.case(f"refused: {reason}",
                 [(t, ours) for t, ours in zip(lines, ask(ours_at, lines)) if ours != "-"])
    print(f"1..{tap.n}")
    sys.exit(1 if tap.failed else 0)


if __name__ == "__main__":
    main()
