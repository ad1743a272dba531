# SPDX-License-Identifier: Apache-2.0
"""openapi.yaml as a judge: is this answer, or this event of the stream, one that the contract
allows? What bodies are made of it stands in bodies.py."""

import json
import re

import jsonschema
import yaml

# Headers of HTTP itself and of every answer; any other has to stand in the contract.
COMMON = {"date", "connection", "content-type", "content-length", "transfer-encoding", "cache-control",
          "strict-transport-security", "x-content-type-options"}


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as text:
            self.doc = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        self.base = self.doc["servers"][0]["url"]
        self.resolver = jsonschema.RefResolver("", self.doc)
        self.formats = jsonschema.FormatChecker()
        self.validators = {}
        self.routes = [(method, re.compile(re.sub(r"{\w+}", "[A-Za-z0-9_.-]+", template)), operation)
                       for method, template, operation in self.operations()]
        self.seen = set()  # (operationId, status) of the answers that were judged
        self.events = set()  # names of the events that were judged

    def resolve(self, node):
        """What a node means; allOf around one reference is how a description stands beside it."""
        while isinstance(node, dict) and ("$ref" in node or len(node.get("allOf", [])) == 1):
            node = self.resolver.resolve(node["$ref"])[1] if "$ref" in node else node["allOf"][0]
        return node

    def operations(self):
        """(method, path as in the contract, operation)"""
        for path, item in self.doc["paths"].items():
            bases = [server["url"].rstrip("/") for server in item.get("servers", [{"url": self.base}])]
            for method, operation in item.items():
                for base in bases if method != "servers" else ():
                    yield method.upper(), base + path, operation

    def operation(self, method, path):
        for m, pattern, operation in self.routes:
            if m == method and pattern.fullmatch(path.split("?")[0]):
                return operation
        return None

    def validator(self, schema):
        if id(schema) not in self.validators:
            self.validators[id(schema)] = jsonschema.Draft202012Validator(
                schema, resolver=self.resolver, format_checker=self.formats)
        return self.validators[id(schema)]

    def allows(self, schema, value):
        return self.validator(schema).is_valid(value)

    def validate(self, schema, value):
        """Raise with every fault and where it is; the value is not repeated."""
        faults = [f"/{'/'.join(map(str, e.absolute_path))}: {e.validator}"
                  + (f" ({e.message})" if e.validator in ("additionalProperties", "required") else "")
                  for e in self.validator(schema).iter_errors(value)]
        if faults:
            raise AssertionError("against the contract: " + "; ".join(faults))

    def validate_named(self, name, value):
        self.validate(self.doc["components"]["schemas"][name], value)

    def judge(self, method, path, answer):
        """Raise unless the answer is one that the contract allows."""
        operation = self.operation("GET" if method == "HEAD" else method, path)
        responses = operation["responses"] if operation else {}
        response = responses.get(str(answer.status))
        if answer.headers.get("cache-control") != "no-store":
            raise AssertionError("the answer lacks Cache-Control: no-store")
        if response is None:
            if 200 <= answer.status < 300:
                raise AssertionError(f"{answer.status} is not in the contract")
            self.judge_problem(answer, has_body=method != "HEAD")
            return
        response = self.resolve(response)
        self.judge_headers(response, answer)
        self.judge_content(response.get("content"), answer, has_body=method != "HEAD")
        self.seen.add((operation["operationId"], str(answer.status)))

    def judge_content(self, content, answer, has_body=True):
        if not content:
            if answer.body:
                raise AssertionError("there is a body where the contract has none")
            return
        media = answer.headers.get("content-type", "")
        if media not in content:
            raise AssertionError(f"media type {media} is not in the contract")
        if not has_body:
            return
        if media.endswith("ndjson"):
            for line in answer.body.decode().splitlines():
                self.validate(content[media]["schema"], json.loads(line))
        else:
            self.validate(content[media]["schema"],
                          answer.json if "json" in media else answer.body.decode())

    def judge_headers(self, response, answer):
        """Each header of the contract has its form, those that a status needs are there (x-statuses;
        `required`), and no other comes along."""
        told = {name.lower(): self.resolve(rule) for name, rule in response.get("headers", {}).items()}
        for name, rule in told.items():
            value = answer.headers.get(name)
            if value is None:
                if rule.get("required") or answer.status in rule.get("x-statuses", []):
                    raise AssertionError(f"{answer.status} lacks the header {name}")
                continue
            if self.resolve(rule["schema"]).get("type") == "integer":
                value = int(value) if re.fullmatch("[0-9]+", value) else value
            self.validate(rule["schema"], value)
        strange = set(answer.headers) - set(told) - COMMON
        if strange:
            raise AssertionError(f"headers that are not in the contract: {sorted(strange)}")

    def unseen(self):
        """Successes of the contract that were never judged; streams are read event by event."""
        return [(operation["operationId"], status) for _, _, operation in self.operations()
                for status, response in operation["responses"].items() if status.startswith("2")
                if "text/event-stream" not in self.resolve(response).get("content", {})
                if (operation["operationId"], status) not in self.seen]

    def judge_problem(self, answer, has_body=True):
        response = self.doc["components"]["responses"]["Problem"]
        media = answer.headers.get("content-type")
        if media != "application/problem+json":
            raise AssertionError(f"{answer.status} with media type {media}: no problem+json")
        self.judge_headers(response, answer)
        if not has_body:
            return
        self.validate_named("Problem", answer.json)
        if answer.json["status"] != answer.status:
            raise AssertionError("the problem's status is not that of the answer")

    def event_schemas(self):
        """What the events of the stream carry, by name."""
        stream = next(o for _, _, o in self.operations() if o["operationId"] == "stream_events")
        return stream["x-events"]

    def judge_event(self, name, data):
        schemas = self.event_schemas()
        if name not in schemas:
            raise AssertionError(f"the event {name} is not in the contract")
        self.validate(schemas[name], data)
        self.events.add(name)

    def body_schema(self, operation):
        body = self.resolve(operation.get("requestBody"))
        json_body = body["content"].get("application/json") if body else None
        return self.resolve(json_body["schema"]) if json_body else None
