# SPDX-License-Identifier: Apache-2.0
"""openapi.yaml as a judge: is this answer one that the contract allows? And which bodies does it
forbid?"""

import copy
import re

import jsonschema
import yaml

WRONG_TYPE = {"string": 7, "integer": "x", "boolean": "yes", "object": [], "array": {}}


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as text:
            self.doc = yaml.safe_load(text)
        self.base = self.doc["servers"][0]["url"]
        self.resolver = jsonschema.RefResolver("", self.doc)
        self.seen = set()  # (operationId, status) of the answers that were judged

    def resolve(self, node):
        """What a node means; allOf around one reference is how a description stands beside it."""
        while isinstance(node, dict) and ("$ref" in node or len(node.get("allOf", [])) == 1):
            node = self.resolver.resolve(node["$ref"])[1] if "$ref" in node else node["allOf"][0]
        return node

    def operations(self):
        """(method, path as in the contract, operation)"""
        for path, item in self.doc["paths"].items():
            base = item["servers"][0]["url"].rstrip("/") if "servers" in item else self.base
            for method, operation in item.items():
                if method != "servers":
                    yield method.upper(), base + path, operation

    def operation(self, method, path):
        for m, template, operation in self.operations():
            pattern = re.sub(r"{\w+}", "[A-Za-z0-9_.-]+", template)
            if m == method and re.fullmatch(pattern, path.split("?")[0]):
                return operation
        return None

    def validate(self, schema, value):
        jsonschema.Draft202012Validator(
            schema, resolver=self.resolver, format_checker=jsonschema.FormatChecker()
        ).validate(value)

    def validate_named(self, name, value):
        self.validate({"$ref": f"#/components/schemas/{name}"}, value)

    def judge(self, method, path, answer):
        """Raise unless the answer is one that the contract allows."""
        operation = self.operation(method, path)
        responses = operation["responses"] if operation else {}
        response = responses.get(str(answer.status))
        if answer.headers.get("cache-control") != "no-store":
            raise AssertionError("the answer lacks Cache-Control: no-store")
        if response is None:
            if 200 <= answer.status < 300:
                raise AssertionError(f"{answer.status} is not in the contract")
            self.judge_problem(answer)
            return
        content = self.resolve(response).get("content")
        if not content:
            if answer.body:
                raise AssertionError("there is a body where the contract has none")
            self.seen.add((operation["operationId"], str(answer.status)))
            return
        media = answer.headers.get("content-type", "")
        if media not in content:
            raise AssertionError(f"media type {media} is not in the contract")
        self.validate(content[media]["schema"],
                      answer.json if "json" in media else answer.body.decode())
        self.seen.add((operation["operationId"], str(answer.status)))

    def unseen(self):
        """Successes of the contract that were never judged; streams are read event by event."""
        return [(operation["operationId"], status) for _, _, operation in self.operations()
                for status, response in operation["responses"].items() if status.startswith("2")
                if "text/event-stream" not in self.resolve(response).get("content", {})
                if (operation["operationId"], status) not in self.seen]

    def judge_problem(self, answer):
        media = answer.headers.get("content-type")
        if media != "application/problem+json":
            raise AssertionError(f"{answer.status} with media type {media}: no problem+json")
        self.validate_named("Problem", answer.json)
        if answer.json["status"] != answer.status:
            raise AssertionError("the problem's status is not that of the answer")

    def body_schema(self, operation):
        body = self.resolve(operation.get("requestBody"))
        json_body = body["content"].get("application/json") if body else None
        return self.resolve(json_body["schema"]) if json_body else None

    def broken(self, schema, valid, where=""):
        """Bodies made from a valid one, each breaking one rule: (what, body, JSON Pointer)."""
        schema = self.resolve(schema)
        for name, rule in schema.get("properties", {}).items():
            pointer = f"{where}/{name}"
            if name in valid:
                for what, value in self.broken_values(self.resolve(rule), valid[name]):
                    yield f"{pointer} {what}", {**valid, name: value}, pointer
                yield from self.broken_inside(name, self.resolve(rule), valid, where)
            if name in schema.get("required", []):
                rest = copy.deepcopy(valid)
                rest.pop(name, None)
                yield f"{pointer} missing", rest, pointer
        if schema.get("additionalProperties") is False:
            yield f"{where}/not_a_field unknown", {**valid, "not_a_field": 1}, f"{where}/not_a_field"

    def broken_inside(self, name, rule, valid, where):
        if rule.get("type") == "object":
            for what, body, pointer in self.broken(rule, valid[name], f"{where}/{name}"):
                yield what, {**valid, name: body}, pointer
        elif rule.get("type") == "array" and valid[name]:
            items = self.resolve(rule["items"]) if "items" in rule else {}
            if items.get("type") == "object":
                first, rest = valid[name][0], valid[name][1:]
                for what, body, pointer in self.broken(items, first, f"{where}/{name}/0"):
                    yield what, {**valid, name: [body] + rest}, pointer

    @staticmethod
    def broken_values(rule, valid):
        kind = rule.get("type", "string")
        yield "of a wrong type", WRONG_TYPE[kind]
        yield "null", None
        if kind == "integer":
            yield "a fraction", valid + 0.5
            yield "beyond every integer", 1e300
            if "minimum" in rule:
                yield "too small", rule["minimum"] - 1
            if "maximum" in rule:
                yield "too large", rule["maximum"] + 1
        if kind == "string":
            if "maxLength" in rule:
                yield "too long", "é" * (rule["maxLength"] + 1)
            if rule.get("minLength"):
                yield "too short", ""
            if "enum" in rule or "const" in rule or "pattern" in rule:
                yield "against its form", "no such thing!"
        if kind == "array":
            if rule.get("minItems"):
                yield "empty", []
            if "maxItems" in rule:
                yield "too many", valid[:1] * (rule["maxItems"] + 1)
