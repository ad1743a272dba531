# SPDX-License-Identifier: Apache-2.0
"""Random scripts and random answers through `pupitrectl script eval`, and what eval says is the
completed response through `script validate`, beside a second reading of FHIR's rules that shares nothing with the first: it walks everything anew, by recursion.

The seed is printed with a fault; SCRIPT_MODEL_SEED repeats it, SCRIPT_MODEL_ROUNDS makes more."""

import decimal
import json
import os
import pathlib
import random
import subprocess

from deskkit import run

BUILD = pathlib.Path(os.environ["PUPITRE_BUILD"])
CTL = BUILD / "net/ctl/pupitrectl"
ROUNDS = int(os.environ.get("SCRIPT_MODEL_ROUNDS", "40"))
SEED = int(os.environ.get("SCRIPT_MODEL_SEED", "20200503"))
LINES = 15
FHIR = "http://hl7.org/fhir/StructureDefinition/questionnaire-"
DEADLINE_S = 120

VALUES = {
    "boolean": [True, False],
    "integer": [-1, 0, 2, 10],
    "decimal": ["-1.50", "0", "2.0", "1e1"],
    "string": ["a", "A", " a", "b"],
    "date": ["2020", "2020-05", "2020-05-03", "2019-12-31"],
    "time": ["09:00:00", "10:00:00"],
    "choice": [("s", "x"), ("t", "x"), ("s", "y"), (None, "x")],
}
ORDERED = ("integer", "decimal", "date", "time")
OPERATORS = ("exists", "=", "!=", ">", "<", ">=", "<=")


# ---- scripts and answers made up ----

def make_items(rng, names, depth):
    items = []
    for _ in range(rng.randint(2, 5)):
        kind = rng.choice(["group", "group", *VALUES]) if depth < 3 else rng.choice([*VALUES])
        item = {"linkId": f"i{len(names)}", "type": kind, "text": "x", "repeats": rng.random() < 0.35}
        names.append(item)
        if rng.random() < 0.3:
            item["required"] = True
        if item["repeats"] and rng.random() < 0.4:
            item["extension"] = [{"url": f"{FHIR}{end}Occurs", "valueInteger": rng.randint(*span)}
                                 for end, span in (("min", (1, 2)), ("max", (1, 3)))]
        if kind == "group" or (depth < 3 and rng.random() < 0.3):
            item["item"] = make_items(rng, names, depth + 1)
        if kind == "choice":
            item["answerOption"] = [{"valueCoding": coding(v)} for v in VALUES["choice"]]
        items.append(item)
    return items


def coding(value):
    system, code = value
    return {"code": code, **({"system": system} if system else {})}


def ancestors(parents, link_id):
    chain = []
    while parents[link_id]:
        link_id = parents[link_id]["linkId"]
        chain.append(link_id)
    return chain


def parents_of(items, above=None):
    found = {}
    for item in items:
        found[item["linkId"]] = above
        found.update(parents_of(item.get("item", []), item))
    return found


def is_settled(parents, by_id, item, question):
    """Is there one nearest occurrence only? Not in a set that repeats apart from the item."""
    above = ancestors(parents, item)
    if question in above:
        return True
    for up in ancestors(parents, question):
        if up in above:
            return True
        if by_id[up]["repeats"]:
            return False
    return True


def depends(parents, by_id, item, on, seen):
    """Does the item's being enabled hang on that of `on`?"""
    if item == on:
        return True
    if item in seen:
        return False
    seen.add(item)
    next_ones = [c["question"] for c in by_id[item].get("enableWhen", [])]
    if parents[item]:
        next_ones.append(parents[item]["linkId"])
    return any(depends(parents, by_id, n, on, seen) for n in next_ones)


def make_condition(rng, question):
    operator = rng.choice(OPERATORS)
    if operator == "exists":
        return {"question": question["linkId"], "operator": operator, "answerBoolean": rng.random() < 0.5}
    kind = question["type"]
    if kind in ("integer", "decimal"):
        kind = rng.choice(["integer", "decimal"])  # they compare across the two
    return {"question": question["linkId"], "operator": operator, **answer(kind, rng.choice(VALUES[kind]), "answer")}


def answer(kind, value, prefix="value"):
    if kind == "choice":
        return {f"{prefix}Coding": coding(value)}
    if kind == "decimal":
        return {f"{prefix}Decimal": decimal.Decimal(value)}
    return {f"{prefix}{kind[0].upper()}{kind[1:]}": value}


def make_script(rng):
    names = []
    items = make_items(rng, names, 0)
    parents, by_id = parents_of(items), {i["linkId"]: i for i in names}
    questions = [i for i in names if i["type"] != "group"]
    for item in names:
        for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
            question = rng.choice(questions)
            if is_settled(parents, by_id, item["linkId"], question["linkId"]) and not depends(
                    parents, by_id, question["linkId"], item["linkId"], set()):
                item.setdefault("enableWhen", []).append(make_condition(rng, question))
        if "enableWhen" in item:
            item["enableBehavior"] = rng.choice(["all", "any"])
    return {"resourceType": "Questionnaire", "status": "active", "item": items}


def fill(rng, items):
    filled = []
    for item in items:
        if item["type"] == "group":
            times = rng.randint(0, 3) if item["repeats"] else rng.randint(0, 1)
            filled += [{"linkId": item["linkId"], "item": fill(rng, item["item"])} for _ in range(times)]
        elif rng.random() < 0.7:
            answers = []
            for _ in range(rng.randint(1, 3) if item["repeats"] else 1):
                below = fill(rng, item.get("item", []))
                value = answer(item["type"], rng.choice(VALUES[item["type"]]))
                if below and rng.random() < 0.1:
                    value = {}  # not answered yet, or no longer
                answers.append({**value, **({"item": below} if below else {})})
            filled.append({"linkId": item["linkId"], "answer": answers})
    return filled


# ---- the second reading ----

class Node:
    """An instance of a group, or a question with its answers (None: an empty one); `below` is a list a place: one for a
    group, one an answer."""

    def __init__(self, item, above, place, at):
        self.item, self.above, self.place, self.at = item, above, place, at
        self.values, self.below = [], []

    def answers(self):
        return [v for v in self.values if v is not None]

    def key(self):
        return self.item["linkId"] + ("@" + ".".join(map(str, self.at)) if self.at else "")


def plant(items, given, above, place, at):
    nodes = []
    for item in items:
        mine = [g for g in given if g["linkId"] == item["linkId"]]
        below = item.get("item", [])
        if item["type"] == "group":
            for i, g in enumerate(mine or [{}]):
                node = Node(item, above, place, (*at, i) if item["repeats"] else at)
                node.below = [plant(below, g.get("item", []), node, 0, node.at)]
                nodes.append(node)
            continue
        node = Node(item, above, place, at)
        answers = mine[0]["answer"] if mine else []
        node.values = [next((v for k, v in a.items() if k.startswith("value")), None) for a in answers]
        for i, a in enumerate(answers or [{}]):
            inner = (*at, i) if item["repeats"] else at
            node.below.append(plant(below, a.get("item", []), node, i, inner))
        nodes.append(node)
    return nodes


def walk(nodes):
    for node in nodes:
        yield node
        for place in node.below:
            yield from walk(place)


def find(top, node, link_id):
    """The question that a condition of the node looks at."""
    scope, here = node.above, node
    while scope is not None:
        if scope.item["linkId"] == link_id:
            return scope
        found = [n for n in walk(scope.below[here.place]) if n.item["linkId"] == link_id]
        if found:
            return found[0]
        here, scope = scope, scope.above
    return next(n for n in walk(top) if n.item["linkId"] == link_id)


def compare(kind, a, b):
    """-1, 0, 1; None where there is no order."""
    if kind == "date":
        n = min(len(a), len(b))
        if a[:n] == b[:n]:
            return 0 if len(a) == len(b) else None
        return -1 if a[:n] < b[:n] else 1
    if kind in ("integer", "decimal"):
        a, b = decimal.Decimal(a), decimal.Decimal(b)
    return (a > b) - (a < b)


def fulfils(kind, operator, given, wanted):
    if operator in ("=", "!="):
        if kind == "choice":
            same = given["code"] == wanted["code"] and wanted.get("system") in (None, given.get("system"))
        elif kind in ("integer", "decimal"):
            same = decimal.Decimal(given) == decimal.Decimal(wanted)
        else:
            same = given == wanted
        return same
    if kind not in ORDERED:
        return False
    order = compare(kind, given, wanted)
    return order is not None and {">": order > 0, "<": order < 0, ">=": order >= 0, "<=": order <= 0}[operator]


def is_enabled(top, node, memo):
    if id(node) not in memo:
        conditions = [holds(top, node, c, memo) for c in node.item.get("enableWhen", [])]
        own = not conditions or (any if node.item["enableBehavior"] == "any" else all)(conditions)
        memo[id(node)] = own and (node.above is None or is_enabled(top, node.above, memo))
    return memo[id(node)]


def is_open(node):
    """Has every question above it an answer there, so that it can be asked at all?"""
    above = node.above
    if above is None:
        return True
    answered = above.item["type"] == "group" or above.values[node.place:node.place + 1] not in ([], [None])
    return answered and is_open(above)


def holds(top, node, condition, memo):
    question = find(top, node, condition["question"])
    values = question.answers() if is_enabled(top, question, memo) and is_open(question) else []
    wanted = next(v for k, v in condition.items() if k.startswith("answer"))
    operator, kind = condition["operator"], question.item["type"]
    if operator == "exists":
        return bool(values) == wanted
    any_does = any(fulfils(kind, operator, v, wanted) for v in values)
    return not any_does if operator == "!=" else any_does


def limit(item, end):
    return next((e["valueInteger"] for e in item.get("extension", []) if e["url"] == f"{FHIR}{end}Occurs"), 0)


def is_filled(top, node, memo):
    """Is there an answer that counts, there or below?"""
    return any(n.answers() and is_enabled(top, n, memo) and is_open(n) for place in node.below for n in walk(place))


def lack(item, there):
    return item["linkId"], "required" if item.get("required") and not there else "minCount"


def group_faults(top, item, mine, memo):
    filled = [n for n in mine if is_filled(top, n, memo)]
    missing = (limit(item, "min") or int(item.get("required", False))) - len(filled)
    asked = False
    for node in mine:
        if node in filled:
            yield from rules_broken(top, item["item"], node.below[0], memo)
        elif missing > 0:
            missing -= 1
            asked = True
            below = list(rules_broken(top, item["item"], node.below[0], memo))
            yield from below
            kinds = {i["linkId"]: i["type"] for i in below_all(item)}
            if all(kinds[link_id] == "group" for link_id, _ in below):
                yield lack(item, len(filled))
    if missing > 0 and not asked:
        yield item["linkId"], "minCount"
    if item["repeats"] and limit(item, "max") and len(filled) > limit(item, "max"):
        yield item["linkId"], "maxCount"


def below_all(item):
    for below in item.get("item", []):
        yield below
        yield from below_all(below)


def rules_broken(top, items, place, memo):
    """(linkId, code) of all that is missing or too much below one instance or answer."""
    for item in items:
        mine = [n for n in place if n.item is item]
        if not is_enabled(top, mine[0], memo):
            continue
        if item["type"] == "group":
            yield from group_faults(top, item, mine, memo)
            continue
        there = len(mine[0].answers())
        if there < (limit(item, "min") or int(item.get("required", False))):
            yield lack(item, there)
        if item["repeats"] and limit(item, "max") and there > limit(item, "max"):
            yield item["linkId"], "maxCount"
        for value, below in zip(mine[0].values, mine[0].below):
            if value is not None:
                yield from rules_broken(top, item.get("item", []), below, memo)


# ---- both ----

def to_json(value):
    if isinstance(value, decimal.Decimal):
        return str(value).replace("E+", "e")
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{to_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(to_json, value)) + "]"
    return json.dumps(value)


def ask(command, path, lines):
    done = subprocess.run([CTL, "script", command, path], capture_output=True, timeout=DEADLINE_S,
                          input="\n".join(lines).encode())
    assert done.returncode == 0 and b"error" not in done.stderr, done.stderr
    answers = [json.loads(line, parse_float=decimal.Decimal) for line in done.stdout.splitlines()]
    assert len(answers) == len(lines)
    return answers


def faults(rng, path):
    script = make_script(rng)
    path.write_text(to_json(script), "utf-8")
    filled = [fill(rng, script["item"]) for _ in range(LINES)]
    answers = ask("eval", path, [f'{{"id":{i},"item":{to_json(f)}}}' for i, f in enumerate(filled)])
    for given, seen in zip(filled, answers):
        top, memo = plant(script["item"], given, None, 0, ()), {}
        nodes = [n for n in walk(top) if is_enabled(top, n, memo)]
        kept = [n.key() for n in nodes if n.answers() and is_open(n)]
        for name, wanted in (("enabled", [n.key() for n in nodes]), ("kept", kept)):
            if seen[name] != wanted:
                yield f"{name}: {sorted(set(seen[name]) ^ set(wanted))} of {to_json(given)}"
    responses = [seen["response"] for seen in answers]
    for response, seen in zip(responses, ask("validate", path, [to_json(r) for r in responses])):
        top, memo = plant(script["item"], response.get("item", []), None, 0, ()), {}
        broken = sorted(rules_broken(top, script["item"], top, memo))
        told = sorted((e["linkId"], e["code"]) for e in seen["errors"])
        if told != broken or seen["valid"] != (not broken):
            yield f"validate: {told} not {broken} of {to_json(response)}"


def two_readings_agree(folder):
    for n in range(ROUNDS):
        rng = random.Random(SEED + n)
        path = pathlib.Path(folder) / "script.json"
        told = list(faults(rng, path))
        assert not told, f"seed {SEED + n}: {len(told)}: {told[0][:1500]}\n{path.read_text('utf-8')[:6000]}"


if __name__ == "__main__":
    run([two_readings_agree])
