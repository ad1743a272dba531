#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every route with everything that it must not take, made from openapi.yaml: bodies, tokens, paths,
media types. Each answer is a problem that names the field and never repeats the value; afterwards
nothing in the database has changed.

usage: test_hostile.py BUILD-ROOT SOURCE-ROOT"""

import http.client
import re
import sys
import time

import hostile
from bodies import Bodies
from tap import Tap, expect
from test_contract import LINES, LOGINS, LONG, event, is_known, made_body
from world import DEADLINE_S, Answer, World, fresh_key

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "Post", "A" * 1000)
BODY_MAX = {"put_response": 256 * 1024, "report_call": 256 * 1024, "wrap_up": 32 * 1024,
            "correct_wrapup": 32 * 1024, "report_incident": 32 * 1024}
SMALL_BODY = 4096
IDS = ("0", "-1", "+1", "1.0", "01", "9223372036854775808", "99999999999999999999", "x", ".", "..",
       "...", "1;x", "%31", "%2e%2e", "%00", "1%00", "a%2Fb", "1/2", "é".encode().decode("latin-1"),
       "\x80", "*", "1'", '1"', "$(x)", "y" * 64, "y" * 65, "y" * 3000)
TOKENS = ("", "Bearer", "Bearer ", "Bearer  x", "Basic YTpi", "Bearer " + "A" * 42, "Bearer " + "A" * 44,
          "Bearer " + "!" * 43, "Bearer " + "A" * 43 + " B", "bearer", "Bearer " + "A" * 3000,
          "Digest username=x", "\x80\xff")
MEDIA = (None, "", "text/plain", "application/xml", "application/jsonx", "application/fhir+json",
         "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/", "é",
         "application/json" * 50)


class Connection(http.client.HTTPConnection):
    """One that lets every path pass."""

    def _validate_path(self, url):
        pass

    def _encode_request(self, request):
        return request.encode("latin-1")


class Line:
    """A connection that is kept as long as the server keeps it: thousands of requests follow."""

    def __init__(self, world):
        self.world = world
        self.connection = None

    def ask(self, method, path, body=None, headers=None):
        if not self.connection:
            self.connection = Connection(self.world.host, self.world.port, timeout=DEADLINE_S)
        try:
            self.connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                self.connection.putheader(name, value.encode("latin-1"))
            if body is not None:
                self.connection.putheader("Content-Length", str(len(body)))
            self.connection.endheaders(body)
            response = self.connection.getresponse()
            answer = Answer(response)
        except Exception:
            self.close()
            raise
        if response.will_close:
            self.close()
        return answer

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Suite:
    def __init__(self, world, contract, tap):
        self.world, self.contract, self.tap = world, contract, tap
        self.line = Line(world)
        self.sessions = {role: world.sign_in(login) for role, login in LOGINS.items()}
        self.anna = self.sessions["agent"]
        self.anna.on_queue()
        self.offer = self.anna.wait_offer("offered")
        self.anna.act("accept", self.offer)
        self.permit = self.anna.permit(self.offer)
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.anna.good("POST", f"/v1/calls/{self.permit['call_id']}/events", {"events": [
            event(1, "dial"), {"seq": 2, "at": now, "kind": "answer"}]})
        self.anna.act("record", self.offer)

    def path(self, template, value=None):
        path = (template.replace("{offer_id}", value or self.offer["offer_id"])
                .replace("{call_id}", value or self.permit["call_id"])
                .replace("{script_id}", value or "tracing-contact"))
        return re.sub(r"{\w+}", lambda _: value or "1", path)

    def headers(self, operation, **more):
        token = self.sessions[operation["x-roles"][0]].token if "x-roles" in operation else None
        headers = {"Idempotency-Key": fresh_key(), "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        headers.update(more)
        return {name: value for name, value in headers.items() if value is not None}

    def refused(self, what, statuses, field, method, path, body, headers):
        """One case."""
        def run():
            answer = self.line.ask(method, path, body, headers)
            expect(answer.status in statuses, f"{answer.status} {answer.body[:300]!r}")
            self.contract.judge_problem(answer)
            expect(answer.headers["cache-control"] == "no-store", answer.headers)
            if field:
                expect(answer.json.get("field") == field,
                       f"field {answer.json.get('field')} instead of {field}: {answer.body!r}")
            expect(hostile.PLANT.encode() not in answer.body, f"it is repeated: {answer.body!r}")

        self.tap.case(what, run)

    def unchanged(self, what, function, *args):
        before = self.world.digest()
        function(*args)

        def compare():
            after = self.world.digest()
            changed = [table for table in after if after[table] != before.get(table)]
            expect(not changed, f"changed: {changed}")
            expect(self.anna.offer()["state"] == "call", "the call is not what it was")

        self.tap.case(f"{what}: nothing has changed", compare)

    def bodies(self, method, template, operation):
        """Each shape that the body may have, field by field."""
        schema = self.contract.body_schema(operation)
        for shape in schema.get("oneOf", [schema]):
            self.body(method, template, operation, self.contract.resolve(shape))

    def body(self, method, template, operation, schema):
        name, path = operation["operationId"], self.path(template)
        valid = made_body(self.contract, operation, self.offer)
        if not self.contract.allows(schema, valid):
            valid = {}
        # What a true body leaves out is tried, too.
        valid = {**Bodies(self.contract).make(schema, 1.0), **valid}
        if name == "report_call":
            valid["events"][0]["seq"] = 3
        self.tap.case(f"{name}: each field of the contract is tried", lambda: expect(
            set(valid) == set(schema["properties"]), f"{set(valid) ^ set(schema['properties'])}"))
        for what, body, pointer in hostile.fields(self.contract, schema, valid):
            # A well-formed id that nobody has is not found; a body may be too large before a field.
            statuses = (422, 404) if pointer.endswith("_id") else (422,)
            text = hostile.text_of(body)
            too_large = len(text) > BODY_MAX.get(name, SMALL_BODY)
            self.refused(f"{name} {what}", (413,) if too_large else statuses,
                         None if too_large else pointer, method, path, text, self.headers(operation))
        for what, text, statuses in hostile.texts(valid, BODY_MAX.get(name, SMALL_BODY)):
            if len(text) > BODY_MAX.get(name, SMALL_BODY):
                statuses = (413,)
            self.refused(f"{name} {what}", statuses, None, method, path, text, self.headers(operation))
        for media in MEDIA:
            self.refused(f"{name} as {media}", (415,), None, method, path, hostile.text_of(valid),
                         self.headers(operation, **{"Content-Type": media}))

    def keys(self, method, template, operation):
        valid = hostile.text_of(made_body(self.contract, operation, self.offer)) \
            if self.contract.body_schema(operation) else None
        for key in (None, "", "x" * 15, "x" * 65, "x" * 3000, "x" * 15 + " ", "x" * 15 + "\t",
                    "x" * 16 + "=", "é" * 16, "x" * 16 + "%00"):
            self.refused(f"{operation['operationId']} with the key {key and key[:20]!r}", (422,),
                         "Idempotency-Key", method, self.path(template), valid,
                         self.headers(operation, **{"Idempotency-Key": key}))

    def tokens(self, method, template, operation):
        for token in (None, *TOKENS):
            self.refused(f"{operation['operationId']} with {token and token[:20]!r} for a token", (401,),
                         None, method, self.path(template), b"{}",
                         self.headers(operation, Authorization=token))

    def ids(self, method, template, operation):
        name = operation["operationId"]
        body = hostile.text_of(made_body(self.contract, operation, self.offer)) \
            if self.contract.body_schema(operation) else None
        for value in IDS:
            path = self.path(template, value)
            self.refused(f"{name} of the id {value[:20]!r}", (404,), None, method, path, body,
                         self.headers(operation))

    def paths(self):
        """(path as in the contract, its operations by method)"""
        paths = {}
        for method, template, operation in self.contract.operations():
            paths.setdefault(template, {})[method] = operation
        return paths.items()

    def methods(self):
        for template, there in self.paths():
            for method in METHODS:
                if method not in there:
                    self.tap.case(f"{method[:9]} {template} is refused", self.not_allowed, method,
                                  self.path(template), set(there), next(iter(there.values())))

    def reading(self):
        """As HEAD, and with a query that nobody reads. (/readyz tries whether it can write.)"""
        for template, there in self.paths():
            path = self.path(template)
            if "GET" in there and template != "/v1/events" and is_known(template):
                self.tap.case(f"HEAD {template} is GET without the body", self.as_get, "HEAD", path,
                              path, there["GET"])
                self.tap.case(f"GET {template} passes over a query", self.as_get, "GET",
                              f"{path}?a=%zz&fence=1&&=&login={hostile.PLANT}&%00", path, there["GET"])

    def not_allowed(self, method, path, there, operation):
        answer = self.line.ask(method, path, None, self.headers(operation))
        expect(answer.status == 405, f"{answer.status}")
        self.contract.judge_problem(answer)
        expect(set(answer.headers["allow"].split(", ")) == there, answer.headers["allow"])

    def as_get(self, method, path, plain, operation):
        answer = self.line.ask(method, path, None, self.headers(operation))
        wanted = self.line.ask("GET", plain, None, self.headers(operation))
        expect(answer.status == wanted.status == 200, f"{answer.status}, {wanted.status}")
        for name in ("content-type", "cache-control"):
            expect(answer.headers[name] == wanted.headers[name], f"{answer.headers[name]}")
        expect(bool(answer.body) == (method == "GET"), answer.body)

    def run(self):
        self.unchanged("all methods", self.methods)
        self.reading()
        for method, template, operation in self.contract.operations():
            name = operation["operationId"]
            if self.contract.body_schema(operation) and is_known(template):
                self.unchanged(name, self.bodies, method, template, operation)
            if name == "import_people":  # only for operators, who have test_people.py
                continue
            if any("IdempotencyKey" in str(parameter) for parameter in operation.get("parameters", [])):
                self.unchanged(f"{name}, keys", self.keys, method, template, operation)
            if operation.get("security") != []:
                self.unchanged(f"{name}, tokens", self.tokens, method, template, operation)
            if "{" in template:
                self.unchanged(f"{name}, ids", self.ids, method, template, operation)
        self.line.close()


def log_is_clean(world):
    text = world.log.read_text("utf-8", "replace")
    expect(hostile.PLANT not in text, "what was refused stands in the log")
    expect(not re.search(r" error (?!request)", text), "an error stands in the log")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **LONG)
    contract = world.contract
    try:
        world.start()
        Suite(world, contract, tap).run()
        tap.case("the log repeats nothing", log_is_clean, world)
        tap.say(world.stop() == 0, "pupitred ends when it is asked to", world.log.read_text("utf-8")[-3000:])
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
