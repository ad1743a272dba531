# SPDX-License-Identifier: Apache-2.0
"""Bodies made from the schemas of openapi.yaml: some that it allows, and each of them again with one
rule broken, every rule of every field in turn. The same seed makes the same bodies."""

import copy
import random
import re._parser as sre

ANY = "abcXYZ019 é-"
WRONG = (None, True, 7, 1.5, "no such thing!", [], [[]], {}, {"a": 1})
LETTERS = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_WORD": "abcXYZ_019", "CATEGORY_SPACE": " "}


def _piece(op, arg, rng):
    """A text that one element of a parsed regular expression takes."""
    name = str(op)
    if name == "LITERAL":
        return chr(arg)
    if name == "ANY":
        return rng.choice(ANY)
    if name == "IN":
        return _member(arg, rng)
    if name in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, inner = arg
        return "".join(_text(inner, rng) for _ in range(rng.randint(least, min(most, least + 12))))
    if name == "SUBPATTERN":
        return _text(arg[3], rng)
    if name == "BRANCH":
        return _text(rng.choice(arg[1]), rng)
    if name == "AT":
        return ""
    raise NotImplementedError(f"{name} in a pattern of openapi.yaml")


def _member(choices, rng):
    op, arg = rng.choice([c for c in choices if str(c[0]) != "NEGATE"])
    if str(choices[0][0]) == "NEGATE":
        return rng.choice(ANY)
    if str(op) == "RANGE":
        return chr(rng.randint(*arg))
    return chr(arg) if str(op) == "LITERAL" else rng.choice(LETTERS[str(arg)])


def _text(parsed, rng):
    return "".join(_piece(op, arg, rng) for op, arg in parsed)


class Bodies:
    def __init__(self, contract, seed=4):
        self.contract, self.rng = contract, random.Random(seed)

    # --- what is allowed ---

    def valid(self, schema, count=6):
        """The smallest body, the fullest one, and some between."""
        for i in range(count):
            share = (0.0, 1.0)[i] if i < 2 else self.rng.random()
            body = self.make(schema, share)
            self.contract.validate(schema, body)
            yield body

    def make(self, schema, share):
        schema = self.contract.resolve(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                choices = schema[word]
                real = [c for c in choices if self.contract.resolve(c).get("type") != "null"]
                return self.make(self.rng.choice(real if share == 1.0 else choices), share)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.rng.choice(schema["enum"])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if isinstance(kind, list):
            kind = kind[0] if share > 0.5 else kind[-1]
        return getattr(self, f"make_{kind}")(schema, share)

    def make_object(self, schema, share):
        must = schema.get("required", [])
        return {name: self.make(rule, share) for name, rule in schema.get("properties", {}).items()
                if name in must or self.rng.random() < share}

    def make_array(self, schema, share):
        least, most = schema.get("minItems", 0), schema.get("maxItems", 5)
        n = min(most, least + int(share * 3))
        items = [self.make(schema.get("items", {"type": "string"}), share) for _ in range(n)]
        if schema.get("uniqueItems"):
            items = [v for i, v in enumerate(items) if v not in items[:i]]
        return items

    def make_integer(self, schema, share):
        low, high = schema.get("minimum", 0), schema.get("maximum", 10**6)
        return low if share == 0.0 else high if share == 1.0 else self.rng.randint(low, high)

    make_number = make_integer

    def make_boolean(self, schema, share):
        del schema, share
        return self.rng.random() < 0.5

    def make_null(self, schema, share):
        del schema, share

    def make_string(self, schema, share):
        form = schema.get("format")
        if form == "date-time":
            return f"20{self.rng.randint(24, 27)}-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}" \
                   f"T{self.rng.randint(0, 23):02}:{self.rng.randint(0, 59):02}:00Z"
        if form == "date":
            return f"19{self.rng.randint(30, 99)}-{self.rng.randint(1, 12):02}-{self.rng.randint(1, 28):02}"
        low, high = schema.get("minLength", 0), schema.get("maxLength", 40)
        if "pattern" in schema:
            for _ in range(200):
                text = _text(sre.parse(schema["pattern"]), self.rng)
                if low <= len(text) <= high:
                    return text
            raise AssertionError(f"no text made for {schema['pattern']}")
        length = low if share == 0.0 else high if share == 1.0 else self.rng.randint(low, min(high, low + 30))
        return "".join(self.rng.choice(ANY.replace(" ", "")) for _ in range(length))

    # --- what is not ---

    def broken(self, schema, valid):
        """(what, body, JSON Pointer, does the table of fields see it): each differs from the valid one
        in one place, and breaks there what the schema says."""
        for what, body, pointer, shallow in self.inside(schema, valid, ""):
            if not self.contract.allows(schema, body):
                yield f"{pointer} {what}", body, pointer, shallow

    def inside(self, schema, valid, at):
        schema = self.contract.resolve(schema)
        for word in ("oneOf", "anyOf"):
            for choice in schema.get(word, []):
                if self.contract.allows(choice, valid):
                    schema = self.contract.resolve(choice)
        if isinstance(valid, dict):
            yield from self.inside_object(schema, valid, at)
        elif isinstance(valid, list) and valid:
            for what, item, pointer, _ in self.around(schema.get("items", {}), valid[0], f"{at}/0"):
                yield what, [item, *valid[1:]], pointer, False

    def inside_object(self, schema, valid, at):
        for name, rule in schema.get("properties", {}).items():
            if name not in valid:
                continue
            for what, value, pointer, shallow in self.around(rule, valid[name], f"{at}/{name}"):
                yield what, {**valid, name: value}, pointer, shallow and not at
            if name in schema.get("required", []):
                rest = copy.copy(valid)
                del rest[name]
                yield "missing", rest, f"{at}/{name}", not at
        yield "unknown", {**valid, "not_a_field": 1}, f"{at}/not_a_field", not at

    def around(self, rule, valid, at):
        """Other values in its place, and what is wrong further inside."""
        rule = self.contract.resolve(rule)
        for value in WRONG:
            # Whether the form of a text is right is for the handler to find.
            yield f"is {value!r}", value, at, type(value) is not type(valid)
        for what, value in self.beyond(rule, valid):
            yield what, value, at, what != "has another form"
        yield from self.inside(rule, valid, at)

    def beyond(self, rule, valid):
        if isinstance(valid, str):
            for text in ("", "\x1b[31m", valid + " ", valid[:-1], valid.upper(), "2026-02-30T10:00:00Z",
                         "2026-01-01T10:00:00+01:00", "2026-02-30"):
                yield "has another form", text
            if "maxLength" in rule:
                yield "is too long", "é" * (rule["maxLength"] + 1)
        if isinstance(valid, int) and not isinstance(valid, bool):
            for value in (rule.get("minimum", 0) - 1, rule.get("maximum", 2**53) + 1, valid + 0.5, 1e300):
                yield f"is {value}", value
        if isinstance(valid, list):
            yield "is empty", []
            if valid and rule.get("maxItems", 10**9) < 10**4:
                yield "has too many entries", valid[:1] * (rule["maxItems"] + 1)
