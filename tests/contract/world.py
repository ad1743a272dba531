# SPDX-License-Identifier: Apache-2.0
"""A real pupitred on a database of its own, and clients for it."""

import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import resource
import secrets
import shlex
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time

from contract import Contract
from database import Database

DEADLINE_S = 30
PASSWORD = "correct-horse-battery-staple"


def wait_for(what, condition):
    """Wait until the condition gives something true; poll, never trust a pause."""
    end = time.monotonic() + DEADLINE_S
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            raise AssertionError(f"waited {DEADLINE_S} s in vain for {what}")
        time.sleep(0.02)


def headers_of(response):
    headers = {}
    for name, value in response.getheaders():
        if name.lower() in headers:
            raise AssertionError(f"the header {name} comes twice")
        headers[name.lower()] = value
    return headers


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = headers_of(response)
        self.body = response.read()
        self.json = None
        if self.body and "json" in self.headers.get("content-type", ""):
            self.json = json.loads(self.body)


class World:
    """times: members of the service's `times` that differ from tests/fixtures/services/test.json;
    callbacks: the same of its `callbacks`; rest_s: for how long people rest, whatever was chosen;
    service: one of scripts/services instead.
    lines: what tests/contract/fixture.c puts into the store."""

    def __init__(self, build, source, lines, **times):
        self.build = pathlib.Path(build)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="pup-", dir="/tmp"))
        self.data = self.directory / "data"
        self.data.mkdir(mode=0o700)
        self.beside = Database(self.data)
        self.log = self.directory / "log"
        self.process = None
        self.trust = None  # an ssl.SSLContext: HTTPS is spoken
        self.more = []  # more arguments of pupitred
        source = pathlib.Path(source)
        self.contract = Contract(source / "net/api/openapi.yaml")
        self.judge = self.contract.judge  # of every answer; events are judged as they come
        shipped = times.pop("service", None)
        file = f"scripts/services/{shipped}.json" if shipped else "tests/fixtures/services/test.json"
        service = json.loads((source / file).read_text("utf-8"))
        service["callbacks"].update(times.pop("callbacks", {}))
        rest_s = times.pop("rest_s", None)
        for rule, member in ([(code, "requeue_after_s") for code in service["codes"]]
                             + [(skip, "rest_s") for skip in service["skips"]]):
            if rest_s and member in rule:
                rule[member] = rest_s
        service["times"].update(times)
        definition = self.directory / "service.json"
        definition.write_text(json.dumps(service), "utf-8")
        scripts = sorted((source / "scripts/interviews").glob("*.json"))
        subprocess.run(
            [str(self.build / "tests/contract/fixture"), str(self.data), str(definition), *map(str, scripts)],
            input="\n".join(lines), text=True, check=True,
        )

    def start(self, *options, files=None, under=(), env=None):
        """options: more of pupitred's; files: descriptors it may open; under: what runs it; env: more
        variables. PUPITRED_UNDER, too, names what is to run it, such as valgrind with its options."""
        under = [*under, *shlex.split(os.environ.get("PUPITRED_UNDER", ""))]
        if under and not shutil.which(under[0]):
            print(f"1..0 # SKIP {under[0]} is missing")
            sys.exit(0)

        def limited():
            if files:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        (self.data / "address").unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*under, str(self.build / "net/server/pupitred"), "--data", str(self.data),
                 "--listen", "127.0.0.1:0", "--gateway", "127.0.0.1:5070", "--verbose", "--rate-session", "0",
                 "--rate-address", "0", *self.more, *options],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, preexec_fn=limited,
                env={**os.environ, **(env or {})},
            )
        address = wait_for("pupitred's address", self.read_address)
        self.host, port = address.splitlines()[0].rsplit(":", 1)
        self.host, self.port = self.host.strip("[]"), int(port)

    def read_address(self):
        if self.process.poll() is not None:
            raise AssertionError(f"pupitred ended: {self.log.read_text('utf-8', 'replace')[-2000:]}")
        file = self.data / "address"
        return file.read_text().strip() if file.exists() else None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ask to stop; returns the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=DEADLINE_S)

    def end(self):
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.directory)

    def database(self):
        return sqlite3.connect(f"file:{self.data}/pupitre.db?mode=ro", uri=True)

    def digest(self):
        """What each table of the database holds, in short; not what the house keeps by itself, nor the
        rows of an import that was not accepted, and that it will sweep out."""
        with contextlib.closing(self.database()) as db:
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' "
                                             "AND name NOT LIKE 'sqlite%' AND name <> 'audit_checkpoint'")]
            return {table: self.digest_of(db, table) for table in tables}

    @staticmethod
    def digest_of(db, table):
        columns = [row[1] for row in db.execute(f'PRAGMA table_info("{table}")') if row[1] != "seen_at"]
        which = ("WHERE import_id NOT IN (SELECT import_id FROM import_run WHERE state = 'staging')"
                 if table in ("import_run", "import_row") else "")
        rows = db.execute(f"SELECT {', '.join(columns)} FROM \"{table}\" {which}").fetchall()
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    def connect(self):
        if self.trust:
            return http.client.HTTPSConnection(self.host, self.port, timeout=DEADLINE_S,
                                               context=self.trust)
        return http.client.HTTPConnection(self.host, self.port, timeout=DEADLINE_S)

    def ask(self, method, path, body=None, token=None, key=True, headers=None, patient=True):
        """One request, or, when it is a sign-in that is told its place in the line, as many as it
        takes (patient); body: bytes as they are, an iterator of them for a chunked body, or anything
        for JSON. key: True makes a fresh Idempotency-Key for a POST. Each answer is judged by the contract."""
        wanted = dict(headers or {})
        if isinstance(body, (dict, list, int, str)):
            body = json.dumps(body).encode()
        if body is not None:
            wanted.setdefault("Content-Type", "application/json")
        if token:
            wanted["Authorization"] = f"Bearer {token}"
        if key is True and method == "POST":
            key = fresh_key()
        if isinstance(key, str):
            wanted["Idempotency-Key"] = key
        while True:
            answer = self.once(method, path, body, wanted)
            self.judge(method, path, answer)
            if not patient or answer.status != 503 or not answer.json or answer.json["type"] != "/problems/queued":
                return answer
            time.sleep(0.2)  # (what it tells is for thousands of clients, and this is one)

    def once(self, method, path, body, headers):
        connection = self.connect()
        try:
            connection.request(method, path, body=body, headers=headers)
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def sign_in(self, login):
        answer = self.ask("POST", "/v1/sessions", {"login": login, "password": PASSWORD})
        if answer.status != 201:
            raise AssertionError(f"sign_in of {login}: {answer.status} {answer.body}")
        return Agent(self, answer.json)


def fresh_key():
    return secrets.token_urlsafe(24)


class Agent:
    """Somebody who is signed in."""

    def __init__(self, world, session):
        self.world = world
        self.session = session
        self.token = session["token"]

    def ask(self, method, path, body=None, **more):
        return self.world.ask(method, path, body, token=self.token, **more)

    def good(self, method, path, body=None, **more):
        answer = self.ask(method, path, body, **more)
        if not 200 <= answer.status < 300:
            raise AssertionError(f"{method} {path}: {answer.status} {answer.body!r}")
        return answer.json

    def work(self):
        return self.good("GET", "/v1/work")

    def offer(self):
        return self.work()["offer"]

    def on_queue(self):
        self.good("PUT", "/v1/status", {"status": "available"})
        self.good("PUT", "/v1/queue", {"on_queue": True})

    def wait_offer(self, state):
        def there():
            offer = self.offer()
            return offer if offer and offer["state"] == state else None

        return wait_for(f"an offer in state {state}", there)

    def act(self, verb, offer=None, **body):
        offer = offer or self.offer()
        body.setdefault("fence", offer["fence"])
        return self.good("POST", f"/v1/offers/{offer['offer_id']}/{verb}", body)

    def permit(self, offer):
        return self.good("POST", "/v1/calls",
                         {"offer_id": offer["offer_id"], "fence": offer["fence"], "phone_index": 0})

    def stream(self, buffer=None, last_id=None):
        """buffer: bytes that the kernel keeps for a reader who does not read."""
        return Stream(self.world, self.token, buffer, last_id)


class Stream:
    """Server-sent events, one at a time."""

    def __init__(self, world, token, buffer=None, last_id=None):
        self.socket = socket.socket(socket.AF_INET6 if ":" in world.host else socket.AF_INET)
        self.socket.settimeout(DEADLINE_S)
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.connect((world.host, world.port))
        if world.trust:
            self.socket = world.trust.wrap_socket(self.socket, server_hostname=world.host)
        self.socket.sendall(
            f"GET /v1/events HTTP/1.1\r\nHost: pupitred\r\nAuthorization: Bearer {token}\r\n"
            f"{f'Last-Event-ID: {last_id}' + chr(13) + chr(10) if last_id else ''}\r\n".encode())
        self.contract = world.contract
        self.id = None  # of the newest event
        self.response = http.client.HTTPResponse(self.socket)
        self.response.begin()
        self.status = self.response.status
        self.headers = headers_of(self.response)

    def next(self, wanted=None):
        """(event, data) of the next event, or of the next one of this name; None at the end."""
        event = None
        end = time.monotonic() + DEADLINE_S
        while True:
            # A comment comes every 15 seconds, whatever else does not.
            if time.monotonic() > end:
                raise AssertionError(f"waited {DEADLINE_S} s in vain for {wanted or 'an event'}")
            line = self.response.readline()
            if not line:
                return None
            line = line.decode().rstrip("\n")
            if line.startswith("id: "):
                self.id = line[4:]
            elif line.startswith("event: "):
                event = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
                self.contract.judge_event(event, data)
                if wanted in (None, event):
                    return event, data

    def close(self):
        self.response.close()
        self.socket.close()
