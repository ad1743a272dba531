# SPDX-License-Identifier: Apache-2.0
"""Bodies that the contract forbids, made from openapi.yaml: for each field every wrong type, length,
number and word; and texts that are no JSON, or JSON that nobody should read."""

import copy
import json

PLANT = "hunter2secret"  # never to be repeated
DEPTH_MAX, ELEMENTS_MAX = 32, 20000  # of a body, net/api/json.c
WRONG = {"null": None, "boolean": True, "integer": 7, "number": 1.5, "string": PLANT, "array": [],
         "array of itself": [[PLANT]], "object": {}}
TIMES = ("2026-02-30T10:00:00Z", "2026-13-01T10:00:00Z", "2026-01-01T24:00:00Z",
         "2026-01-01T23:59:61Z", "2026-01-01t10:00:00z", "2026-01-01 10:00:00Z",
         "2026-01-01T10:00:00+01:00", "2026-01-01T10:00:00", "-026-01-01T10:00:00Z",
         "2026-01-01T10:00:00Z ", "2026-01-01T1٠:00:00Z")


class Literal:
    """A number as it is to stand in the text."""

    def __init__(self, text):
        self.text = text


def text_of(body):
    """JSON with literals as they are."""
    literals = []

    def mark(value):
        if isinstance(value, Literal):
            literals.append(value.text)
            return f"@literal{len(literals) - 1}@"
        if isinstance(value, dict):
            return {name: mark(member) for name, member in value.items()}
        return [mark(item) for item in value] if isinstance(value, list) else value

    text = json.dumps(mark(body))
    for i, literal in enumerate(literals):
        text = text.replace(f'"@literal{i}@"', literal)
    return text.encode()


def integers(rule):
    for text in ("0.5", "1e400", "-1e400", "1e300", "-9223372036854775809", "9223372036854775808",
                 "18446744073709551616", "9007199254740993"):
        yield f"the number {text}", Literal(text)
    yield "a number in a string", "1"
    if "minimum" in rule:
        yield "one too small", rule["minimum"] - 1
    if "maximum" in rule:
        yield "one too large", rule["maximum"] + 1


def strings(rule, valid):
    if "maxLength" in rule:
        yield "one character too long", "é" * (rule["maxLength"] + 1)
        yield "far too long", "x" * (rule["maxLength"] + 1000)
    if rule.get("minLength"):
        yield "empty", ""
    if rule.get("format") == "date-time":
        for text in TIMES:
            yield f"the time {text!r}", text
    if "enum" in rule:
        if valid != valid.upper():
            yield "in capitals", valid.upper()
        yield "with a blank", valid + " "
        yield "with its end cut off", valid[:-1]
    if {"enum", "const", "pattern"} & set(rule):
        yield "another word", f"{PLANT} {PLANT}"
        yield "an escape sequence", "\x1b[31m"
        yield "empty, too", ""


def arrays(rule, valid):
    if rule.get("minItems"):
        yield "empty", []
    if "maxItems" in rule:
        yield "one too many", valid[:1] * (rule["maxItems"] + 1)


def values(rule, valid):
    kind = rule.get("type", "string")
    for name, value in WRONG.items():
        if name != kind and not (kind == "array" and name.startswith("array")) and \
                not (kind == "string" and name == "string"):
            if not (kind == "integer" and name == "integer"):
                yield name, value
    if kind == "integer":
        yield from integers(rule)
    elif kind == "string":
        yield from strings(rule, valid)
    elif kind == "array":
        yield from arrays(rule, valid)


def elements(contract, rule, valid, pointer):
    """(what, list, pointer of the element)"""
    items = contract.resolve(rule.get("items", {}))
    if items.get("type") != "object":
        return
    for name, value in WRONG.items():
        if name != "object":
            yield f"{name} in it", [*valid, value], f"{pointer}/{len(valid)}"
    for what, member, inner in fields(contract, items, valid[0], f"{pointer}/0"):
        yield what, [member, *valid[1:]], inner
        yield f"{what}, after a good one", [valid[0], member], inner.replace("/0/", "/1/", 1)


def fields(contract, schema, valid, where=""):
    """(what, body, JSON Pointer of what is at fault)"""
    schema = contract.resolve(schema)
    for name, rule in schema.get("properties", {}).items():
        rule = contract.resolve(rule)
        pointer = f"{where}/{name}"
        if name in valid:
            for what, value in values(rule, valid[name]):
                yield f"{pointer}: {what}", {**valid, name: value}, pointer
            if rule.get("type") == "object":
                for what, member, inner in fields(contract, rule, valid[name], pointer):
                    yield what, {**valid, name: member}, inner
            if rule.get("type") == "array" and valid[name]:
                for what, member, inner in elements(contract, rule, valid[name], pointer):
                    yield what, {**valid, name: member}, inner
        if name in schema.get("required", []):
            rest = copy.deepcopy(valid)
            rest.pop(name, None)
            yield f"{pointer}: missing", rest, pointer
    if schema.get("additionalProperties") is False:
        for name in ("not_a_field", "__proto__", "fence_"):
            yield f"{where}/{name}: unknown", {**valid, name: PLANT}, f"{where}/{name}"
        for name in ("", PLANT + "\x1b[31m", "x" * 1000, "a/b~c", "ß"):
            yield f"{where}: the name {name[:20]!r}", {**valid, name: 1}, f"{where}/"


def texts(valid, body_max):
    """(what, text, statuses): texts that have no field to blame."""
    good = text_of(valid)
    inside = good.rstrip(b"}") + b","
    bad = (422,)
    yield "nothing", b"", bad
    for text in (b"null", b"true", b"1", b'"x"', b"[]", b"[{}]", b"[" + good + b"]"):
        yield f"only {text[:8]!r}", text, bad
    for what, text in (
        ("text behind it", good + b" x"), ("itself twice", good + good), ("a comma behind it", good + b","),
        ("a NUL behind it", good + b"\0"), ("a NUL before it", b"\0" + good),
        ("a byte order mark", b"\xef\xbb\xbf" + good), ("UTF-16", b"\xff\xfe" + good.decode().encode("utf-16-le")),
        ("its end cut off", good[:-1]), ("only its first half", good[:len(good) // 2]),
        ("single quotes", good.replace(b'"', b"'")), ("a comment", b"/* */" + good),
        ("a raw line feed in a string", inside + b'"a": "\n"}'), ("a raw NUL in a string", inside + b'"a": "\0"}'),
        ("an escaped NUL", inside + b'"a": "\\u0000"}'), ("an escaped NUL in a name", inside + b'"\\u0000": 1}'),
        ("half a surrogate pair", inside + b'"a": "\\ud800"}'),
        ("its other half", inside + b'"a": "\\udc00"}'), ("the halves reversed", inside + b'"a": "\\udc00\\ud800"}'),
        ("half of one in a name", inside + b'"\\ud800": 1}'),
        ("an unknown escape", inside + b'"a": "\\x41"}'), ("a short escape", inside + b'"a": "\\u12"}'),
        *((f"the bytes {raw.hex()} in a string", inside + b'"a": "' + raw + b'"}') for raw in (
            b"\xff", b"\xc0\x80", b"\xe0\x80\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc3", b"caf\xe9")),
        *((f"the number {raw.decode()}", inside + b'"a": ' + raw + b"}") for raw in (
            b"01", b"1.", b".5", b"+1", b"-", b"1e", b"0x1", b"NaN", b"Infinity", b"1_000")),
        ("the word True", inside + b'"a": True}'), ("a comma too many", inside + b"}"),
        ("no colon", inside + b'"a" 1}'), ("a bare name", inside + b"a: 1}"),
        *((f"{name} twice", inside + json.dumps(name).encode() + b": " +
           text_of(valid[name]) + b"}") for name in valid),
        ("a name twice, once escaped", b'{"a": 1, "\\u0061": 2}'),
    ):
        yield what, text, bad
    yield f"{DEPTH_MAX + 1} levels", b'{"a":' * DEPTH_MAX + b"[]" + b"}" * DEPTH_MAX, (413, 422)
    yield "201 levels", b"[" * 201 + b"]" * 201, (413,)
    yield "100,000 levels", b"[" * 100000, (413,)
    yield "many small values", b"[" + b"1," * (ELEMENTS_MAX + 1) + b"1]", (413, 422)
    yield "one byte too large", good + b" " * (body_max + 1 - len(good)), (413,)
    yield "1 MiB", b" " * 2**20, (413,)
