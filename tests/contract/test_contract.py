#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every route of pupitred against openapi.yaml: with valid and broken bodies, without a token and
with a foreign one; repetition, fencing, the second login, the event stream.

usage: test_contract.py BUILD-ROOT SOURCE-ROOT"""

import json
import re
import sys
import time

from bodies import Bodies
from tap import Tap, expect
from world import PASSWORD, World, fresh_key

NOW = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
LONG = {"offer_s": 600, "preview_s": 600, "ring_limit_s": 45, "acw_s": 600, "screen_grace_s": 60,
        "agent_gone_s": 600}
LINES = [
    f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
    f"agent carla VLG nl agent {PASSWORD}", f"agent dora WAL fr agent {PASSWORD}",
    f"agent olga WAL fr operator {PASSWORD}", f"agent tina WAL fr trainer {PASSWORD}",
    f"agent arno WAL fr authority {PASSWORD}", f"agent sven WAL fr supervisor {PASSWORD}", f"agent simon VLG nl supervisor {PASSWORD}",
    "people 12 WAL fr", "people 4 VLG nl", "alarm WAL",
]
RESPONSE = {"resourceType": "QuestionnaireResponse", "status": "in-progress",
            "questionnaire": "https://pupitre.invalid/interviews/tracing-contact|2099.1", "item": []}


def event(seq, kind, **more):
    return {"seq": seq, "at": NOW, "kind": kind, **more}


# Who asks for what is for more than one role: the first of x-roles.
LOGINS = {"agent": "anna", "supervisor": "sven", "trainer": "tina", "operator": "olga", "authority": "arno"}
PARAMETERS = ("{offer_id}", "{call_id}", "{script_id}")


def is_known(template):
    """Is there something in these tests that each id in the path names? (If not: test_bodies.py.)"""
    for parameter in PARAMETERS:
        template = template.replace(parameter, "")
    return "{" not in template


def made_body(contract, operation, offer):
    """A body that the contract allows, for broken ones to be made from: ours, or one made from its
    schema."""
    body = valid_body(operation["operationId"], offer)
    schema = contract.body_schema(operation)
    return body if contract.allows(schema, body) else Bodies(contract).make(schema, 1.0)


def agreed(days=1, **more):
    """A callback that the test service takes."""
    date = time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86400))
    return {"date": date, "time": "12:30", "zone": "Europe/London", "phone": "+32475999888",
            "route_to_me": True, **more}


def valid_body(name, offer):
    """The same where what is in it has to be true, too."""
    fence = offer["fence"]
    return {
        "sign_in": {"login": "anna", "password": PASSWORD},
        "set_status": {"status": "available"},
        "set_on_queue": {"on_queue": True},
        "skip_offer": {"fence": fence, "reason": "known_person"},
        "reveal": {"fence": fence, "field": "niss"},
        "record_wish": {"fence": fence, "scope": "number"},
        "correct_wrapup": {"code": "busy", "chosen_at": NOW},
        "put_response": {"fence": fence, "base_version": 0, "made_fence": fence,
                         "status": "in-progress", "response": RESPONSE},
        "wrap_up": {"fence": fence, "code": "busy", "chosen_at": NOW, "note": "a", "callback_at": NOW,
                    "callback": agreed()},
        "rang_in": {"region": "WAL", "phone": "02/214.19.19"},
        "add_callback": {"offer_id": offer["offer_id"], "callback": agreed()},
        "consult": {"fence": fence, "target": {"kind": "number", "value": "02/214.19.19"}},
        "transfer": {"fence": fence, "target": {"kind": "queue", "value": "WAL_French"}},
        "call_another": {"fence": fence, "whom": "party",
                         "party": {"relation": "parent", "name": "Marie", "number": "0470 00 00 99"}},
        "release_offer": {"reason": "stuck"},
        "release_person": {"reason": "stuck", "then": "waiting"},
        "permit_call": {"offer_id": offer["offer_id"], "fence": fence, "phone_index": 0},
        "report_call": {"sip_call_id": "a@b",
                        "events": [event(1, "end", end="busy", sip_status=486, text="Busy")]},
    }.get(name, {"fence": fence})


class Suite:
    def __init__(self, world, contract, tap):
        self.world, self.contract, self.tap = world, contract, tap
        self.operations = list(contract.operations())
        self.bodies = Bodies(contract)
        self.anna = world.sign_in("anna")
        self.bert = world.sign_in("bert")
        self.carla = world.sign_in("carla")
        self.sven = world.sign_in("sven")
        self.others = {role: world.sign_in(LOGINS[role]) for role in ("trainer", "operator", "authority")}

    def path(self, template, offer_id="1", call_id="1"):
        path = (template.replace("{offer_id}", offer_id).replace("{call_id}", call_id)
                .replace("{script_id}", "tracing-contact"))
        return re.sub(r"{\w+}", "1", path)

    def token(self, operation):
        """Of somebody who may ask; None when everybody may."""
        roles = operation.get("x-roles", [None])
        return {None: None, "agent": self.anna.token, "supervisor": self.sven.token,
                **{role: who.token for role, who in self.others.items()}}[roles[0]]

    def status_is(self, name, wanted, method, path, *args, token=None, **more):
        """One case: this request gets this status (and its answer passes the judge)."""
        def run():
            answer = self.world.ask(method, path, *args, token=token, **more)
            statuses = wanted if isinstance(wanted, tuple) else (wanted,)
            expect(answer.status in statuses, f"{answer.status} {answer.body!r}")
            return answer

        return self.tap.case(name, run)

    # --- what needs nobody ---

    def open_routes(self):
        for path in ("/healthz", "/readyz", "/metrics", "/v1/version", "/version"):
            self.status_is(f"{path} answers without a token", 200, "GET", path)
        for path in ("/", "/v1", "/v1/", "/v1/work/", "/v2/work", "/v1/offers/1", "/v1/offers//accept",
                     "/v1/offers/a%2Fb/accept", "/v1/%77ork", f"/v1/scripts/{'x' * 65}"):
            self.status_is(f"{path[:40]} is not found", 404, "GET", path, token=self.anna.token)
        for path in sorted({p for _, p, _ in self.operations}):
            self.wrong_method(path)

    def wrong_method(self, template):
        def run():
            answer = self.world.ask("PATCH", self.path(template), token=self.anna.token)
            expect(answer.status == 405, f"{answer.status}")
            allowed = {m for m, p, _ in self.operations if p == template}
            told = set(answer.headers.get("allow", "").split(", "))
            expect(told == allowed, f"Allow says {told}, the contract {allowed}")

        self.tap.case(f"PATCH {template} is refused and the methods are told", run)

    def without_token(self):
        for method, template, operation in self.operations:
            if operation.get("security") == []:
                continue
            name, path = operation["operationId"], self.path(template)
            self.status_is(f"{name} without a token", 401, method, path)
            self.status_is(f"{name} with an invented token", 401, method, path, b"{}",
                           token="A" * 43)
            self.status_is(f"{name} with a token of another shape", 401, method, path, b"{}",
                           token="x")

    # --- who is served ---

    def versions(self):
        """Workstations older than the backend says are told so when they sign in."""
        oldest = self.world.ask("GET", "/version").json["oldest_client"]
        body = {"login": "dora", "password": PASSWORD}
        major, minor, patch = map(int, oldest.split("."))
        for agent, wanted in ((f"pupitre/{oldest}", 201), (f"pupitre/{major}.{minor}.{patch + 1}", 201),
                              (f"pupitre/{major + 1}.0.0-rc1", 201), ("curl/8.0.1", 201), ("pupitre/x", 201),
                              ("pupitre/0.0.9", 403), ("pupitre/0.0.99 (Debian)", 403)):
            answer = self.status_is(f"{agent} signs in", wanted, "POST", "/v1/sessions", body,
                                    headers={"User-Agent": agent})
            if answer and wanted == 403:
                self.tap.case(f"{agent} is told why", lambda answer=answer: expect(
                    answer.json["type"] == "/problems/client-too-old" and "old" in answer.json["detail"],
                    answer.body))

    # --- signing in ---

    def signing_in(self):
        body, key = {"login": "dora", "password": PASSWORD}, fresh_key()

        def twice():
            first = self.world.ask("POST", "/v1/sessions", body, key=key)
            again = self.world.ask("POST", "/v1/sessions", body, key=key)
            expect(first.status == again.status == 201, f"{first.status} {again.status}")
            # Seconds that are left: a moment later there may be one less.
            left = [answer.json["phone"].pop("sip_secret_renew_s") for answer in (first, again)]
            expect(left[1] <= left[0], f"{left} seconds")
            for member in ("token", "journal_key", "expires_at", "phone"):
                expect(first.json[member] == again.json[member], f"{member} differs")
            return first.json

        first = self.tap.case("the same sign_in twice gives one session", twice)
        self.status_is("that session's token works", 200, "GET", "/v1/work", token=first["token"])
        self.tap.case("the line is named after the login", lambda: expect(
            first["phone"]["aor"] == "sip:dora@127.0.0.1", first["phone"]["aor"]))

        def other_body():
            answer = self.world.ask("POST", "/v1/sessions", {**body, "password": "other"}, key=key)
            expect(answer.status == 401, f"{answer.status}")

        self.tap.case("the key of a sign_in opens nothing without the password", other_body)
        for what, login in (("a wrong password", "dora"), ("an unknown name", "nobody")):
            self.status_is(f"{what} is refused", 401, "POST", "/v1/sessions",
                           {"login": login, "password": "wrong"})

        def guess():
            for _ in range(12):
                answer = self.world.ask("POST", "/v1/sessions", {"login": "guessed", "password": "x"})
                if answer.status == 429:
                    expect(int(answer.headers["retry-after"]) > 0, "Retry-After")
                    return
            raise AssertionError("never throttled")

        self.tap.case("guessing is slowed down, and told how long", guess)
        self.status_is("and only for that name", 401, "POST", "/v1/sessions",
                       {"login": "dora", "password": "wrong"})

    # --- what an agent reads and sets ---

    def reading(self):
        for name in ("work", "queues", "interactions", "callbacks", "service", "scripts/tracing-index"):
            self.status_is(f"GET {name}", 200, "GET", f"/v1/{name}", token=self.anna.token)
        self.status_is("an unknown script", 404, "GET", "/v1/scripts/none", token=self.anna.token)
        self.status_is("the heartbeat", 200, "POST", "/v1/heartbeat", token=self.anna.token, key=None)
        self.tap.case("the secret of her line is that of her session", self.sip_secret)

    def sip_secret(self):
        now = self.anna.good("GET", "/v1/session/sip-secret", key=None)
        phone = self.anna.session["phone"]
        expect(now["sip_secret"] == phone["sip_secret"], "the same within its life")
        expect(0 < now["sip_secret_renew_s"] <= phone["sip_secret_renew_s"] <= 3600, now)
        expect(phone["transport"] == "udp" and phone["media"] == "plain", phone)

    def statuses(self):
        for status in ("busy", "away", "break", "meal", "meeting", "training", "available"):
            def run(status=status):
                work = self.anna.good("PUT", "/v1/status", {"status": status})
                expect(work["status"] == status and not work["on_queue"], f"{work['status']}")

            self.tap.case(f"status {status}", run)

        def break_first():
            self.anna.good("PUT", "/v1/status", {"status": "break"})
            answer = self.anna.ask("PUT", "/v1/queue", {"on_queue": True})
            expect(answer.status == 409 and answer.json["type"] == "/problems/state", answer.body)

        self.tap.case("from a break nobody goes on queue", break_first)

    def first_events(self):
        stream = self.anna.stream()

        def first():
            expect(stream.status == 200, f"{stream.status}")
            expect(stream.headers["content-type"] == "text/event-stream", stream.headers)
            expect(stream.headers["cache-control"] == "no-store", stream.headers)
            for name, schema in (("work", "Work"), ("queues", "QueueList")):
                got, data = stream.next()
                expect(got == name, f"{got} came instead of {name}")
                self.contract.validate_named(schema, data)

        self.tap.case("the stream begins with work and queues", first)
        return stream

    def an_offer_comes(self, stream):
        figures = []

        def run():
            self.anna.on_queue()
            while True:
                name, data = stream.next()
                if name == "queues":
                    figures.append(data)
                    continue
                self.contract.validate_named("Work", data)
                if data["offer"]:
                    return data["offer"]

        offer = self.tap.case("on queue, an offer comes through the stream", run)
        self.tap.case("a ringing offer shows nobody", lambda: expect(
            offer["state"] == "offered" and offer["person"] is None, offer))
        self.tap.case("the queues' figures follow", lambda: self.contract.validate_named(
            "QueueList", figures[-1] if figures else stream.next("queues")[1]))
        return offer

    # --- what must not pass ---

    def broken_bodies(self, offer):
        for method, template, operation in self.operations:
            if self.contract.body_schema(operation) and is_known(template):
                self.broken_bodies_of(operation, method, self.path(template, offer["offer_id"]), offer)

    def broken_bodies_of(self, operation, method, path, offer):
        name, token = operation["operationId"], self.token(operation)
        schema, valid = self.contract.body_schema(operation), made_body(self.contract, operation, offer)
        for what, body, pointer, _ in self.bodies.broken(schema, valid):
            self.broken_body(f"{name}: {what}", pointer, method, path, body, token)
        text = json.dumps(valid).encode()
        for what, raw, status in (
            ("an empty body", b"", (415, 422)), ("half a body", text[:-2], 422),
            ("text after the body", text + b"x", 422), ("a list", b"[]", 422),
            ("a body that is not UTF-8", b'{"\xff": 1}', 422), ("a NUL", b'{"a": "\x00"}', 422),
            ("a name twice", b'{"a": 1, "a": 1}', 422), ("a deep body", b'{"a":' * 100, 413),
            ("a body too large", b" " * (300 * 1024) + text, 413),
        ):
            self.status_is(f"{name}: {what}", status, method, path, raw, token=token)
        for media in ("text/plain", "application/jsonx", "application/xml"):
            self.status_is(f"{name}: a body of {media}", 415, method, path, text, token=token,
                           headers={"Content-Type": media})
        if "IdempotencyKey" in str(operation.get("parameters", [])):
            for what, key in (("no", None), ("a short", "short"), ("a long", "x" * 65),
                              ("a strange", "with spaces in it!")):
                self.bad_key(f"{name}: {what} Idempotency-Key", path, valid, token, key)

    def broken_body(self, name, pointer, method, path, body, token):
        def run():
            answer = self.world.ask(method, path, body, token=token)
            # A well-formed id that nobody has is simply not found.
            wanted = (422, 404) if pointer == "/offer_id" else (422,)
            expect(answer.status in wanted, f"{answer.status} {answer.body!r}")
            field = answer.json.get("field", "")
            expect(field == pointer or field.startswith(f"{pointer}/"),
                   f"field {answer.json.get('field')} instead of {pointer}: {answer.body!r}")

        self.tap.case(name, run)

    def bad_key(self, name, path, body, token, key):
        def run():
            answer = self.world.ask("POST", path, body, token=token, key=key)
            expect(answer.status == 422, f"{answer.status}")
            expect(answer.json["field"] == "Idempotency-Key", answer.body)

        self.tap.case(name, run)

    def malformed_says_where(self):
        def run():
            answer = self.anna.ask("PUT", "/v1/status", b'{\n  "status": tru\n}')
            expect("line 2" in answer.json["detail"], answer.body)

        self.tap.case("a malformed body is told by line and column", run)

    def foreign(self, offer, what):
        """Other agents at somebody's offer: of the same region, of another one."""
        for method, template, operation in self.operations:
            name = operation["operationId"]
            if "{offer_id}" not in template and name != "permit_call":
                continue
            path = self.path(template, offer["offer_id"])
            body = valid_body(name, offer) if self.contract.body_schema(operation) else None
            for who, agent in (("a colleague", self.bert), ("another region", self.carla)):
                wanted = 403 if name == "release_offer" else 404
                self.status_is(f"{name} by {who} ({what})", wanted, method, path, body,
                               token=agent.token)

        self.status_is(f"list_unresolved by an agent ({what})", 403, "GET", "/v1/unresolved",
                       token=self.bert.token)

    def stale_fences(self, offer):
        stale = {**offer, "fence": offer["fence"] + 1000}
        for verb, name in (("accept", None), ("skip", "skip_offer"), ("end", None), ("record", None),
                           ("reveal", "reveal"), ("wish", "record_wish"),
                           ("consult", "consult"), ("transfer", "transfer"),
                           ("contacts", "list_contacts"), ("another", "call_another"),
                           ("wrapup", "wrap_up")):
            def run(verb=verb, name=name):
                answer = self.anna.ask("POST", f"/v1/offers/{offer['offer_id']}/{verb}",
                                       valid_body(name, stale))
                expect(answer.status == 409 and answer.json["type"] == "/problems/stale", answer.body)

            self.tap.case(f"{verb} with a stale fence", run)

    # --- the agent's minute ---

    def repeated(self, name, path, body, status, same=True):
        """One case: a POST, again with its key, then the key with another body. The first answer."""
        key = fresh_key()

        def run():
            first = self.anna.ask("POST", path, body, key=key)
            expect(first.status == status, f"{first.status} {first.body!r}")
            again = self.anna.ask("POST", path, body, key=key)
            expect(again.status == status, f"again: {again.status} {again.body!r}")
            if same:
                expect(again.json == first.json, f"{again.body!r} differs from {first.body!r}")
            changed = ({"fence": body["fence"] + 7} if "fence" in body else
                       {"note": "other"} if "code" in body else {"sip_call_id": "other"})
            other = self.anna.ask("POST", path, {**body, **changed}, key=key)
            expect(other.status == 409 and other.json["type"] == "/problems/conflict", other.body)
            return first.json

        return self.tap.case(f"{name}: repeated with its key it gives the same", run)

    def minute(self, offer):
        base = f"/v1/offers/{offer['offer_id']}"
        fence = {"fence": offer["fence"]}
        self.status_is("no record before the call", 409, "POST", f"{base}/record", fence,
                       token=self.anna.token)
        work = self.repeated("accept", f"{base}/accept", fence, 200, same=False)
        self.tap.case("accepted, the person can be prepared", lambda: expect(
            work["offer"]["state"] == "preview" and work["offer"]["person"]["phones"], work))
        self.status_is("accepting again is refused", 409, "POST", f"{base}/accept", fence,
                       token=self.anna.token)
        self.status_is("no record in the preview", 409, "POST", f"{base}/record", fence,
                       token=self.anna.token)
        self.status_is("a number that is not there", 422, "POST", "/v1/calls",
                       {**fence, "offer_id": offer["offer_id"], "phone_index": 3},
                       token=self.anna.token)
        self.foreign(offer, "in the preview")
        permit = self.repeated("permit", "/v1/calls",
                               {**fence, "offer_id": offer["offer_id"], "phone_index": 0}, 201)
        self.tap.case("the permit names the gateway", lambda: expect(
            permit["uri"] == f"sip:{permit['number']}@127.0.0.1:5070", permit["uri"]))
        self.consulting(offer)
        self.status_is("a second permit is refused", 409, "POST", "/v1/calls",
                       {**fence, "offer_id": offer["offer_id"], "phone_index": 0},
                       token=self.anna.token)
        self.status_is("nobody signs out during a call", 409, "DELETE", "/v1/session",
                       token=self.anna.token)
        self.foreign(offer, "in the call")
        self.stale_fences(offer)
        self.call(permit)
        self.status_is("the record, in the call", 200, "POST", f"{base}/record", fence,
                       token=self.anna.token)
        self.revealing(base, fence)
        self.answers(base, offer)
        self.ending(base, fence, permit)
        return permit

    def call(self, permit):
        path = f"/v1/calls/{permit['call_id']}/events"
        token = permit["call_token"]
        self.status_is("the desk reports with the call token", 200, "POST", path,
                       {"sip_call_id": "x@y", "events": [event(1, "dial"), event(2, "ring")]},
                       token=token)
        for method, template, operation in self.operations:
            if operation.get("security") != [] and operation["operationId"] != "report_call":
                self.status_is(f"the call token is no session for {operation['operationId']}", 401,
                               method, self.path(template), b"{}", token=token)
        self.status_is("the call token is for its call only", (403, 404), "POST",
                       "/v1/calls/9999/events", {"events": [event(1, "dial")]}, token=token)
        for who, agent in (("a colleague", self.bert), ("another region", self.carla)):
            self.status_is(f"{who} reports nothing", 404, "POST", path,
                           {"events": [event(3, "answer")]}, token=agent.token)

        def gap():
            body = {"events": [event(4, "hold")]}
            expect(self.anna.good("POST", path, body)["last_seq"] == 2, "the gap is skipped")
            body = {"events": [event(3, "answer"), event(4, "hold"), event(5, "resume")]}
            expect(self.anna.good("POST", path, body)["last_seq"] == 5, "the gap is not filled")
            expect(self.anna.offer()["call"]["answered_at"], "not answered")

        self.tap.case("events count when the gap before them is filled", gap)
        self.repeated("report", path, {"events": [event(6, "mute")]}, 200)

    def consulting(self, offer):
        base, fence = f"/v1/offers/{offer['offer_id']}", {"fence": offer["fence"]}
        body = valid_body("consult", offer)
        permit = self.repeated("consult", f"{base}/consult", body, 201)
        self.tap.case("the number of an expert is called in its usual form", lambda: expect(
            (permit["number"], permit["uri"]) == ("+3222141919", "sip:+3222141919@127.0.0.1:5070"), permit))
        path = f"/v1/calls/{permit['call_id']}/events"

        def told():
            self.world.ask("POST", path, {"sip_call_id": "e@x", "events": [
                event(1, "dial"), event(2, "answer")]}, token=permit["call_token"])
            work = self.anna.offer()
            expect(work["consult"]["call_id"] == permit["call_id"] and work["consult"]["answered_at"], work)
            expect(work["call"]["call_id"] != permit["call_id"] and work["state"] == "call", work)
            self.world.ask("POST", path, {"events": [event(3, "end", end="by_agent")]},
                           token=permit["call_token"])
            work = self.anna.offer()
            expect(work["consult"]["end"] == "by_agent" and work["state"] == "call", work)

        self.tap.case("an expert's call is told by its own token and moves nothing", told)
        for kind, value, status, where in (
                ("number", "0900 12 345", 422, "/target/value"), ("number", "12", 422, "/target/value"),
                ("number", "112", 201, None), ("user", "bert", 201, None),
                ("user", "anna", 422, "/target/value"), ("user", "carla", 422, "/target/value"),
                ("queue", "WAL_French", 422, "/target/kind"), ("fax", "1", 422, "/target/kind")):
            def run(kind=kind, value=value, status=status, where=where):
                answer = self.anna.ask("POST", f"{base}/consult",
                                       {**fence, "target": {"kind": kind, "value": value}})
                expect((answer.status, answer.json.get("field")) == (status, where), answer.body)
                expect(status != 201 or answer.json["target"]["kind"] == kind, answer.body)

            self.tap.case(f"consult: {kind} {value}", run)
        self.repeated("transfer", f"{base}/transfer", valid_body("transfer", offer), 201)
        for kind, value, uri in (("number", "0470 00 00 99", "sip:+32470000099@127.0.0.1:5070"),
                                 ("user", "bert", "sip:bert@127.0.0.1:5070"),
                                 ("queue", "BXL_French", "sip:BXL_French@127.0.0.1:5070")):
            def run(kind=kind, value=value, uri=uri):
                permit = self.anna.good("POST", f"{base}/transfer",
                                        {**fence, "target": {"kind": kind, "value": value}})
                expect(permit["uri"] == uri, permit)
                expect(permit["call_id"] == self.anna.offer()["call"]["call_id"], permit)

            self.tap.case(f"transfer: {kind} {value}", run)
        self.status_is("a transfer to a queue that there is not", 422, "POST", f"{base}/transfer",
                       {**fence, "target": {"kind": "queue", "value": "WAL_Nobody"}}, token=self.anna.token)
        self.searching()

    def searching(self):
        def run():
            found = self.anna.good("GET", "/v1/directory?q=BER")
            expect([u["login"] for u in found["users"]] == ["bert"] and found["queues"] == [], found)
            found = self.anna.good("GET", "/v1/directory")
            expect(not {"anna", "carla", "tina"} & {u["login"] for u in found["users"]}, found)
            expect(found["queues"][0]["region"] == "WAL", found)
            found = self.anna.good("GET", "/v1/directory?q=wal_%20french")
            expect([q["queue"] for q in found["queues"]] == ["WAL_French"], found)

        self.tap.case("the directory finds colleagues of the region, and queues", run)
        for name, q in (("too long", "a" * 65), ("control characters", "%1b%5b2J"), ("no UTF-8", "%ff")):
            self.status_is(f"the directory refuses what is {name}", 422, "GET", f"/v1/directory?q={q}",
                           token=self.anna.token)

    def revealing(self, base, fence):
        def run():
            masked = self.anna.good("POST", f"{base}/record", fence)["niss_masked"]
            answer = self.anna.good("POST", f"{base}/reveal", {**fence, "field": "niss"})
            expect(masked == "" or masked != answer["value"], "it is not masked")

        self.tap.case("a masked field is shown on request", run)

    def answers(self, base, offer):
        path = f"{base}/response"
        first = {"fence": offer["fence"], "base_version": 0, "status": "in-progress",
                 "response": RESPONSE}

        def draft():
            expect(self.anna.good("GET", path)["version"] == 0, "there is a draft already")
            expect(self.anna.good("PUT", path, first)["version"] == 1, "not version 1")
            expect(self.anna.good("PUT", path, first)["version"] == 1, "the same again is a new one")
            kept = self.anna.good("GET", path)
            expect(kept["response"] == RESPONSE and kept["version"] == 1, kept)

        self.tap.case("answers are kept, and the same twice is one version", draft)

        def conflict():
            other = {**first, "response": {**RESPONSE, "item": [{"linkId": "a"}]}}
            answer = self.anna.ask("PUT", path, other)
            expect(answer.status == 409 and answer.json["type"] == "/problems/conflict", answer.body)
            expect(answer.json["version"] == 1, answer.body)

        self.tap.case("another base is a conflict that tells the newest version", conflict)
        script = "https://pupitre.invalid/interviews/tracing-contact"
        others = ("x", "|", script, f"{script}|", f"{script}|1|2", f"{script}|\u202e1", f"{script}s|1",
                  script.replace("contact", "index") + "|2026.3", "https://evil.example/x|9")

        def foreign(status):
            for other in others:
                answer = self.anna.ask("PUT", path, {**first, "base_version": 1, "status": status, "response": {
                    **RESPONSE, "status": status, "questionnaire": other}})
                expect((answer.status, answer.json.get("field")) == (422, "/response/questionnaire"), answer.body)
            expect(self.anna.good("GET", path)["version"] == 1, "something was kept")

        for status in ("in-progress", "completed"):
            self.tap.case(f"answers to another script are refused: {status}", lambda s=status: foreign(s))
        self.submitting(path, {**first, "base_version": 1, "status": "completed"})

    def submitting(self, path, body):
        def incomplete():
            response = {**RESPONSE, "status": "completed",
                        "questionnaire": "https://pupitre.invalid/interviews/tracing-contact|2026.4"}
            answer = self.anna.ask("PUT", path, {**body, "response": response})
            expect(answer.status == 422 and answer.json["field"] == "/response/item", answer.body)

        self.tap.case("a script that is not complete is not submitted", incomplete)

        def other_version():
            expect(self.anna.good("PUT", path, {
                **body, "response": {**RESPONSE, "status": "completed"}})["version"] == 2, "version")
            expect(self.anna.good("GET", path)["status"] == "completed", "not completed")
            answer = self.anna.ask("PUT", path, {**body, "base_version": 2, "status": "in-progress",
                                                 "response": RESPONSE})
            expect(answer.status == 409 and answer.json["type"] == "/problems/state", answer.body)

        self.tap.case("answers to a version that is not loaded are taken, and submitted once",
                      other_version)

    def ending(self, base, fence, permit):
        wrapup = {**fence, "code": "no_answer", "chosen_at": NOW}
        self.status_is("no code during the call", 409, "POST", f"{base}/wrapup", wrapup,
                       token=self.anna.token)
        self.status_is("the call ends", 200, "POST", f"/v1/calls/{permit['call_id']}/events",
                       {"events": [event(7, "end", end="by_person")]}, token=permit["call_token"])
        self.tap.case("after-call work begins, with a proposal", lambda: expect(
            self.anna.offer()["state"] == "acw" and self.anna.offer()["proposed_code"],
            self.anna.offer()))
        self.status_is("nobody signs out in after-call work", 409, "DELETE", "/v1/session",
                       token=self.anna.token)
        self.status_is("a code that there is not", 422, "POST", f"{base}/wrapup",
                       {**wrapup, "code": "no_such_code"}, token=self.anna.token)
        self.status_is("a code that needs a callback", 422, "POST", f"{base}/wrapup",
                       {**wrapup, "code": "rescheduled"}, token=self.anna.token)
        self.repeated("wrapup", f"{base}/wrapup", wrapup, 200)
        self.status_is("choosing again is refused", 409, "POST", f"{base}/wrapup", wrapup,
                       token=self.anna.token)
        self.repeated("correction", f"{base}/correct", {"code": "busy", "revision": 1}, 200)
        self.status_is("a correction of an older code is a conflict", 409, "POST",
                       f"{base}/correct", {"code": "no_answer", "revision": 1},
                       token=self.anna.token)
        self.repeated("wish", f"{base}/wish", {**fence, "scope": "number"}, 200, same=False)
        self.tap.case("a number that is not wanted is told", lambda: expect(
            self.anna.offer()["person"]["unwanted_phones"] == [0], self.anna.offer()["person"]))
        self.status_is("a wish has a scope", 422, "POST", f"{base}/wish",
                       {**fence, "scope": "today"}, token=self.anna.token)
        self.repeated("end", f"{base}/end", fence, 200, same=False)
        self.status_is("the interactions of today", 200, "GET", "/v1/interactions",
                       token=self.anna.token)

    def skipping(self):
        def run():
            offer = self.anna.wait_offer("offered")
            answer = self.anna.ask("POST", f"/v1/offers/{offer['offer_id']}/skip",
                                   {"fence": offer["fence"], "reason": "no_such_reason"})
            expect(answer.status == 422 and answer.json["field"] == "/reason", answer.body)
            newer = self.anna.act("skip", offer, reason="known_person")["offer"]
            expect(newer and newer["state"] == "offered", "the answer has nobody")
            expect(newer["offer_id"] != offer["offer_id"], "the same offer again")
            expect(self.anna.offer()["offer_id"] == newer["offer_id"], "yet another offer")

        self.tap.case("a skip's answer has the next offer", run)

    def another_number(self):
        """Somebody else is called after a call, and then nobody: the person is as the code said."""
        def run():
            offer = self.anna.act("accept", self.anna.wait_offer("offered"))["offer"]
            permit = self.anna.permit(offer)
            self.anna.good("POST", f"/v1/calls/{permit['call_id']}/events",
                           {"events": [event(1, "dial"), event(2, "end", end="busy", sip_status=486)]})
            self.anna.act("wrapup", offer, code="closed_without_data", chosen_at=NOW)
            base = f"/v1/offers/{offer['offer_id']}"
            known = self.anna.good("POST", f"{base}/contacts", {"fence": offer["fence"]})
            expect(known == {"contacts": [], "more": False}, known)
            party = {"relation": "parent", "name": "Marie", "number": "0470 00 00 99"}
            work = self.anna.good("POST", f"{base}/another",
                                  {"fence": offer["fence"], "whom": "party", "party": party})
            expect(work["offer"]["state"] == "preview", work)
            expect(work["offer"]["person"]["party"]["phone"] == "+32470000099", work)
            self.anna.act("skip", work["offer"], reason="known_person")

        self.tap.case("another number is called after a call", run)
        self.tap.case("who rings in is promised nothing more", lambda: expect(
            self.sven.good("POST", "/v1/calls/rang_in", valid_body("rang_in", {"fence": 1, "offer_id": "1"}))
            == {"cancelled": 0}, "something was"))

    # --- a second login ---

    def second_login(self, stream):
        offer = self.anna.wait_offer("offered")
        self.anna.act("accept", offer)
        self.anna.permit(offer)
        older, self.anna = self.anna, self.world.sign_in("anna")

        def told():
            got = stream.next("signed_out")
            expect(got and got[1] == {"reason": "other_login"}, got)
            self.contract.validate_named("SignedOut", got[1])
            expect(stream.next() is None, "the stream goes on")

        self.tap.case("the first screen is told of the second login", told)
        self.status_is("and its token is no good any more", 401, "GET", "/v1/work", token=older.token)
        self.tap.case("the person in the call stays with the agent", lambda: expect(
            self.anna.offer()["state"] == "acw" and self.anna.offer()["offer_id"] == offer["offer_id"],
            self.anna.offer()))

        def late_words():
            answer = self.anna.ask("PUT", f"/v1/offers/{offer['offer_id']}/response",
                                   {"fence": offer["fence"], "base_version": 0,
                                    "status": "in-progress", "response": RESPONSE})
            expect(answer.status == 409 and answer.json["type"] == "/problems/stale", answer.body)
            expect(answer.json["kept"] is True, answer.body)

        self.tap.case("answers with the old fence are kept aside", late_words)
        return offer

    def supervising(self, offer):
        path = f"/v1/offers/{offer['offer_id']}/release"
        self.status_is("the supervisor's list", 200, "GET", "/v1/unresolved", token=self.sven.token)
        simon = self.simon = self.world.sign_in("simon")
        self.status_is("another region's supervisor frees nobody", (403, 404), "POST", path,
                       {"reason": "stuck"}, token=simon.token)

        def release():
            for reason in ("\x1b[31mred", "to the \u202eleft"):
                answer = self.sven.ask("POST", path, {"reason": reason})
                expect((answer.status, answer.json["field"]) == (422, "/reason"), answer.body)
            answer = self.sven.good("POST", path, {"reason": "stuck"})
            expect(answer["person_state"] == "unresolved", answer)
            listed = self.sven.good("GET", "/v1/unresolved")["unresolved"]
            expect(any(row["offer_id"] == offer["offer_id"] for row in listed), listed)

        self.tap.case("a supervisor frees the person, who is unresolved", release)

        def close():
            rows = self.sven.good("GET", "/v1/unresolved")["unresolved"]
            person = next(r["person_id"] for r in rows if r["offer_id"] == offer["offer_id"])
            path, body = f"/v1/people/{person}/release", {"reason": "spoken to", "then": "closed"}
            for agent, wanted in ((self.bert, 403), (simon, 404)):
                expect(agent.ask("POST", path, body).status == wanted, "freed by somebody else")
            expect(self.sven.ask("POST", path, {**body, "then": "held"}).status == 422, "held by whom?")
            expect(self.sven.ask("POST", path, {**body, "reason": "\x1b[2J"}).status == 422, "a terminal's words")
            answer = self.sven.good("POST", path, body)
            expect(answer["person_state"] == "closed", answer)
            expect(self.sven.ask("POST", path, body).status == 409, "not stuck any more")

        self.tap.case("a supervisor decides about somebody who is unresolved", close)

        def late_drafts():
            row = self.sven.good("GET", "/v1/late_drafts")["late_drafts"][0]
            path = f"/v1/late_drafts/{row['late_draft_id']}"
            answers = self.sven.good("GET", path)
            expect(row["agent"] == "anna" and row["status"] == "in-progress", row)
            expect(answers["resourceType"] == "QuestionnaireResponse", answers)
            expect(not simon.good("GET", "/v1/late_drafts")["late_drafts"], "another region's")
            for agent, wanted in ((self.bert, 403), (simon, 404)):
                expect(agent.ask("GET", path).status == wanted, "read by somebody else")

        self.tap.case("answers that came late are the supervisor's to read", late_drafts)

    def alarms(self):
        """One was raised before anybody came, and one by answers that were submitted too late."""
        def told():
            late = [r for r in self.sven.good("GET", "/v1/alarms")["alarms"] if r["kind"] == "answers_unread"]
            expect(len(late) == 1 and late[0]["state"] == "raised", late)
            self.sven.good("POST", f"/v1/alarms/{late[0]['alarm_id']}/close")
            stream = self.sven.stream()
            expect(stream.next("alarms")[1] == {"raised": 1, "seen": 0}, "not one raised")
            rows = self.sven.good("GET", "/v1/alarms")["alarms"]
            expect([r["kind"] for r in rows] == ["incident"], rows)
            path = f"/v1/alarms/{rows[0]['alarm_id']}"
            for agent, wanted in ((self.bert, 403), (self.simon, 404)):
                for verb in ("seen", "close"):
                    answer = agent.ask("POST", f"{path}/{verb}")
                    expect(answer.status == wanted, f"{verb}: {answer.status} {answer.body}")
            expect(not self.simon.good("GET", "/v1/alarms")["alarms"], "another region's alarm")
            rows = self.sven.good("POST", f"{path}/seen")["alarms"]
            expect(rows[0]["state"] == "seen" and rows[0]["seen_by"] == "sven", rows)
            expect(stream.next("alarms")[1] == {"raised": 0, "seen": 1}, "not one seen")
            expect(self.sven.good("POST", f"{path}/close")["alarms"] == [], "not closed")
            expect(stream.next("alarms")[1] == {"raised": 0, "seen": 0}, "not told of the end")
            expect(self.sven.ask("POST", f"{path}/seen").status == 409, "a closed one was seen")
            stream.close()

        self.tap.case("alarms are told to the region's supervisors, seen and closed", told)
        def reported():
            body = {"what": "A list was left on a train.", "reported_at": "2026-01-01T10:00:00Z"}
            self.bert.good("POST", "/v1/incidents", body)
            rows = self.sven.good("GET", "/v1/incidents")["incidents"]
            expect([r["what"] for r in rows] == [body["what"]] and rows[0]["person_id"] is None, rows)

        self.tap.case("an incident is reported and read", reported)
        self.status_is("alarms are no agent's", 403, "GET", "/v1/alarms", token=self.bert.token)

    def callbacks(self):
        """Agreed in the wrap-up, seen, moved and taken back; and one agreed afterwards."""
        bert, path = self.bert, "/v1/callbacks"
        bert.on_queue()
        offer = bert.wait_offer("offered")
        bert.act("accept", offer)
        permit = bert.permit(offer)
        self.world.ask("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
            event(1, "dial"), event(2, "answer"), event(3, "end", end="by_person")]},
            token=permit["call_token"])

        def refused():
            for member, value in (("date", "2001-01-01"), ("time", "25:00"), ("zone", "Mars/Base"),
                                  ("phone", "+4531234567"), ("phone", "112"),
                                  ("fallback_at", "2001-01-01T00:00:00Z")):
                answer = bert.ask("POST", f"/v1/offers/{offer['offer_id']}/wrapup", {
                    "fence": offer["fence"], "code": "rescheduled", "chosen_at": NOW,
                    "callback": agreed(**{member: value})})
                wanted = "/callback/time" if member == "date" else f"/callback/{member}"
                expect(answer.status == 422 and answer.json["field"] == wanted, answer.body)
                expect(value not in answer.body.decode() or member == "date", "the value is told")

        self.tap.case("a callback is refused by its field", refused)
        bert.act("wrapup", offer, code="rescheduled", chosen_at=NOW, callback=agreed())
        bert.act("end", offer)
        rows = self.tap.case("it stands in the agent's list", lambda: bert.good("GET", path)["callbacks"])
        one = f"{path}/{rows[0]['callback_id']}"

        def read():
            answer = bert.ask("GET", one)
            expect(answer.headers["etag"] == f'"{rows[0]["version"]}"', answer.headers)
            expect(answer.json == rows[0] and answer.json["other_phone"], answer.json)
            expect("475999888" not in answer.body.decode(), "the number is told")
            mine = self.sven.good("GET", "/v1/region/callbacks")["callbacks"]
            expect(mine == rows, mine)
            expect(not self.simon.good("GET", "/v1/region/callbacks")["callbacks"], "another region")
            expect(not self.carla.good("GET", path)["callbacks"], "somebody else's")

        self.tap.case("one has its version as ETag; supervisors see their region's", read)

        def changed():
            tag = f'"{rows[0]["version"]}"'
            body = {"callback": agreed(2)}
            del body["callback"]["phone"]
            answer = bert.ask("PUT", one, body)
            expect(answer.status == 422 and answer.json["field"] == "If-Match", answer.body)
            answer = self.sven.ask("PUT", one, body, headers={"If-Match": tag})
            expect(answer.status == 200 and answer.json["other_phone"], answer.body)
            newer = answer.headers["etag"]
            for method, sent in (("PUT", body), ("DELETE", None)):
                answer = bert.ask(method, one, sent, headers={"If-Match": tag})
                expect(answer.status == 412, f"{method} {answer.status} {answer.body}")
                expect(answer.json["type"] == "/problems/changed", answer.body)
                answer = self.carla.ask(method, one, sent, headers={"If-Match": newer})
                expect(answer.status == 404, f"{method} {answer.status}")
            expect(bert.ask("DELETE", one, headers={"If-Match": newer}).status == 204, "not taken back")
            expect(bert.good("GET", path)["callbacks"] == [], "still there")
            expect(bert.ask("GET", one).status == 404, "still there")

        self.tap.case("of two who change it the second is told", changed)

        def afterwards():
            body = {"offer_id": offer["offer_id"], "callback": agreed(route_to_me=False)}
            key = fresh_key()
            first = self.world.ask("POST", path, body, token=bert.token, key=key)
            again = self.world.ask("POST", path, body, token=bert.token, key=key)
            expect(first.status == again.status == 201, f"{first.status} {again.status} {first.body}")
            expect(first.json == again.json, "another one")
            expect(len(bert.good("GET", path)["callbacks"]) == 1, "not one")
            bert.good("PUT", "/v1/queue", {"on_queue": False})

        self.tap.case("one is agreed after the wrap-up, once", afterwards)

    def overload(self):
        """Contacts are flagged for SMS instead of being offered, in one region only."""
        olga = self.others["operator"]

        def rows(agent):
            return agent.good("GET", "/v1/overload/preview")["overload"]

        def preview():
            before = self.world.digest()
            mine, all_of_them = rows(self.sven), rows(olga)
            expect([r["region"] for r in mine] == ["WAL"] and not mine[0]["is_on"], mine)
            expect([r["region"] for r in all_of_them] == ["VLG", "WAL", "BXL", "OOS"], all_of_them)
            expect(mine[0]["for_sms"] == mine[0]["waiting_contacts"] > 0, mine)
            after = self.world.digest()
            expect(before["overload_switch"] == after["overload_switch"], "it changed something")
            expect(before["person"] == after["person"], "it changed people")

        def switch():
            body = {"service_id": "test", "region": "WAL", "is_on": True, "reason": "a wave"}
            for agent, change, wanted in ((self.bert, {}, 403), (self.sven, {"region": "VLG"}, 404),
                                          (self.sven, {"service_id": "other"}, 404),
                                          (olga, {"service_id": "other"}, 404),
                                          (self.sven, {"reason": "two\nlines"}, 422)):
                answer = agent.ask("PUT", "/v1/overload", {**body, **change})
                expect(answer.status == wanted, f"{change}: {answer.status} {answer.body}")
            row = self.sven.good("PUT", "/v1/overload", body)["overload"][0]
            expect(row["is_on"] and row["by"] == "sven" and row["reason"] == "a wave", row)
            expect([r["is_on"] for r in rows(olga)] == [False, True, False, False], rows(olga))
            off = olga.good("PUT", "/v1/overload", {**body, "is_on": False})["overload"]
            expect(not any(r["is_on"] for r in off), off)

        self.tap.case("what overload would change is told without a change", preview)
        self.tap.case("overload is switched by those who may, in one region", switch)

    def slow_reader(self):
        """More changes than any buffer between the two holds; then the reader catches up."""
        changes = 600

        def run():
            stream = self.bert.stream(buffer=2048)
            expect(stream.next("work"), "no work")
            for i in range(changes):
                self.bert.good("PUT", "/v1/status", {"status": ("busy", "break")[i % 2]})
            self.bert.good("PUT", "/v1/status", {"status": "meeting"})
            events = 1
            while stream.next("work")[1]["status"] != "meeting":
                events += 1
            stream.close()
            expect(events < changes / 2, f"{events} events for {changes} changes")

        self.tap.case("a slow reader gets the newest, not all", run)

    def signing_out(self):
        def run():
            wait = self.anna.stream()
            offer = self.anna.offer()
            if offer and offer["state"] not in ("offered", "preview", "done"):
                raise AssertionError(f"still holds somebody: {offer}")
            expect(self.anna.ask("DELETE", "/v1/session").status == 204, "not 204")
            got = wait.next("signed_out")
            expect(got and got[1]["reason"] == "signed_out", got)

        self.tap.case("signing out ends the stream", run)
        self.status_is("and the token", 401, "GET", "/v1/work", token=self.anna.token)

    def bringing_in(self):
        """The rest of it stands in test_people.py."""
        olga = self.others["operator"]
        people = b"sciensano_request_ticket,ticket_at,family_name,phone,language,region,kind\n"
        self.status_is("an operator brings people in", 200, "POST", "/v1/people?dry_run=true",
                       people + b"X,2026-03-01T10:00:00Z,X,02/214.19.19,fr,WAL,index\n",
                       token=olga.token, headers={"Content-Type": "text/csv"})

    def run(self):
        self.open_routes()
        self.without_token()
        self.versions()
        self.signing_in()
        self.reading()
        self.statuses()
        stream = self.first_events()
        offer = self.an_offer_comes(stream)
        self.broken_bodies(offer)
        self.malformed_says_where()
        self.foreign(offer, "ringing")
        self.stale_fences(offer)
        self.minute(offer)
        self.skipping()
        self.another_number()
        offer = self.second_login(stream)
        self.supervising(offer)
        self.alarms()
        self.callbacks()
        self.overload()
        self.bringing_in()
        self.slow_reader()
        self.signing_out()


def log_is_clean(world):
    """What the fixtures planted; and tokens are 43 characters of base64url."""
    text = world.log.read_text("utf-8", "replace")
    for planted in ("Gudule", "Proef", "3247000", "85.07", "850730", "033", PASSWORD, "anna", "T-000"):
        expect(planted not in text, f"{planted} stands in the log")
    expect(not re.search(r"[A-Za-z0-9_-]{43}", text), "a token stands in the log")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **LONG)
    contract = world.contract
    try:
        world.start()
        Suite(world, contract, tap).run()
        tap.case("every success of the contract was seen and judged", lambda: expect(
            not contract.unseen(), contract.unseen()))
        tap.case("the log names nobody and nothing secret", log_is_clean, world)
        tap.say(world.stop() == 0, "pupitred ends when it is asked to", world.log.read_text("utf-8")[-3000:])
    except Exception as error:  # noqa: BLE001: told, so that the plan is printed and missing cases count
        tap.say(False, "the suite goes on to its end", f"{error!r}\n{world.log.read_text('utf-8')[-2000:] if world.log.exists() else ''}")
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
