#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every route with every role, and with nobody: exactly those get past the door whom x-roles of
openapi.yaml names (which a test compares with the routes table). A new route is tried without
anything to be written here.

usage: test_roles.py BUILD-ROOT SOURCE-ROOT"""

import re
import sys

from tap import Tap, expect
from world import PASSWORD, Stream, World

ROLES = ("agent", "supervisor", "trainer", "operator", "authority")
LINES = [*(f"agent {role} WAL fr {role} {PASSWORD}" for role in ROLES),
         f"agent other VLG nl agent {PASSWORD}", "people 2 WAL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}


def door(world, method, path, operation, token):
    """The status of an answer. The body is empty: who may ask is decided before it is read."""
    if operation["operationId"] == "stream_events" and token:
        stream = Stream(world, token)
        stream.close()
        return stream.status
    body = b"{}" if "requestBody" in operation else None
    return world.ask(method, path, body, token=token).status


def operation_has_its_roles(world, tokens, method, path, operation):
    allowed = operation.get("x-roles", [])
    if allowed:
        for token in (None, "A" * 43):
            status = door(world, method, path, operation, token)
            expect(status == 401, f"{status} for nobody with the token {token}")
    for role in ROLES:
        status = door(world, method, path, operation, tokens[role])
        if role in allowed:
            expect(status not in (401, 403), f"{status} for {role}, and x-roles names it")
        elif allowed:
            expect(status == 403, f"{status} for {role}, and x-roles does not name it")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    contract = world.contract
    try:
        world.start()
        tokens = {role: world.sign_in(role).token for role in ROLES}
        last = None
        for method, template, operation in contract.operations():
            if operation["operationId"] == "sign_out":
                last = (method, template, operation)
                continue
            tap.case(f"{operation['operationId']}: {', '.join(operation.get('x-roles', ['all']))}",
                     operation_has_its_roles, world, tokens, method, re.sub(r"{\w+}", "1", template), operation)
        tap.case("everybody signs out", operation_has_its_roles, world, tokens, *last)
        tap.say(world.stop() == 0, "pupitred ends when it is asked to")
    except Exception as error:  # noqa: BLE001: told, so that the plan is printed and missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
