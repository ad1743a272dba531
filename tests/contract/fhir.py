# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the federal side: as much of a FHIR R4 server as takes QuestionnaireResponses by
PUT, and fails in whatever way it is told.

The first request for an id takes the next mood, which says how this id's first tries go: a list of
words below, after which all is well. What was taken is in `kept`, every try in `tries`."""

import collections
import http.server
import json
import re
import socket
import struct
import threading
import time

PATH = re.compile(r"/fhir/QuestionnaireResponse/([A-Za-z0-9.-]{1,64})")
STATUSES = {"in-progress", "completed", "amended", "entered-in-error", "stopped"}
MEMBERS = {"resourceType", "id", "language", "identifier", "questionnaire", "status", "subject",
           "authored", "author", "item"}


def faults(resource, wanted_id):
    """What breaks R4's QuestionnaireResponse, as far as the project's subset goes."""
    if resource.get("resourceType") != "QuestionnaireResponse":
        yield "resourceType"
        return
    if resource.get("id") != wanted_id:
        yield "id"
    for name in set(resource) - MEMBERS:
        yield f"{name} is unknown"
    if resource.get("status") not in STATUSES:
        yield "status"
    if not re.fullmatch(r"\S+\|\S+", resource.get("questionnaire", "")):
        yield "questionnaire is no canonical with a version"
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
                        resource.get("authored", "")):
        yield "authored"
    identifiers = [("identifier", resource.get("identifier"))]
    identifiers += [(name, resource.get(name, {}).get("identifier")) for name in ("subject", "author")]
    for name, identifier in identifiers:
        if not identifier or set(identifier) != {"system", "value"} or not identifier["value"] or \
                not re.match(r"[a-z]+:", identifier["system"]):
            yield f"{name} has no identifier"
    yield from item_faults(resource.get("item", []), "item")


def item_faults(items, where):
    for i, item in enumerate(items):
        at = f"{where}[{i}]"
        if not item.get("linkId"):
            yield f"{at}.linkId"
        if "answer" in item and "item" in item:
            yield f"{at}: qrs-1"
        for answer in item.get("answer", []):
            if len([name for name in answer if name.startswith("value")]) > 1:
                yield f"{at}.answer"
            yield from item_faults(answer.get("item", []), f"{at}.answer")
        yield from item_faults(item.get("item", []), at)


Try = collections.namedtuple("Try", "id at mood headers resource")


class Standin:
    def __init__(self, trust=None, authorization=None):
        self.moods = collections.deque()  # of ids that are not known yet
        self.of_id = {}
        self.lock = threading.Lock()
        self.tries = []
        self.kept = {}  # id: versions, in the order in which they were taken
        self.authorization = authorization
        self.away = False  # nobody is served at all
        self.over = threading.Event()
        handler = type("Handler", (Handler,), {"standin": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # who hangs up is told in the test
        if trust:
            self.server.socket = trust.wrap_socket(self.server.socket, server_side=True,
                                                   do_handshake_on_connect=False)
        scheme = "https" if trust else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}/fhir"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    def mood_of(self, wanted_id):
        with self.lock:
            if wanted_id not in self.of_id:
                self.of_id[wanted_id] = collections.deque(self.moods.popleft() if self.moods else [])
            return "away" if self.away else \
                self.of_id[wanted_id].popleft() if self.of_id[wanted_id] else "well"

    def newest(self, wanted_id):
        with self.lock:
            return self.kept[wanted_id][-1] if self.kept.get(wanted_id) else None

    def all_kept(self):
        with self.lock:
            return {i: list(v) for i, v in self.kept.items()}

    def tries_of(self, wanted_id=None):
        with self.lock:
            return [t for t in self.tries if wanted_id in (None, t.id)]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", media="application/fhir+json", **headers):
        self.send_response(status)
        if body:
            self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def outcome(self, status, code, severity="error", **headers):
        body = {"resourceType": "OperationOutcome", "issue": [
            {"severity": severity, "code": code, "diagnostics": "PLANTEDDIAGNOSTICS of Gudule"}]}
        self.answer(status, json.dumps(body).encode(), **headers)

    def keep(self, resource):
        versions = self.standin.kept.setdefault(resource["id"], [])
        if not versions or versions[-1] != resource:
            versions.append(resource)
        return len(versions)

    def drop(self, reset=False):
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        match = PATH.fullmatch(self.path)
        resource = json.loads(body)
        wanted = match.group(1) if match else "?"
        mood = self.standin.mood_of(wanted)
        with self.standin.lock:
            self.standin.tries.append(Try(wanted, time.monotonic(), mood, dict(self.headers), resource))
        wrong = list(faults(resource, wanted))
        if not match or self.headers["Content-Type"] != "application/fhir+json" or wrong:
            self.outcome(422, "structure")
            return
        if self.standin.authorization and self.headers["Authorization"] != self.standin.authorization:
            self.outcome(401, "login")
            return
        getattr(self, f"be_{mood}")(resource)

    def stored(self, resource):
        with self.standin.lock:
            return self.keep(resource)

    def be_well(self, resource):
        n = self.stored(resource)
        self.answer(201 if n == 1 else 200, ETag=f'W/"{n}"',
                    Location=f"/fhir/QuestionnaireResponse/{resource['id']}/_history/{n}")

    def be_wordy(self, resource):
        """An answer with the whole resource in it."""
        n = self.stored(resource)
        self.answer(200, json.dumps(resource).encode(), ETag=f'W/"{n}"')

    def be_broken(self, _):
        self.answer(500, b"<h1>PLANTEDDIAGNOSTICS</h1>", "text/html")

    def be_busy(self, _):
        self.outcome(429, "throttled", Retry_After="7")

    def be_silent(self, _):
        """No answer in time, and nothing kept."""
        self.standin.over.wait(20)
        self.drop()

    def be_slow(self, resource):
        """Kept, but the answer comes too late."""
        self.stored(resource)
        self.standin.over.wait(20)
        self.drop()

    def be_half(self, resource):
        """Kept, and only half an answer."""
        self.stored(resource)
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"resourceType": "Questionn')
        self.drop()

    def be_gone(self, _):
        self.drop(reset=True)

    def be_lost(self, resource):
        """Kept, and the connection breaks."""
        self.stored(resource)
        self.drop(reset=True)

    def be_a_proxy(self, _):
        self.answer(200, b"<html>Please log in</html>", "text/html")

    def be_huge(self, _):
        self.answer(200, b" " * (4 << 20))

    def be_elsewhere(self, _):
        self.answer(307, Location="https://example.invalid/")

    def be_strict(self, _):
        self.outcome(422, "business-rule")

    def be_locked(self, _):
        self.outcome(401, "login")

    def be_away(self, _):
        self.answer(503)
