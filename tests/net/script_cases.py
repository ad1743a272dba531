# SPDX-License-Identifier: Apache-2.0
"""The cases that may lie beside the project (../shared/questionnaires, or $PUPITRE_QUESTIONNAIRES),
through `pupitrectl script eval` and `script validate`: questionnaires and expectations of third
parties. Without them the test says so and is skipped."""

import json
import os
import pathlib
import subprocess
import sys

from deskkit import run

BUILD = pathlib.Path(os.environ["PUPITRE_BUILD"])
SOURCE = pathlib.Path(os.environ["PUPITRE_SOURCE"])
CTL = BUILD / "net/ctl/pupitrectl"
BESIDE = pathlib.Path(os.environ.get("PUPITRE_QUESTIONNAIRES") or SOURCE.parent / "shared/questionnaires")
DEADLINE_S = 120
QUESTIONS_BELOW = ("group", "display")


def read(name):
    return json.loads((BESIDE / name).read_text("utf-8"))


def lines(command, questionnaire, rows):
    """What a command answers to each row."""
    done = subprocess.run([CTL, "script", command, questionnaire], capture_output=True, timeout=DEADLINE_S,
                          input="".join(json.dumps(row) + "\n" for row in rows).encode(),
                          env={**os.environ, "LC_ALL": "fr_BE.UTF-8"})
    assert done.returncode == 0, (command, questionnaire, done.returncode, done.stderr[-2000:])
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(rows), (questionnaire, len(answers), len(rows))
    return answers


def key(link_id, at):
    return f"{link_id}@{'.'.join(map(str, at))}" if at else link_id


def completed(definitions, items, enabled, at=()):
    """What is left of given items in the completed response: enabled, answered, no empty group."""
    rest, count = [], {}
    for item in items:
        link_id = item["linkId"]
        definition = next((d for d in definitions if d["linkId"] == link_id), None)
        if definition is None:
            continue
        here = at
        if definition["type"] in QUESTIONS_BELOW and definition.get("repeats"):
            here = (*at, count.get(link_id, 0))
            count[link_id] = count.get(link_id, 0) + 1
        if key(link_id, here) not in enabled:
            continue
        below = definition.get("item", [])
        if definition["type"] in QUESTIONS_BELOW:
            left = completed(below, item.get("item", []), enabled, here)
            if left:
                rest.append({"linkId": link_id, "item": left})
            continue
        answers = []
        for i, answer in enumerate(item.get("answer", [])):
            value = {k: v for k, v in answer.items() if k.startswith("value")}
            inner = (*here, i) if definition.get("repeats") else here
            left = completed(below, answer.get("item", []), enabled, inner) if value else []
            if value:
                answers.append({**value, **({"item": left} if left else {})})
        if answers:
            rest.append({"linkId": link_id, "answer": answers})
    return rest


def faults(case, questionnaire, answer):
    """What is wrong with an answer of eval, as text; "" when nothing is."""
    open_points = set(case.get("unsettled", []))
    enabled = set(answer["enabled"])
    wrong = [f"{k}: {'enabled' if k in enabled else 'disabled'}"
             for k in sorted(enabled ^ set(case["enabled"])) if k not in open_points]
    if "kept" in case:
        kept = set(answer["kept"])
        wrong += [f"{k}: {'kept' if k in kept else 'lost'}" for k in sorted(kept ^ set(case["kept"]))
                  if k not in open_points]
    if answer["id"] != case["id"]:
        wrong.append(f"id {answer['id']}")
    response = answer["response"]
    wanted = completed(questionnaire["item"], case["item"], enabled)
    if response.get("item", []) != wanted:
        wrong.append(f"response {json.dumps(response.get('item'))[:300]} not {json.dumps(wanted)[:300]}")
    if (response["resourceType"], response["status"]) != ("QuestionnaireResponse", "completed"):
        wrong.append("the head of the response")
    return "; ".join(wrong)


def one_rule_each(folder):
    cases = read("cases/micro.json")
    wrong = []
    for case in cases:
        path = pathlib.Path(folder) / f"{case['id']}.json"
        path.write_text(json.dumps(case["questionnaire"]), "utf-8")
        told = faults(case, case["questionnaire"],
                      lines("eval", path, [{"id": case["id"], "item": case["item"]}])[0])
        if told:
            wrong.append(f"{case['id']} {case['name']}: {told}")
    assert len(cases) >= 150 and not wrong, "\n".join([f"{len(wrong)} of {len(cases)}", *wrong])


def random_answers(folder):
    del folder
    wrong, n = [], 0
    for path in sorted((BESIDE / "cases").glob("*.cases.json")):
        file = read(f"cases/{path.name}")
        questionnaire = read(file["questionnaire"])
        answers = lines("eval", BESIDE / file["questionnaire"],
                        [{"id": c["id"], "item": c["item"]} for c in file["cases"]])
        for case, answer in zip(file["cases"], answers):
            n += 1
            told = faults(case, questionnaire, answer)
            if told:
                wrong.append(f"{case['id']}: {told}")
    assert n >= 250 and not wrong, "\n".join([f"{len(wrong)} of {n}", *wrong])


def responses(folder):
    """An error is found where the judges find one, and none where they find none."""
    wrong = []
    cases = read("cases/validation.json")
    for case in cases:
        path = pathlib.Path(folder) / f"{case['name']}.json"
        path.write_text(json.dumps(case["questionnaire"]), "utf-8")
        answer = lines("validate", path, [case["response"]])[0]
        seen = {(e["linkId"], e.get("answer")) for e in answer["errors"]}
        want = {(e["linkId"], e.get("answer")) for e in case["errors"]}
        if answer["valid"] != case["valid"] or seen != want:
            wrong.append(f"{case['name']}: {answer['errors']} not {case['errors']}")
    assert len(cases) >= 20 and not wrong, "\n".join([f"{len(wrong)} of {len(cases)}", *wrong])


def texts(folder):
    """In each language that a questionnaire speaks, and in one that it does not."""
    del folder
    for case in read("cases/texts.json"):
        done = subprocess.run([CTL, "script", "texts", "--lang", case["lang"], BESIDE / case["questionnaire"]],
                              capture_output=True, timeout=DEADLINE_S, check=True)
        told = json.loads(done.stdout)
        for part in ("texts", "options"):
            assert told[part] == case[part], (case["lang"], part, told[part], case[part])


def problems(folder):
    """Each one that is known is told, as what it is; a file has errors where they do."""
    del folder
    for case in read("cases/problems.json"):
        done = subprocess.run([CTL, "script", "check", "--json", BESIDE / case["questionnaire"]],
                              capture_output=True, timeout=DEADLINE_S, check=False)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        told = {(r["code"], r["at"], r["severity"]) for r in rows}
        want = {(p["code"], p["at"], p["severity"]) for p in case["problems"]}
        assert want <= told, (case["questionnaire"], want - told)
        errors = {t for t in told if t[2] == "error"}
        assert errors <= want and done.returncode == (65 if errors else 0), (case["questionnaire"], errors - want)


if __name__ == "__main__":
    if not (BESIDE / "cases/micro.json").exists():
        print(f"1..0 # SKIP there are no questionnaires of others in {BESIDE}")
        sys.exit(0)
    run([one_rule_each, random_answers, responses, texts, problems])
