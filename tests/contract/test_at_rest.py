#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Nothing that is personal or secret stands on the backend's disk in clear: not in the database, its
write-ahead log or the program's log, while it runs and after it was killed.

usage: test_at_rest.py BUILD-ROOT SOURCE-ROOT"""

import signal
import subprocess
import sys
import time

from tap import Tap, expect
from world import PASSWORD, World, wait_for

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent sven WAL fr supervisor {PASSWORD}"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600, "heartbeat_s": 10}
RECORD = {
    "sciensano_request_ticket": "TICKETOFQUENOTTE1", "ticket_at": "2020-11-02T08:00:00Z",
    "niss": "85073003328", "given_name": "Philomenette", "family_name": "Quenottevan",
    "birth_date": "1985-07-30", "name_index_patient": "Barnabelin Trucmuche",
    "phone": "+32470998877", "phone_2": "+32471665544", "language": "fr", "region": "WAL",
    "kind": "index", "municipality": "Houtsiplouville", "notes": "likes to be called early-ish",
}


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class AtRest:
    def __init__(self, world):
        self.world = world
        self.secret = {PASSWORD}
        self.seen = 0

    def whole_call(self):
        """Each way by which words come in: import, answers in time and too late, the other side's
        reason phrase, the note, a supervisor's reason."""
        file = self.world.directory / "people.csv"
        file.write_text("\n".join(",".join(row) for row in (RECORD.keys(), RECORD.values())) + "\n", "utf-8")
        try:
            subprocess.run([str(self.world.build / "net/ctl/pupitrectl"), "--data",
                            str(self.world.data), "import", str(file)], check=True,
                           stdout=subprocess.DEVNULL)
        finally:
            file.unlink()
        anna, sven = self.world.sign_in("anna"), self.world.sign_in("sven")
        anna.on_queue()
        offer = anna.wait_offer("offered")
        anna.act("accept", offer)
        permit = anna.permit(offer)
        record = anna.act("record", offer)
        expect(record["family_name"] == RECORD["family_name"], record)
        revealed = anna.act("reveal", offer, field="niss")
        expect(RECORD["niss"] in str(revealed).replace(".", "").replace("-", ""), revealed)
        self.answers(anna, offer, offer["fence"], "answered: coughs at night", 200)
        self.answers(anna, offer, offer["fence"] + 7, "answered too late: sneezes", 409)
        anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
            {"seq": 1, "at": now(), "kind": "dial"},
            {"seq": 2, "at": now(), "kind": "end", "end": "busy", "sip_status": 486,
             "text": "Monsieur Quelconque est occupe"}]})
        anna.act("wrapup", offer, code="busy", chosen_at=now(), note="her dog bit the postman")
        anna.act("end", offer)
        rows = [*RECORD.values(), "coughs at night", "sneezes", "Quelconque est occupe",
                "dog bit the postman"]
        few = {"fr", "WAL", "index", RECORD["ticket_at"]}
        self.secret |= {row for row in rows if row not in few}
        self.secret |= {number[1:] for number in (RECORD["phone"], RECORD["phone_2"])}
        self.secret |= {number[3:] for number in (RECORD["phone"], RECORD["phone_2"])}
        self.secret |= {anna.token, sven.token, permit["call_token"], anna.session["journal_key"],
                        anna.session["phone"]["sip_secret"]}

    def answers(self, agent, offer, fence, words, status):
        answer = agent.ask("PUT", f"/v1/offers/{offer['offer_id']}/response", {
            "fence": fence, "base_version": 0, "status": "in-progress", "response": {
                "resourceType": "QuestionnaireResponse", "status": "in-progress",
                "questionnaire": "https://pupitre.invalid/interviews/tracing-index|2099.1",
                "item": [{"linkId": "a", "answer": [{"valueString": words}]}]}}, key=None)
        expect(answer.status == status, answer.body)

    def nothing_in_clear(self):
        expect(len(self.secret) > 20, "too little was planted")
        files = [path for path in self.world.directory.rglob("*") if path.is_file()]
        expect(any(path.name == "pupitre.db" for path in files), files)
        for path in files:
            data = path.read_bytes().lower()
            self.seen += len(data)
            for word in self.secret:
                for form in (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()):
                    expect(form.lower() not in data, f"{path.name} holds {word!r}")

    def write_ahead_log(self):
        wal = self.world.data / "pupitre.db-wal"
        expect(wal.stat().st_size > 0, "there is none to look at")
        self.nothing_in_clear()

    def only_for_us(self):
        for path in self.world.data.rglob("*"):
            expect(path.stat().st_mode & 0o077 == 0, f"{path.name} is open to others")

    def after_death(self):
        self.world.kill()
        self.nothing_in_clear()


def log_is_turned_over(world):
    """A log file is ours alone; moved away it is made anew at SIGHUP, and nothing is lost between."""
    log, old = world.directory / "own.log", world.directory / "own.log.1"
    world.start("--log", str(log))
    expect(log.stat().st_mode & 0o777 == 0o600, oct(log.stat().st_mode))
    log.rename(old)
    world.sign_in("anna")
    expect(not log.exists() and "op=sign_in" in old.read_text("utf-8"), "the old file is left early")
    world.process.send_signal(signal.SIGHUP)
    wait_for("the new log", log.exists)
    world.sign_in("sven")
    wait_for("a line in the new log", lambda: "op=sign_in" in log.read_text("utf-8"))
    expect(log.stat().st_mode & 0o777 == 0o600, oct(log.stat().st_mode))
    expect(world.stop() == 0, "it did not stop well")
    expect(" info end" in log.read_text("utf-8"), "its end is not told")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    try:
        world.start()
        rest = AtRest(world)
        tap.case("a whole call is handled", rest.whole_call)
        tap.case("nothing of it stands on the disk in clear while it runs", rest.write_ahead_log)
        tap.case("the files are for nobody else", rest.only_for_us)
        tap.case("nor after a kill", rest.after_death)
        tap.case("the log is turned over at SIGHUP", log_is_turned_over, world)
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
