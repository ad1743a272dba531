#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every operation that takes JSON with bodies made from its schema: what the schema allows is not
called invalid, and what breaks one of its rules is, by the JSON Pointer of the field. A new route
is tried without anything to be written here. The seed is always the same, or PUPITRE_SEED.

A value can be wrong for a reason that no schema says (a code that the service does not have): then
the property says x-semantic, and why.

usage: test_bodies.py BUILD-ROOT SOURCE-ROOT"""

import os
import re
import sys

from bodies import Bodies
from tap import Tap, expect
from test_roles import LINES, ROLES, TIMES
from world import World, wait_for

BROKEN_MAX = 400  # of one operation: its smallest body first
LINE = re.compile(r"{\w+}")


def semantic(contract, schema, pointer, body):
    """Does the schema say x-semantic on the way to this place?"""
    for name in pointer.strip("/").split("/"):
        raw = schema = contract.resolve(schema)
        for choice in schema.get("oneOf", []):
            schema = contract.resolve(choice) if contract.allows(choice, body) else schema
        if isinstance(body, list):
            schema, body = schema.get("items", {}), body[int(name)] if name.isdigit() and int(name) < len(body) else None
        else:
            raw = schema.get("properties", {}).get(name, {})
            schema, body = raw, body.get(name) if isinstance(body, dict) else None
        if raw.get("x-semantic") or contract.resolve(schema).get("x-semantic"):
            return True
    return False


class Suite:
    def __init__(self, world, tap):
        self.world, self.contract, self.tap = world, world.contract, tap
        self.bodies = Bodies(self.contract, int(os.environ.get("PUPITRE_SEED", "4")))
        self.sessions = {role: world.sign_in(role) for role in ROLES}

    def ask(self, method, path, operation, body):
        roles = operation.get("x-roles")
        return self.world.ask(method, path, body, token=self.sessions[roles[0]].token if roles else None)

    def good(self, method, path, operation, schema):
        for body in self.bodies.valid(schema):
            answer = self.ask(method, path, operation, body)
            if answer.status == 422 and semantic(self.contract, schema, answer.json.get("field", ""), body):
                continue
            expect(answer.status not in (400, 401, 403, 413, 415, 422) or operation.get("security") == [],
                   f"{answer.status} {answer.body!r} for {body!r}")

    def bad(self, method, path, operation, schema):
        """With an id in the path that nobody has, only the table of fields is sure to be looked at
        first; what the handler finds may come after the question whose it is."""
        nobody = (404, 409) if "{" in path else ()
        seen = set()
        for valid in self.bodies.valid(schema, count=3):
            if "response" in valid and "status" in valid:  # else there are two faults
                valid["response"]["status"] = valid["status"]
            for what, body, pointer, shallow in self.bodies.broken(schema, valid):
                if (what, pointer) in seen or len(seen) >= BROKEN_MAX:
                    continue
                seen.add((what, pointer))
                answer = self.ask(method, LINE.sub("1", path), operation, body)
                # An id of no form of ours is one that nobody has.
                allowed = (422, 404) if pointer.endswith("_id") else (422,) if shallow else (422, *nobody)
                expect(answer.status in allowed, f"{answer.status} {answer.body!r} because it {what}: {body!r}")
                if answer.status == 422:
                    field = answer.json.get("field", "")
                    expect(field == pointer or field.startswith(f"{pointer}/"),
                           f"{answer.json.get('field')} is blamed and not that it {what}: {answer.body!r}")
        expect(len(seen) >= 5, f"only {len(seen)} broken bodies made")

    def parameters(self, method, path, operation):
        """Arguments of the query that have a form."""
        for parameter in map(self.contract.resolve, operation.get("parameters", [])):
            if parameter["in"] != "query" or not {"enum", "pattern", "format", "minimum", "maximum"} \
                    & set(self.contract.resolve(parameter["schema"])):
                continue
            answer = self.ask(method, f"{LINE.sub('1', path)}?{parameter['name']}=no%20such!", operation, None)
            expect(answer.status in (422, 404), f"{answer.status} for a strange {parameter['name']}")
            if answer.status == 422:
                expect(answer.json.get("field") == parameter["name"], answer.body)

    def run(self):
        for method, path, operation in self.contract.operations():
            name, schema = operation["operationId"], self.contract.body_schema(operation)
            if schema:
                self.tap.case(f"{name}: broken bodies", self.bad, method, path, operation, schema)
                if name != "sign_in":  # names that nobody has: test_contract.py does more
                    self.tap.case(f"{name}: bodies that the schema allows", self.good, method,
                                  LINE.sub("1", path), operation, schema)
            if operation.get("parameters") and "requestBody" not in operation:
                self.tap.case(f"{name}: arguments", self.parameters, method, path, operation)


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    try:
        world.start()
        Suite(world, tap).run()
        tap.case("pupitred lives", lambda: wait_for("an answer", lambda: world.ask("GET", "/readyz").status == 200))
        tap.say(world.stop() == 0, "pupitred ends when it is asked to")
    except Exception as error:  # noqa: BLE001: told, so that the plan is printed and missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
