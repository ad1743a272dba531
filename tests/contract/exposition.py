# SPDX-License-Identifier: Apache-2.0
"""A strict reader of Prometheus' text format 0.0.4: what a family has to look like, and nothing else.
https://prometheus.io/docs/instrumenting/exposition_formats/"""

import math
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"^({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)$")
TYPES = ("counter", "gauge", "histogram")


class Family:
    def __init__(self, name, kind):
        self.name, self.kind, self.samples = name, kind, {}


def number(text):
    return {"+Inf": math.inf, "-Inf": -math.inf, "NaN": math.nan}.get(text) if text in (
        "+Inf", "-Inf", "NaN") else float(text)


def belongs(name, family):
    ends = ("_bucket", "_sum", "_count") if family.kind == "histogram" else ("",)
    return any(name == family.name + end for end in ends)


def check_histogram(family):
    groups = {}
    for (name, labels), value in family.samples.items():
        rest = tuple(item for item in labels if item[0] != "le")
        group = groups.setdefault(rest, {"buckets": []})
        if name.endswith("_bucket"):
            group["buckets"].append((number(dict(labels)["le"]), value))
        else:
            group[name.removeprefix(family.name)] = value
    for labels, group in groups.items():
        bounds = [b for b, _ in group["buckets"]]
        counts = [n for _, n in group["buckets"]]
        if bounds != sorted(set(bounds)) or bounds[-1] != math.inf or counts != sorted(counts):
            raise AssertionError(f"{family.name}{labels}: the buckets do not rise to +Inf")
        if group["_count"] != counts[-1] or "_sum" not in group:
            raise AssertionError(f"{family.name}{labels}: the count is not that of +Inf")


def parse(text):
    """{name: Family}; raises on whatever the format does not allow."""
    if not text.endswith("\n"):
        raise AssertionError("the last line has no end")
    families, family, helped = {}, None, None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            helped = line.split(" ", 3)[2]
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            if name in families or name != helped or kind not in TYPES:
                raise AssertionError(f"out of place: {line}")
            family = families[name] = Family(name, kind)
            if kind == "counter" and not name.endswith("_total"):
                raise AssertionError(f"{name}: a counter ends in _total")
        else:
            match = SAMPLE.match(line)
            if not match or not family or not belongs(match[1], family):
                raise AssertionError(f"no sample of the family: {line}")
            labels = tuple(re.findall(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"', match[2] or ""))
            if (match[1], labels) in family.samples:
                raise AssertionError(f"twice: {line}")
            family.samples[match[1], labels] = number(match[3])
            if family.kind == "counter" and not number(match[3]) >= 0:
                raise AssertionError(f"a counter below 0: {line}")
    for each in families.values():
        if each.kind == "histogram":
            check_histogram(each)
    return families


def get(families, name, **labels):
    """The value of a sample; None = there is none."""
    wanted = set(labels.items())
    for family in families.values():
        for (sample, has), value in family.samples.items():
            if sample == name and set(has) == wanted:
                return value
    return None
