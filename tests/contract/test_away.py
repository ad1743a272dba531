#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The backend is away for an hour, or for longer than a session, while agents are in each state of a
person: who is talked to stays with her agent, nobody else dials her, and what the agent did
meanwhile counts with the time at which it was done. Nobody waits for an hour: pupitred is killed, and
started with a clock that is later.

usage: test_away.py BUILD-ROOT SOURCE-ROOT"""

import json
import subprocess
import sys
import urllib.parse

from tap import Tap, expect
from test_clock import Clock, instant
from world import PASSWORD, World, fresh_key

HOUR_S = 3600
NAMES = ("anna", "bert", "cora")
LINES = [f"agent {name} WAL fr agent {PASSWORD}" for name in NAMES] + ["people 3 WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 60, "agent_gone_s": 30}
WORDS = {"resourceType": "QuestionnaireResponse", "status": "in-progress",
         "questionnaire": "https://pupitre.invalid/interviews/tracing-contact|2099.1", "item": [{"linkId": "a"}]}


class Away:
    """A world of its own, in which Anna is called by nobody and Bert waits for somebody."""

    def __init__(self, build, source):
        self.world = World(build, source, LINES, **TIMES)
        self.clock = Clock(self.world)
        self.world.start(under=self.clock.under)
        self.anna, self.bert = self.world.sign_in("anna"), self.world.sign_in("bert")
        self.key = fresh_key()

    def back_after(self, s):
        self.world.kill()
        self.clock.move(s)
        self.world.start(under=self.clock.under)

    def talk(self):
        """Anna talks to the first person; gives the offer and the call."""
        self.anna.on_queue()
        offer = self.anna.wait_offer("offered")
        self.anna.act("accept", offer)
        permit = self.anna.permit(offer)
        self.report(permit["call_token"], permit["call_id"], 1, "dial")
        self.report(permit["call_token"], permit["call_id"], 2, "answer")
        return self.anna.offer(), permit

    def report(self, token, call_id, seq, kind, at=None, **more):
        answer = self.world.ask("POST", f"/v1/calls/{call_id}/events", {"events": [
            {"seq": seq, "at": at or self.clock.text(), "kind": kind, **more}]}, token=token)
        expect(answer.status == 200, answer.body)

    def wrap_up(self, agent, offer, code, at):
        return agent.good("POST", f"/v1/offers/{offer['offer_id']}/wrapup",
                          {"fence": offer["fence"], "code": code, "chosen_at": at}, key=self.key)

    def someone_else(self, mine):
        """Bert goes on queue: he gets somebody, and not her whom Anna has."""
        self.bert.on_queue()
        theirs = self.bert.wait_offer("offered")
        work = self.bert.act("accept", theirs)
        expect(work["offer"]["person"]["person_id"] != mine["person"]["person_id"],
               "a person was offered to two")
        return work["offer"]


def in_a_call(away):
    offer, permit = away.talk()
    began = away.clock.text()
    away.back_after(HOUR_S)
    away.someone_else(offer)
    held = away.anna.offer()
    expect(held["state"] == "call" and held["fence"] == offer["fence"], held)
    # She hung up and chose within a minute, an hour ago.
    away.report(away.anna.token, permit["call_id"], 3, "end", at=began, end="by_person")
    outcome = away.wrap_up(away.anna, offer, "busy", began)
    expect(not outcome["late"], outcome)
    rest_s = instant(outcome["due_at"]) - instant(began)
    expect(0 <= rest_s < 60, f"rests {rest_s} s from when it was chosen")
    expect(away.wrap_up(away.anna, offer, "busy", began) == outcome, "another answer")
    away.anna.act("end", away.anna.offer())


def in_after_call_work(away):
    """Its time passed while nobody counted; chosen in time is in time."""
    offer, permit = away.talk()
    away.report(away.anna.token, permit["call_id"], 3, "end", end="by_person")
    chosen = away.clock.text()
    away.back_after(HOUR_S)
    away.someone_else(offer)
    outcome = away.wrap_up(away.anna, offer, "closed_with_data", chosen)
    expect(not outcome["late"] and outcome["person_state"] == "closed", outcome)


def chosen_late(away):
    offer, permit = away.talk()
    away.report(away.anna.token, permit["call_id"], 3, "end", end="by_person")
    away.back_after(HOUR_S)
    away.someone_else(offer)
    outcome = away.wrap_up(away.anna, offer, "closed_with_data", away.clock.text())
    expect(outcome["late"], outcome)


def in_a_preview(away):
    """Without a call nobody is kept for somebody who may be gone; and who comes late dials nobody."""
    away.anna.on_queue()
    offer = away.anna.wait_offer("offered")
    away.anna.act("accept", offer)
    mine = away.anna.offer()
    away.back_after(HOUR_S)
    answer = away.anna.ask("POST", "/v1/calls", {
        "offer_id": mine["offer_id"], "fence": mine["fence"], "phone_index": 0})
    expect(answer.status in (201, 200, 409), answer.body)
    if answer.status == 409:
        return
    # She was quicker than her absence was noticed: then she is the one who has the person.
    away.someone_else(mine)


def longer_than_the_session(away):
    offer, permit = away.talk()
    began = away.clock.text()
    away.back_after(21 * HOUR_S)  # 16, and 4 that a call is waited for
    expect(away.anna.ask("GET", "/v1/work").status == 401, "the session goes on for ever")
    away.bert = away.world.sign_in("bert")
    away.someone_else(offer)
    # The desk may still say how the call ended; the words wait for the next login.
    away.report(permit["call_token"], permit["call_id"], 3, "end", at=began, end="by_person")
    away.anna = away.world.sign_in("anna")
    held = away.anna.offer()
    expect(held["offer_id"] == offer["offer_id"] and held["fence"] > offer["fence"], held)
    put = {"fence": held["fence"], "made_fence": offer["fence"], "base_version": 0,
           "status": "in-progress", "response": WORDS}
    answer = away.anna.good("PUT", f"/v1/offers/{offer['offer_id']}/response", put)
    expect(answer == {"version": 1}, answer)
    outcome = away.wrap_up(away.anna, held, "closed_without_data", began)
    expect(not outcome["late"], outcome)


def again_and_again(away):
    """Screen and backend die in turns; each thing counts once."""
    offer, permit = away.talk()
    began = away.clock.text()
    for _ in range(3):
        away.back_after(HOUR_S)
        away.report(away.anna.token, permit["call_id"], 3, "end", at=began, end="by_person")
        away.wrap_up(away.anna, offer, "closed_with_data", began)
    for what, where in (("wrapup", "offer_id = " + offer["offer_id"]),
                        ("call_event", f"event = 'end' AND call_id = {permit['call_id']}")):
        (n,), = away.world.beside.rows(f"SELECT count(*) FROM {what} WHERE {where}")
        expect(n == 1, f"{n} rows in {what}")


def newer_script_meanwhile(away):
    """Answers belong to the version that they were begun with: it stays there, and judges them."""
    offer, _ = away.talk()
    path = f"/v1/scripts/{away.anna.offer()['script_id']}"
    older = away.anna.good("GET", path)
    newer = {**older, "version": "2031.7 / été"}
    file = away.world.data / "newer.json"
    file.write_text(json.dumps(newer), encoding="utf-8")
    put = {"fence": offer["fence"], "base_version": 0, "status": "in-progress",
           "response": {"resourceType": "QuestionnaireResponse", "status": "in-progress",
                        "questionnaire": f"{older['url']}|{older['version']}"}}
    answers = f"/v1/offers/{offer['offer_id']}/response"
    expect(away.anna.good("PUT", answers, put) == {"version": 1}, "not kept")
    subprocess.run([away.world.build / "net/ctl/pupitrectl", "--data", away.world.data, "script", "load", file],
                   check=True, capture_output=True)
    expect(away.anna.good("GET", path) == newer, "this is not the newest one")
    for script in (older, newer):
        query = "version=" + urllib.parse.quote(script["version"], safe="")
        expect(away.anna.good("GET", f"{path}?{query}") == script, script["version"])
    for version in ("2031", "x" * 900, "%FF", "a%0Ab"):
        expect(away.anna.ask("GET", f"{path}?version={version}").status == 404, version)
    put = {**put, "base_version": 1, "status": "completed",
           "response": {**put["response"], "status": "completed"}}
    refused = away.anna.ask("PUT", answers, put)
    expect(refused.status == 422 and refused.json["field"] == "/response/item", refused.body)
    put = {**put, "status": "in-progress", "response": {**put["response"], "status": "in-progress"}}
    expect(away.anna.good("PUT", answers, put) == {"version": 2}, "not kept")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    for what, case in (("an hour away in a call", in_a_call),
                       ("an hour away in after-call work, chosen in time", in_after_call_work),
                       ("an hour away in after-call work, chosen late", chosen_late),
                       ("an hour away in a preview", in_a_preview),
                       ("away for longer than the session", longer_than_the_session),
                       ("away again and again", again_and_again),
                       ("a newer script is loaded meanwhile", newer_script_meanwhile)):
        away = Away(build, source)
        try:
            tap.case(what, case, away)
        finally:
            away.world.end()
    tap.end()


if __name__ == "__main__":
    main()
