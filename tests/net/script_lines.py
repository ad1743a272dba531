# SPDX-License-Identifier: Apache-2.0
"""`pupitrectl script` for other programs: JSON lines in, JSON lines out; problems; languages."""

import json
import os
import pathlib
import re
import subprocess

from deskkit import run

BUILD = pathlib.Path(os.environ["PUPITRE_BUILD"])
SOURCE = pathlib.Path(os.environ["PUPITRE_SOURCE"])
CTL = BUILD / "net/ctl/pupitrectl"
DEADLINE_S = 60

FORM = {
    "resourceType": "Questionnaire", "url": "urn:form", "version": "3", "status": "active", "item": [
        {"linkId": "sick", "type": "boolean", "text": "Sick?", "required": True},
        {"linkId": "more", "type": "group", "text": "More", "enableWhen": [
            {"question": "sick", "operator": "=", "answerBoolean": True}], "item": [
                {"linkId": "fever", "type": "decimal", "text": "Fever", "required": True},
                {"linkId": "since", "type": "date", "text": "Since"}]},
        {"linkId": "name", "type": "string", "text": "Name", "maxLength": 3}]}


def answer(link_id, **value):
    return {"linkId": link_id, "answer": [value]}


SICK = answer("sick", valueBoolean=True)
WELL = answer("sick", valueBoolean=False)
SINCE = {"linkId": "more", "item": [answer("since", valueDate="2020-05")]}


def response(*items, **more):
    return {"resourceType": "QuestionnaireResponse", "questionnaire": "urn:form|3", "status": "completed",
            "item": list(items), **more}


def form(folder, **more):
    path = pathlib.Path(folder) / "form.json"
    path.write_text(json.dumps({**FORM, **more}), "utf-8")
    return path


def ask(command, path, text, locale="C"):
    return subprocess.run([CTL, "script", command, path], input=text, capture_output=True,
                          timeout=DEADLINE_S, env={**os.environ, "LC_ALL": locale})


def lines(command, path, *rows, locale="C"):
    done = ask(command, path, "".join(json.dumps(r) + "\n" for r in rows).encode(), locale)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def each_line_says_what_is_enabled_and_kept(folder):
    path = form(folder)
    none, sick, well = lines("eval", path, {"id": "none", "item": []}, {"id": 2, "item": [SICK, SINCE]},
                             {"id": [3], "item": [WELL, SINCE]})
    assert none == {"id": "none", "enabled": ["sick", "name"], "kept": [],
                    "response": {k: v for k, v in response().items() if k != "item"}}
    assert sick["id"] == 2 and sick["enabled"] == ["sick", "more", "fever", "since", "name"]
    assert sick["kept"] == ["sick", "since"] and sick["response"] == response(SICK, SINCE)
    assert well["id"] == [3] and well["enabled"] == ["sick", "name"] and well["kept"] == ["sick"]
    assert well["response"] == response(WELL)


def numbers_keep_their_digits_in_every_locale(folder):
    path = form(folder)
    text = b'{"id":1.50,"item":[{"linkId":"sick","answer":[{"valueBoolean":true}]},{"linkId":"more","item":' \
           b'[{"linkId":"fever","answer":[{"valueDecimal":37.50}]}]}]}'
    for locale in ("C", "fr_BE.UTF-8", "de_DE.UTF-8"):
        done = ask("eval", path, text, locale)  # without a line end, too
        assert done.returncode == 0 and b'{"valueDecimal":37.50}' in done.stdout, done
        assert done.stdout.startswith(b'{"id":1.50,') and done.stdout.endswith(b"}\n")


def an_answer_comes_before_the_next_question(folder):
    with subprocess.Popen([CTL, "script", "eval", form(folder)], stdin=subprocess.PIPE, text=True,
                          stdout=subprocess.PIPE) as program:
        for i in range(3):
            program.stdin.write(json.dumps({"id": i, "item": []}) + "\n")
            program.stdin.flush()
            assert json.loads(program.stdout.readline())["id"] == i
        program.stdin.close()
        assert program.wait(DEADLINE_S) == 0


def bad_lines_are_told_and_the_others_answered(folder):
    path = form(folder)
    bad = [b"{", b"[]", b'{"id":1,"item":{}}', b'{"id":1,"id":2}', b'"\xff"', b'{"id":1}\x00', b"\xef\xbb\xbf{}",
           b"[" * 300, b'{"item":[{"a":NaN}]}']
    done = ask("eval", path, b'{"id":"first"}\n' + b"\n".join(bad) + b'\n\n{"id":"last"}\n')
    assert done.returncode == 65, done
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["first", "last"]
    for i, _ in enumerate(bad):
        assert f"line {i + 2}: ".encode() in done.stderr, (i, done.stderr)
    assert b"9 of 12 lines" in done.stderr, done.stderr
    assert ask("eval", path, b"").returncode == 0
    assert ask("eval", pathlib.Path(folder) / "none.json", b"").returncode == 66


def answers_that_do_not_fit_are_told_and_left_out(folder):
    done = ask("eval", form(folder), json.dumps({"id": "x", "item": [
        SICK, answer("nobody", valueString="secret"), answer("name", valueInteger=5)]}).encode())
    assert done.returncode == 0, done
    assert json.loads(done.stdout)["kept"] == ["sick"]
    told = done.stderr.decode()
    assert "nobody: error: invalidLinkId" in told and "name: error: invalidAnswerType" in told, told
    assert "secret" not in told, told


def what_is_no_questionnaire_is_refused(folder):
    path = pathlib.Path(folder) / "other.json"
    for text in ("", "{", '{"resourceType":"Patient"}', "[]", "{}{}"):
        path.write_text(text, "utf-8")
        for command in ("eval", "validate"):
            done = ask(command, path, b"{}\n")
            assert done.returncode == 65 and done.stdout == b"" and done.stderr, (text, done)


def what_repeats_is_named_by_its_positions(folder):
    contacts = {"linkId": "contact", "type": "group", "text": "Contact", "repeats": True, "item": [
        {"linkId": "name", "type": "string", "text": "Name"},
        {"linkId": "symptom", "type": "string", "text": "Symptom", "repeats": True, "item": [
            {"linkId": "severe", "type": "boolean", "text": "Severe?", "enableWhen": [
                {"question": "symptom", "operator": "exists", "answerBoolean": True}]}]},
        {"linkId": "since", "type": "date", "text": "Since", "enableWhen": [
            {"question": "symptom", "operator": "=", "answerString": "cough"}]}]}
    path = form(folder, item=[contacts])
    cough = {"linkId": "symptom", "answer": [
        {"valueString": "fever"},
        {"valueString": "cough", "item": [answer("severe", valueBoolean=False)]}]}
    second = {"linkId": "contact", "item": [cough, answer("since", valueDate="2020-05-03")]}
    third = {"linkId": "contact", "item": [answer("name", valueString="C"), answer("since", valueDate="2020")]}
    seen, = lines("eval", path, {"id": 1, "item": [{"linkId": "contact"}, second, third]})
    assert seen["enabled"] == ["contact@0", "name@0", "symptom@0", "contact@1", "name@1", "symptom@1",
                               "severe@1.0", "severe@1.1", "since@1", "contact@2", "name@2", "symptom@2"], seen
    assert seen["kept"] == ["symptom@1", "severe@1.1", "since@1", "name@2"], seen
    assert seen["response"] == response(second, {"linkId": "contact", "item": third["item"][:1]}), seen


def a_faulty_script_is_evaluated_and_its_faults_told(folder):
    twice = [{"linkId": "a", "type": "boolean", "text": "A"}, {"linkId": "a", "type": "string", "text": "A"},
             {"linkId": "round", "type": "string", "text": "R", "enableWhen": [
                 {"question": "round", "operator": "exists", "answerBoolean": False}]},
             {"linkId": "lost", "type": "string", "text": "L", "enableWhen": [
                 {"question": "nobody", "operator": "exists", "answerBoolean": False}]}]
    done = ask("eval", form(folder, item=twice), b'{"id":1,"item":[]}\n')
    assert done.returncode == 0 and json.loads(done.stdout)["enabled"] == ["a", "a", "lost"], done
    for word in (b"a: error: que-2", b"round: error: circular", b"lost: error: dangling-enablewhen"):
        assert word in done.stderr, done.stderr


def a_response_is_valid_or_its_errors_are_named(folder):
    path = form(folder)
    good, left_out, lacks, long, closed, draft, other = lines(
        "validate", path, response(WELL, id="good"), response(SICK, id=7), response(SICK, SINCE),
        response(WELL, answer("name", valueString="long")), response(WELL, SINCE),
        response(SICK, SINCE, status="stopped"), response(WELL, questionnaire="urn:form|2"),
        locale="fr_BE.UTF-8")
    assert good == {"id": "good", "valid": True, "errors": []}
    # A group that is left out as a whole lacks nothing; one that is begun does.
    assert left_out == {"id": 7, "valid": True, "errors": []}
    assert [(e["linkId"], e["code"]) for e in lacks["errors"]] == [("fever", "required")]
    assert long == {"id": None, "valid": False, "errors": [
        {"linkId": "name", "answer": 0, "code": "maxLength", "msg": "The answer has at most 3 characters."}]}
    assert [(e["linkId"], e["code"]) for e in closed["errors"]] == [
        ("more", "disabledAnswer"), ("since", "disabledAnswer")]
    assert draft["valid"] and not other["valid"] and other["errors"][0]["code"] == "questionnaire"


def an_expression_that_takes_too_long_makes_no_answer_valid(folder):
    slow = {"url": "http://hl7.org/fhir/StructureDefinition/regex", "valueString": "(a+)+$"}
    path = form(folder, item=[{"linkId": "a", "type": "string", "text": "A", "extension": [slow]}])
    good, bad = lines("validate", path, *(response(answer("a", valueString=text)) for text in ("aaa", 40 * "a" + "b")))
    assert good["valid"] and not bad["valid"], bad
    assert [(e["linkId"], e["answer"], e["code"]) for e in bad["errors"]] == [("a", 0, "regexLimit")], bad


def translated(**more):
    return {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/translation", "extension": [
        {"url": "lang", "valueCode": lang}, {"url": "content", "valueString": text}]}
        for lang, text in more.items()]}


SPOKEN = {
    "resourceType": "Questionnaire", "url": "urn:form", "status": "active", "language": "en", "title": "1.",
    "item": [
        {"linkId": "sick", "type": "choice", "text": "Sick?", "_text": translated(fr="Malade\u202f?", nl="Ziek?"),
         "answerOption": [{"valueCoding": {"code": "y", "display": "Yes",
                                           "_display": translated(fr="Oui", nl="Ja", de="Ja")}},
                          {"valueInteger": 7}]},
        {"linkId": "end", "type": "display", "text": "Bye", "_text": translated(**{"fr": "Salut", "nl-BE": "Dag", "de": "Tschüss"})}]}


def told(*words, status=0):
    done = subprocess.run([CTL, "script", *words], capture_output=True, text=True, timeout=DEADLINE_S,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False)
    assert done.returncode == status, done
    return done


def texts_are_those_of_a_language(folder):
    path = form(folder, **SPOKEN)
    nl, xx = (json.loads(told("texts", "--lang", lang, path).stdout) for lang in ("nl-BE", "xx"))
    assert nl == {"texts": {"sick": "Ziek?", "end": "Dag"}, "options": {"sick": ["Ja", "7"]}}, nl
    assert xx == {"texts": {"sick": "Sick?", "end": "Bye"}, "options": {"sick": ["Yes", "7"]}}, xx
    assert "--lang" in told("texts", path, status=64).stderr


def what_lacks_a_language_is_listed(folder):
    path = form(folder, **SPOKEN)
    assert told("languages", path).stdout == f"{path}: sick: text: lacks de: Sick?\n", told("languages", path)
    del SPOKEN["language"]
    hostile = form(folder, item=[{"linkId": "a\x1b]0;evil\x07b", "type": "string", "text": "Sick?"}])
    assert "lacks" in told("languages", hostile).stdout and "\x1b" not in told("languages", hostile).stdout
    lines_told = told("languages", form(folder, **SPOKEN)).stdout.splitlines()
    assert lines_told == [f"{path}: sick: text: lacks de, en: Sick?", f"{path}: sick: option: lacks en: Yes",
                          f"{path}: end: text: lacks en: Bye"], lines_told


def problems_come_one_a_line(folder):
    path = form(folder, item=[{"linkId": "a", "type": "group"}, {"linkId": "b", "type": "annex"}])
    done = told("check", path, status=65)
    assert done.stdout.splitlines() == [
        f"{path}: a: warning: que-1: a group has items, a display has none",
        f"{path}: b: error: unknown-type: a type that FHIR R4 lacks"], done
    rows = [json.loads(line) for line in told("check", "--json", path, status=65).stdout.splitlines()]
    assert rows[1] == {"file": str(path), "at": "b", "severity": "error", "code": "unknown-type",
                       "msg": "a type that FHIR R4 lacks"} and len(rows) == 2, rows
    good = form(folder)
    assert told("check", good).stdout == "" and told("check", "--json", good).stdout == ""
    broken = pathlib.Path(folder) / "broken.json"
    broken.write_text('{"resourceType":\n"Questionnaire",}', "utf-8")
    assert "line 2" in told("check", good, broken, status=65).stdout


def a_file_that_cannot_be_read_is_a_problem_like_others(folder):
    good, none, large = form(folder), pathlib.Path(folder) / "none.json", pathlib.Path(folder) / "large.json"
    bad = pathlib.Path(folder) / "bad.json"
    bad.write_text(json.dumps({**FORM, "item": [{"linkId": "b", "type": "annex"}]}), "utf-8")
    with large.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    done = told("check", none, bad, large, good, status=66)  # whatever else there is: it was not checked
    assert done.stdout.splitlines() == [
        f"{none}: error: file: No such file or directory",
        f"{bad}: b: error: unknown-type: a type that FHIR R4 lacks",
        f"{large}: error: file: larger than 52428800 bytes"], done
    assert "3 of 4" in done.stderr, done
    rows = [json.loads(line) for line in told("check", "--json", large, none, status=66).stdout.splitlines()]
    assert [(r["file"], r["at"], r["severity"], r["code"]) for r in rows] == [
        (str(large), "", "error", "file"), (str(none), "", "error", "file")], rows
    assert told("check", large, status=65).stdout and told("check", folder, status=74).stdout
    cut = pathlib.Path(folder) / "cut.json"
    cut.write_text(json.dumps(FORM)[:-2], "utf-8")
    assert "the text ends too early" in told("check", cut, status=65).stdout


def names_in_braces_are_looked_at_and_filled_by_the_screen_alone(folder):
    text = "Stay until {{quarantine_end}}, {{given}}."
    items = [{"linkId": "say", "type": "display", "text": text}, {"linkId": "name", "type": "string", "text": "{{agent}}?"}]
    path = form(folder, item=items)
    assert told("check", path).stdout == ""
    assert json.loads(told("texts", "--lang", "fr", path).stdout)["texts"] == {"say": text, "name": "{{agent}}?"}
    done, = lines("eval", path, {"id": 1, "item": [answer("name", valueString="{{given}}")]})
    assert done["response"]["item"] == [answer("name", valueString="{{given}}")], done
    bad = form(folder, item=[{"linkId": "a", "type": "display", "text": "{{gven}} and {{birth_date}}"},
                             {"linkId": "b", "type": "display", "text": "{{given"}])
    rows = [json.loads(line) for line in told("check", "--json", bad, status=65).stdout.splitlines()]
    assert [(r["at"], r["severity"], r["code"]) for r in rows] == [
        ("a", "error", "placeholder"), ("a", "error", "placeholder"), ("b", "error", "placeholder")], rows
    assert "{{gven}}" in rows[0]["msg"] and "{{birth_date}}" in rows[1]["msg"], rows


def the_manual_s_value_set_gives_a_question_its_options(folder):
    page = (SOURCE / "man/pupitre-script.5").read_text("utf-8")
    contained = json.loads("{" + re.search(r'^\.Bd -literal\n("contained".*?)^\.Ed$', page, re.M | re.S)[1] + "}")
    path = form(folder, item=[{"linkId": "who", "type": "choice", "text": "Who?", "answerValueSet": "#whom"}], **contained)
    assert told("check", path).stdout == ""
    assert json.loads(told("texts", "--lang", "fr", path).stdout)["options"] == {"who": ["La personne", "Somebody else"]}


def the_manual_s_example_is_a_script_and_its_codes_are_all(folder):
    page = (SOURCE / "man/pupitre-script.5").read_text("utf-8")
    path = pathlib.Path(folder) / "first.json"
    part = page.split(".Sh EXAMPLES")[1]
    path.write_text(re.search(r"^\.Bd -literal\n(.*?)^\.Ed$", part, re.M | re.S)[1], "utf-8")
    assert told("check", path).stdout == "" and told("languages", path).stdout == ""
    given = {code for file in [*(SOURCE / "net/api").glob("questionnaire*.c"), SOURCE / "net/ctl/script.c"]
             for code in re.findall(r'findings_add\([^;]*?(?:true|false), *"([a-z0-9-]+)"', file.read_text("utf-8"), re.S)}
    given |= set(re.findall(r'"(que-\d+)"', (SOURCE / "net/api/questionnaire_check.c").read_text("utf-8")))
    part = page.split(".Sh PROBLEMS")[1]
    explained = {word for line in re.findall(r"^\.It Cm (.*)$", part, re.M) for word in line.split(" , ")}
    assert len(given) > 30 and given == explained, given ^ explained


if __name__ == "__main__":
    run([each_line_says_what_is_enabled_and_kept, numbers_keep_their_digits_in_every_locale,
         an_answer_comes_before_the_next_question, bad_lines_are_told_and_the_others_answered,
         answers_that_do_not_fit_are_told_and_left_out, what_is_no_questionnaire_is_refused,
         what_repeats_is_named_by_its_positions, a_faulty_script_is_evaluated_and_its_faults_told,
         a_response_is_valid_or_its_errors_are_named,
         an_expression_that_takes_too_long_makes_no_answer_valid, texts_are_those_of_a_language,
         names_in_braces_are_looked_at_and_filled_by_the_screen_alone,
         what_lacks_a_language_is_listed, the_manual_s_value_set_gives_a_question_its_options, problems_come_one_a_line,
         a_file_that_cannot_be_read_is_a_problem_like_others,
         the_manual_s_example_is_a_script_and_its_codes_are_all])
