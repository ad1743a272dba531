#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""pupitred killed with SIGKILL after each accepted step of an agent's minute: started again, it has
what it accepted, and the same request again gives the same answer.

usage: test_crash.py BUILD-ROOT SOURCE-ROOT"""

import resource
import subprocess
import sys
import time

from tap import Tap, expect
from world import PASSWORD, World, fresh_key

NOW = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         "people 4 WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
RESPONSE = {"resourceType": "QuestionnaireResponse", "status": "in-progress",
            "questionnaire": "https://pupitre.invalid/interviews/tracing-contact|2099.1", "item": [{"linkId": "a"}]}


class Minute:
    def __init__(self, world):
        self.world = world
        self.anna = world.sign_in("anna")
        self.offer = None
        self.permit = None

    def again(self):
        self.world.kill()
        self.world.start()

    def survives(self, method, path, body, key=True):
        """A request, a kill, the request again with its key: the same answer."""
        key = fresh_key() if key and method == "POST" else None
        first = self.anna.good(method, path, body, key=key)
        self.again()
        again = self.anna.good(method, path, body, key=key)
        return first, again

    def session(self):
        self.again()
        expect(self.anna.work()["agent"]["login"] == "anna", "another agent")

    def on_queue(self):
        self.anna.on_queue()
        self.again()
        expect(self.anna.work()["on_queue"], "off queue")
        self.offer = self.anna.wait_offer("offered")
        self.again()
        expect(self.anna.offer()["fence"] == self.offer["fence"], "another offer")

    def accept(self):
        self.survives("POST", f"/v1/offers/{self.offer['offer_id']}/accept",
                      {"fence": self.offer["fence"]})
        expect(self.anna.offer()["state"] == "preview", self.anna.offer())

    def call(self):
        first, again = self.survives("POST", "/v1/calls", {
            "offer_id": self.offer["offer_id"], "fence": self.offer["fence"], "phone_index": 0})
        expect(first == again, "another permit")
        self.permit = again

    def report(self):
        path = f"/v1/calls/{self.permit['call_id']}/events"
        first, again = self.survives("POST", path, {"events": [
            {"seq": 1, "at": NOW, "kind": "dial"}, {"seq": 2, "at": NOW, "kind": "ring"},
            {"seq": 3, "at": NOW, "kind": "answer"}]})
        expect(first == again == {"last_seq": 3}, again)
        expect(self.anna.offer()["call"]["answered_at"], "not answered")

    def desk(self):
        path = f"/v1/calls/{self.permit['call_id']}/events"
        body = {"events": [{"seq": 4, "at": NOW, "kind": "end", "end": "by_person"}]}
        answer = self.world.ask("POST", path, body, token=self.permit["call_token"])
        expect(answer.json == {"last_seq": 4}, answer.body)
        self.again()
        expect(self.anna.offer()["state"] == "acw", self.anna.offer())

    def answers(self):
        path = f"/v1/offers/{self.offer['offer_id']}/response"
        first, again = self.survives("PUT", path, {
            "fence": self.offer["fence"], "base_version": 0, "status": "in-progress",
            "response": RESPONSE})
        expect(first == again == {"version": 1}, again)
        expect(self.anna.good("GET", path)["response"] == RESPONSE, "other answers")

    def wrap_up(self):
        first, again = self.survives("POST", f"/v1/offers/{self.offer['offer_id']}/wrapup", {
            "fence": self.offer["fence"], "code": "closed_without_data", "chosen_at": NOW})
        expect(first == again, again)
        expect(self.anna.offer()["wrapup"]["code"] == "closed_without_data", self.anna.offer())

    def end(self):
        self.survives("POST", f"/v1/offers/{self.offer['offer_id']}/end",
                      {"fence": self.offer["fence"]})
        newer = self.anna.wait_offer("offered")
        expect(newer["offer_id"] != self.offer["offer_id"], "the same person again")
        rows = self.anna.good("GET", "/v1/interactions")["interactions"]
        expect(any(r["offer_id"] == self.offer["offer_id"] and r["code"] == "closed_without_data"
                   for r in rows), rows)

    def steps(self):
        return (("a session", self.session), ("being on queue, and the offer", self.on_queue),
                ("an accepted offer", self.accept), ("a permit", self.call),
                ("what happened to the call", self.report), ("what the desk said", self.desk),
                ("answers", self.answers), ("a wrap-up", self.wrap_up),
                ("the end of the preview", self.end))


def one_per_directory(world):
    done = subprocess.run([str(world.build / "net/server/pupitred"), "--data", str(world.data),
                           "--listen", "127.0.0.1:0", "--gateway", "g"],
                          capture_output=True, text=True, check=False, timeout=30)
    expect(done.returncode != 0 and "another pupitred" in done.stderr, f"{done}")
    expect(world.read_address(), "the address is gone")


def disk_is_full(world):
    """No file may grow: what cannot be kept is refused, what was accepted is there after a kill, and
    when there is room again it goes on by itself."""
    bert = world.sign_in("bert")
    bert.on_queue()
    offer = bert.wait_offer("offered")
    bert.act("accept", offer)
    pid = world.process.pid
    no_limit = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    accepted = bert.work()["status"]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, no_limit[1]))
    for status in ("busy", "break", "meal", "meeting"):
        answer = bert.ask("PUT", "/v1/status", {"status": status})
        if answer.status == 200:
            accepted = status
            continue
        expect(answer.status == 503 and answer.json["type"] == "/problems/store", answer.body)
        break
    else:
        raise AssertionError("nothing was refused")
    expect(bert.work()["status"] == accepted, "what was refused shows")
    answer = bert.ask("PUT", f"/v1/offers/{offer['offer_id']}/response", {
        "fence": offer["fence"] + 1, "base_version": 0, "status": "in-progress",
        "response": RESPONSE})
    expect(answer.status == 503 and "kept" not in answer.json, answer.body)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, no_limit)
    bert.good("PUT", "/v1/status", {"status": "training"})
    world.kill()
    world.start()
    expect(bert.work()["status"] == "training", bert.work())


def stops_with_open_streams(world):
    anna, bert = world.sign_in("anna"), world.sign_in("bert")
    streams = [anna.stream(), bert.stream()]
    for stream in streams:
        expect(stream.next("work"), "no work")
    expect(world.stop() == 0, "not 0")
    expect(not (world.data / "address").exists(), "the address is still there")
    for stream in streams:
        while stream.next():
            pass


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    try:
        world.start()
        minute = Minute(world)
        for what, step in minute.steps():
            tap.case(f"{what} outlives the kill", step)
        tap.case("a full disk refuses, and harms nothing", disk_is_full, world)
        tap.case("one pupitred has a directory", one_per_directory, world)
        tap.case("asked to stop it ends the streams and leaves", stops_with_open_streams, world)
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
