#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Submitted answers on their way to the federal side, which fails in every way it can: each response
gets there once by its id, in the order of its versions, whoever is killed.

usage: test_federal.py BUILD-ROOT SOURCE-ROOT"""

import json
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import time

from fhir import Standin
from tap import Tap, expect
from test_tls import pki_make
from world import PASSWORD, World, wait_for

PEOPLE = 36
LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         f"agent sofie WAL fr supervisor {PASSWORD}", f"people {PEOPLE} WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
SECRET = "PLANTEDSECRET-0123456789"
FEVER = "PLANTEDFEVER since Monday"


def response(n, status="completed", text=FEVER):
    return {"resourceType": "QuestionnaireResponse", "status": status,
            "questionnaire": "https://pupitre.invalid/interviews/tracing-contact|2099.1", "authored": "2026-01-02T03:04:05Z",
            "item": [{"linkId": "n", "answer": [{"valueDecimal": 37.50}]},
                     {"linkId": "a", "answer": [{"valueString": f"{n} {text}"}]}]}


class Federal:
    def __init__(self, build, source):
        self.world = World(build, source, LINES, **TIMES)
        self.pki = pki_make(source, self.world.directory / "pki")
        trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        trust.load_cert_chain(self.pki / "good.pem", self.pki / "good.key")
        self.standin = Standin(trust, f"Bearer {SECRET}")
        self.secret = self.world.directory / "federal.secret"
        self.secret.write_text(f"bearer {SECRET}\n")
        self.secret.chmod(0o600)
        self.n = 0

    def start(self):
        self.world.start("--federal-url", self.standin.url, "--federal-ca", str(self.pki / "ca.pem"),
                         "--federal-secret", str(self.secret), "--federal-timeout", "1",
                         "--federal-stuck", "3600")

    def ctl(self, *words, status=0):
        done = subprocess.run([str(self.world.build / "net/ctl/pupitrectl"), "--data",
                               str(self.world.data), *words], capture_output=True, text=True,
                              check=False, timeout=60, stdin=subprocess.DEVNULL)
        expect(done.returncode == status, done)
        return done

    def on_queue(self, login):
        agent = self.world.sign_in(login)
        agent.on_queue()
        return agent

    def submit(self, agent, text=FEVER):
        """The next person's call with its answers, until the agent is free again: the offer's id."""
        agent.act("accept", agent.wait_offer("offered"))
        offer = agent.offer()
        permit = agent.permit(offer)
        offer = agent.offer()
        self.n += 1
        self.put(agent, offer, 0, response(self.n, text=text))
        agent.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
            {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
            {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "busy", "sip_status": 486}]})
        agent.act("wrapup", agent.offer(), code="closed_with_data", chosen_at="2026-01-01T00:00:02Z")
        agent.act("end", agent.offer())
        return offer["offer_id"]

    def put(self, agent, offer, base, what):
        return agent.good("PUT", f"/v1/offers/{offer['offer_id']}/response", {
            "fence": offer["fence"], "base_version": base, "status": what["status"],
            "response": what})

    def status_of(self, offer):
        """As an export says it."""
        with tempfile.TemporaryDirectory(prefix="pup-") as directory:
            path = pathlib.Path(directory) / "answers.json"
            self.ctl("export", "--format", "ndjson", "--entitled-reason", "a test", "--out", str(path),
                     "answers")
            resources = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        ids = {f"offer-{offer}", self.rows().get(offer, {}).get("resource_id")}
        [resource] = [r for r in resources if r["id"] in ids]
        expect((resource["status"] == "entered-in-error") == ("item" not in resource), resource)
        return resource["status"]

    def rows(self):
        return {str(row["offer_id"]): row for row in self.world.beside.dicts("SELECT * FROM outbox")}

    def wait_state(self, offers, state):
        def there():
            rows = self.rows()
            return rows if all(rows[o]["state"] == state for o in offers) else None
        return wait_for(f"{len(offers)} responses {state}", there)


def sends_what_is_submitted(f, anna):
    anna.on_queue()
    offer = f.submit(anna)
    row = f.wait_state([offer], "sent")[offer]
    resource = f.standin.newest(row["resource_id"])
    expect(resource["item"] == response(1)["item"], resource)
    expect(resource["subject"] == {"identifier": {"system": "urn:x-pupitre:ticket", "value": "T-00001"}},
           resource)
    expect(resource["authored"] == "2026-01-02T03:04:05Z", resource)
    raw = json.dumps(resource)
    expect("Gudule" not in raw and "anna" not in raw, "a name was sent")
    tries = f.standin.tries_of()
    expect(len(tries) == 1 and tries[0].headers["Prefer"] == "return=minimal", tries)
    answer = anna.ask("GET", f"/v1/offers/{offer}/response")
    expect(answer.status == 403, "the agent reads health answers after the offer")
    expect(row["sent_version"] == row["version"] == 1 and row["http_status"] == 201, dict(row))


def drafts_stay_here(f, bert):
    bert.on_queue()
    bert.act("accept", bert.wait_offer("offered"))
    bert.permit(bert.offer())
    offer = bert.offer()
    before = len(f.standin.tries_of())
    f.put(bert, offer, 0, response(0, "in-progress"))
    expect(offer["offer_id"] not in f.rows(), "a draft is in the outbox")
    return offer, before


FAILURES = [["broken"], ["busy"], ["silent"], ["slow"], ["half"], ["gone"], ["lost"], ["a_proxy"],
            ["huge"], ["elsewhere"], ["locked"], ["wordy"]]


def gets_there_in_spite_of(f, anna):
    """All failures at once; each mood goes to the first id that is new."""
    f.standin.moods.extend(list(m) for m in FAILURES)
    offers = [f.submit(anna) for _ in FAILURES]
    rows = f.wait_state(offers, "sent")
    kept = f.standin.all_kept()
    seen = {}
    for offer in offers:
        tries = f.standin.tries_of(rows[offer]["resource_id"])
        seen[tries[0].mood] = tries
        expect(len(kept[rows[offer]["resource_id"]]) == 1, f"{tries[0].mood}: kept twice")
        expect(len(tries) == (1 if tries[0].mood == "wordy" else 2), f"{tries[0].mood}: {len(tries)}")
        expect(all(t.resource == tries[0].resource for t in tries), "another body")
    expect(set(seen) == {m[0] for m in FAILURES}, set(seen))
    first, second = seen["busy"]
    expect(second.at - first.at >= 7, f"Retry-After: {second.at - first.at}")
    first, second = seen["broken"]
    expect(second.at - first.at >= 2, f"no pause: {second.at - first.at}")


def parks_what_is_refused(f, anna):
    f.standin.moods.append(["strict"])
    offer = f.submit(anna)
    row = f.wait_state([offer], "parked")[offer]
    expect(row["http_status"] == 422 and row["fault"] == "business-rule", dict(row))
    listed = json.loads(f.ctl("outbox", "list", "--json").stdout)
    expect([r["offer_id"] for r in listed] == [offer], listed)
    expect(listed[0]["state"] == "parked" and listed[0]["fault"] == "business-rule", listed)
    f.ctl("outbox", "retry", offer)
    f.wait_state([offer], "sent")
    expect(json.loads(f.ctl("outbox", "list", "--json").stdout) == [], "still listed")
    f.ctl("outbox", "retry", offer, status=66)


def keeps_the_order_of_versions(f, bert, offer):
    """The first version is kept, but its answer does not come; meanwhile there is a second one."""
    f.standin.moods.append(["slow"])
    f.put(bert, offer, 1, response(7, text="first"))
    resource_id = f.rows()[offer["offer_id"]]["resource_id"]
    wait_for("the first try", lambda: f.standin.tries_of(resource_id))
    f.put(bert, offer, 2, response(7, text="second"))
    f.ctl("outbox", "retry", offer["offer_id"])
    row = f.wait_state([offer["offer_id"]], "sent")[offer["offer_id"]]
    texts = [t.resource["item"][1]["answer"][0]["valueString"] for t in f.standin.tries_of(resource_id)]
    expect(texts == ["7 first", "7 second"], texts)
    tries = f.standin.tries_of(resource_id)
    expect(tries[1].at - tries[0].at >= 0.9, "two at once")
    statuses = [t.resource["status"] for t in tries]
    expect(statuses == ["completed", "amended"], statuses)
    expect(row["version"] == row["sent_version"] == 3, dict(row))
    expect(len(f.standin.all_kept()[resource_id]) == 2, "versions")


def takes_back_the_wrong_person(f, anna):
    """Sent, then it was somebody else: a newer version without items. And then it was not."""
    offer = f.submit(anna)
    row = f.wait_state([offer], "sent")[offer]

    def newest(code):
        anna.good("POST", f"/v1/offers/{offer}/correct", {"code": code, "chosen_at": "2026-01-01T00:00:03Z"})
        before = row["sent_version"]
        wait_for("the newer version", lambda: f.rows()[offer]["sent_version"] > before)
        row.update(f.rows()[offer])
        return f.standin.newest(row["resource_id"])
    resource = newest("bad_number")
    expect(resource["status"] == "entered-in-error" and "item" not in resource, resource)
    expect(resource["id"] == row["resource_id"] and resource["questionnaire"], resource)
    expect("PLANTED" not in json.dumps(resource), "an answer was sent")
    resource = newest("closed_with_data")
    expect(resource["status"] == "amended" and resource["item"] == response(f.n)["item"], resource)
    expect(len(f.standin.all_kept()[row["resource_id"]]) == 3, "versions")
    expect(f.status_of(offer) == "amended", "exported")


def keeps_the_wrong_person_here(f, anna):
    """Nobody listens, and before anybody does it is known that it was somebody else."""
    before = len(f.standin.all_kept())
    f.world.stop()
    f.world.start()
    offer = f.submit(anna)
    expect(f.rows()[offer]["state"] == "waiting", "not waiting")
    anna.good("POST", f"/v1/offers/{offer}/correct",
              {"code": "bad_number", "chosen_at": "2026-01-01T00:00:03Z"})
    expect(offer not in f.rows(), "it waits still")
    expect(f.status_of(offer) == "entered-in-error", "exported")
    f.world.stop()
    f.start()
    other = f.submit(anna)  # whatever was before it has gone by then
    f.wait_state([other], "sent")
    expect(len(f.standin.all_kept()) == before + 1, "it was sent")


def stops_a_draft(f, anna):
    """Refused in the midst of it: stopped; broken off with a time agreed: in progress. Not sent."""
    anna.act("accept", anna.wait_offer("offered"))
    permit = anna.permit(anna.offer())
    offer = anna.offer()
    f.put(anna, offer, 0, response(0, "in-progress"))
    anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "by_person"}]})
    draft = anna.good("GET", f"/v1/offers/{offer['offer_id']}/response")
    expect(draft["status"] == draft["response"]["status"] == "in-progress", draft)
    anna.act("wrapup", anna.offer(), code="closed_without_data", chosen_at="2026-01-01T00:00:02Z")
    draft = anna.good("GET", f"/v1/offers/{offer['offer_id']}/response")
    expect(draft["status"] == draft["response"]["status"] == "stopped", draft)
    expect(draft["response"]["item"] == response(0)["item"], draft)
    anna.good("POST", f"/v1/offers/{offer['offer_id']}/correct",
              {"code": "no_answer", "chosen_at": "2026-01-01T00:00:03Z"})
    draft = anna.good("GET", f"/v1/offers/{offer['offer_id']}/response")
    expect(draft["status"] == draft["response"]["status"] == "in-progress", draft)
    anna.good("POST", f"/v1/offers/{offer['offer_id']}/correct",
              {"code": "closed_without_data", "chosen_at": "2026-01-01T00:00:04Z"})
    anna.act("end", anna.offer())
    expect(offer["offer_id"] not in f.rows(), "a draft is in the outbox")


def goes_on_after_a_callback(f, anna):
    """Broken off with a time agreed: the same agent's next call begins where it ended."""
    anna.act("accept", anna.wait_offer("offered"))
    permit = anna.permit(anna.offer())
    expect(permit["has_answers"] is False, permit)
    first = anna.offer()
    f.put(anna, first, 0, response(0, "in-progress"))
    person = first["person"]["person_id"]
    anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "busy", "sip_status": 486}]})
    anna.good("PUT", "/v1/queue", {"on_queue": False})
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 2))
    anna.act("wrapup", anna.offer(), code="rescheduled", callback_at=soon,
             chosen_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    anna.act("end", anna.offer())
    wait_for("the callback to be due", lambda: f.world.beside.dicts(
        f"SELECT state FROM person WHERE person_id = {person}")[0]["state"] == "waiting")
    anna.on_queue()
    anna.act("accept", anna.wait_offer("offered"))
    offer = anna.offer()
    expect(offer["person"]["person_id"] == person, offer)
    permit = anna.permit(offer)
    expect(permit["has_answers"] is True, permit)
    draft = anna.good("GET", f"/v1/offers/{offer['offer_id']}/response")
    expect(draft["version"] == 1 and draft["status"] == "in-progress", draft)
    expect(draft["response"]["item"] == response(0)["item"], draft)
    f.put(anna, anna.offer(), 1, response(0, "completed"))
    anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
        {"seq": 1, "at": "2026-01-01T00:00:00Z", "kind": "dial"},
        {"seq": 2, "at": "2026-01-01T00:00:01Z", "kind": "end", "end": "by_person"}]})
    anna.act("wrapup", anna.offer(), code="closed_with_data", chosen_at="2026-01-01T00:00:02Z")
    anna.act("end", anna.offer())
    f.wait_state([offer["offer_id"]], "sent")
    expect(first["offer_id"] not in f.rows(), "the earlier draft is in the outbox")


def survives_a_kill(f):
    """Killed with some under way and some waiting: nothing is lost, nothing is there twice."""
    anna = f.on_queue("anna")
    f.standin.moods.extend([["slow"], ["silent"], [], []])
    offers = [f.submit(anna) for _ in range(4)]
    wait_for("two under way", lambda: len({t.id for t in f.standin.tries_of()} & {
        f.rows()[o]["resource_id"] for o in offers}) >= 2)
    f.world.kill()
    f.start()
    rows = f.wait_state(offers, "sent")
    kept = f.standin.all_kept()
    for offer in offers:
        expect(len(kept[rows[offer]["resource_id"]]) == 1, "not once")


def stops_in_the_midst(f):
    """Asked to stop, it gives back what is under way: the next one sends it without waiting."""
    anna = f.on_queue("anna")
    f.standin.moods.append(["silent"])
    offer = f.submit(anna)
    wait_for("a try", lambda: f.standin.tries_of(f.rows()[offer]["resource_id"]))
    expect(f.world.stop() == 0, "status")
    expect(f.rows()[offer]["busy_until"] == 0, "it is still claimed")
    f.start()
    f.wait_state([offer], "sent")


def waits_for_a_side_that_is_away(f):
    """Nobody there: the metrics and a supervisor's alarm say so; later it all arrives."""
    anna = f.on_queue("anna")
    f.standin.away = True
    offers = [f.submit(anna), f.submit(anna)]
    wait_for("tries", lambda: all(f.rows()[o]["tries"] >= 1 and not f.rows()[o]["busy_until"]
                                  for o in offers))
    expect(all(f.rows()[o]["http_status"] == 503 for o in offers), "status")

    def waiting():
        text = f.world.ask("GET", "/metrics").body.decode()
        return "pupitre_outbox_waiting 2" in text and "pupitre_outbox_later_total" in text
    wait_for("the metrics", waiting)
    f.world.stop()
    f.world.start("--federal-url", f.standin.url, "--federal-ca", str(f.pki / "ca.pem"),
                  "--federal-secret", str(f.secret), "--federal-stuck", "1")
    sofie = f.world.sign_in("sofie")
    alarms = wait_for("an alarm", lambda: [a for a in sofie.good("GET", "/v1/alarms")["alarms"]
                                           if a["kind"] == "answers_stuck"])
    expect(len(alarms) == 1 and alarms[0]["offer_id"] in offers, alarms)
    f.standin.away = False
    f.ctl("outbox", "retry")
    f.wait_state(offers, "sent")
    wait_for("the alarm to end", lambda: not [a for a in sofie.good("GET", "/v1/alarms")["alarms"]
                                              if a["kind"] == "answers_stuck"])


def tells_nothing_in_logs(f):
    log = f.world.log.read_text("utf-8", "replace")
    expect("federal" in log and "fault=business-rule" in log, log[-2000:])
    for planted in ("PLANTED", "Gudule", "T-0000", "Please log in"):
        expect(planted not in log, f"{planted} is in the log")
    for name in ("pupitre.db", "pupitre.db-wal"):
        path = f.world.data / name
        data = path.read_bytes() if path.exists() else b""
        for planted in (b"PLANTED", b"Please log in"):
            expect(planted not in data, f"{planted} is in {name}")
    with open(f"/proc/{f.world.process.pid}/cmdline", "rb") as line:
        expect(b"PLANTED" not in line.read(), "the secret is in the command line")


def refuses_bad_settings(f):
    def refused(*more):
        done = subprocess.run(
            [str(f.world.build / "net/server/pupitred"), "--data", str(f.world.data),
             "--listen", "127.0.0.1:0", "--gateway", "g", *more], capture_output=True, text=True,
            check=False, timeout=30)
        expect(done.returncode != 0, "it started")
        return done.stderr
    f.world.stop()
    expect("https://HOST/PATH" in refused("--federal-url", "http://example.org/fhir"), "plain http")
    expect("https://HOST/PATH" in refused("--federal-url", "https://a:b@example.org/"), "a password")
    os.chmod(f.secret, 0o644)
    url = ["--federal-url", f.standin.url, "--federal-secret"]
    expect("chmod 600" in refused(*url, str(f.secret)), "others may read it")
    os.chmod(f.secret, 0o600)
    f.secret.write_text(SECRET)
    said = refused(*url, str(f.secret))
    expect("bearer TOKEN" in said and "PLANTED" not in said, said)
    expect("No such file" in refused(*url, str(f.secret) + ".none"), "none")
    f.secret.write_text(f"bearer {SECRET}\n")


def distrusts_a_stranger(f):
    """Another authority: the secret and the answers are not sent at all."""
    before = len(f.standin.tries_of())
    f.world.start("--federal-url", f.standin.url, "--federal-ca", str(f.pki / "other-ca.pem"),
                  "--federal-secret", str(f.secret), "--federal-timeout", "1")
    anna = f.on_queue("anna")
    offer = f.submit(anna)
    wait_for("a try", lambda: f.rows()[offer]["fault"] == "tls")
    expect(len(f.standin.tries_of()) == before, "it was sent")
    expect(f.rows()[offer]["state"] == "waiting", "not waiting")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    f = Federal(build, source)
    try:
        f.start()
        anna = f.world.sign_in("anna")
        tap.case("what is submitted is sent, and names nobody", sends_what_is_submitted, f, anna)
        bert = f.world.sign_in("bert")
        draft = tap.case("a draft stays here", drafts_stay_here, f, bert)
        tap.case("it gets there once, however it fails first", gets_there_in_spite_of, f, anna)
        tap.case("what is refused is parked, listed and tried again", parks_what_is_refused, f, anna)
        tap.case("a newer version never comes before an older one", keeps_the_order_of_versions, f,
                 bert, draft[0])
        tap.case("the wrong person is taken back, and comes again", takes_back_the_wrong_person, f, anna)
        tap.case("of the wrong person nothing is sent that was not yet", keeps_the_wrong_person_here, f,
                 anna)
        tap.case("a refusal stops a draft, and nobody gets it", stops_a_draft, f, anna)
        tap.case("the same agent's next call goes on", goes_on_after_a_callback, f, anna)
        tap.case("a kill loses nothing and doubles nothing", survives_a_kill, f)
        tap.case("asked to stop it gives back what is under way", stops_in_the_midst, f)
        tap.case("a side that is away: metrics, an alarm, and all arrives", waits_for_a_side_that_is_away, f)
        tap.case("logs and database hold nothing of it", tells_nothing_in_logs, f)
        tap.case("bad settings are refused", refuses_bad_settings, f)
        tap.case("a stranger gets nothing", distrusts_a_stranger, f)
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        f.world.end()
        f.standin.end()
    tap.end()


if __name__ == "__main__":
    main()
