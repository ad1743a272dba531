#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""POST /v1/people: a body that is taken as it comes, whoever sends it, however it comes and ends.

usage: test_people.py BUILD-ROOT SOURCE-ROOT"""

import fcntl
import http.client
import json
import re
import socket
import subprocess
import sys

from tap import Tap, expect
from world import DEADLINE_S, PASSWORD, Answer, World, fresh_key, wait_for

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent sven WAL fr supervisor {PASSWORD}",
         f"agent olga WAL fr operator {PASSWORD}"]
COLUMNS = ("sciensano_request_ticket,ticket_at,niss,family_name,phone,language,region,kind,notes")
CSV, NDJSON = {"Content-Type": "text/csv"}, {"Content-Type": "application/x-ndjson"}


def row(n, phone=None, niss="", notes=""):
    return f"P-{n},2026-03-01T10:00:00Z,{niss},Planted,{phone or f'+3247{n:07d}'},fr,WAL,index,{notes}"


def csv(*rows):
    return "\n".join([COLUMNS, *rows, ""]).encode()


def people(first, count):
    return csv(*(row(n) for n in range(first, first + count)))


class Suite:
    def __init__(self, world, build, tap):
        self.world, self.build, self.tap = world, build, tap
        self.sign_in()

    def sign_in(self):
        self.anna, self.sven, self.olga = map(self.world.sign_in, ("anna", "sven", "olga"))

    def ctl(self, *words, **more):
        return subprocess.run([f"{self.build}/net/ctl/pupitrectl", "--data", str(self.world.data), *words],
                              capture_output=True, timeout=DEADLINE_S, **more)

    def count(self):
        """People, as an export has them."""
        done = self.ctl("export", "people", "--format", "json")
        expect(done.returncode == 0, done.stderr)
        return len(json.loads(done.stdout))

    def post(self, body, headers=CSV, query="", who=None, **more):
        return self.world.ask("POST", "/v1/people" + query, body, headers=headers,
                              token=(who or self.olga).token, **more)

    def told(self, wanted, *args, figures=None, **more):
        answer = self.post(*args, **more)
        expect(answer.status == wanted, f"{answer.status} {answer.body!r}")
        got = answer.json or {}
        for name, value in (figures or {}).items():
            expect(got[name] == value, got)
        return answer

    def raw(self, lines=(), token=None):
        """A connection on which the head of an upload was sent."""
        sock = socket.create_connection((self.world.host, self.world.port), timeout=DEADLINE_S)
        head = ["POST /v1/people HTTP/1.1", "Host: pupitred", "Content-Type: text/csv",
                f"Authorization: Bearer {token or self.olga.token}",
                f"Idempotency-Key: {fresh_key()}", *lines, "", ""]
        sock.sendall("\r\n".join(head).encode())
        return sock

    def answer_of(self, sock):
        response = http.client.HTTPResponse(sock)
        response.begin()
        answer = Answer(response)
        self.world.judge("POST", "/v1/people", answer)
        return answer

    def staged(self):
        """Somebody's upload is under way: another one is refused."""
        return self.post(csv(), query="?dry_run=true").status == 503

    # --- who and how ---

    def only_operators(self):
        for who in (self.anna, self.sven):
            self.told(403, people(1, 1), who=who)
        for method, path in (("GET", "/v1/work"), ("GET", "/v1/events"), ("GET", "/v1/queues")):
            expect(self.olga.ask(method, path).status == 403, path)
        expect(self.olga.ask("PUT", "/v1/queue", {"on_queue": True}).status == 403, "on queue")

    def an_agent_hears_it_before_sending(self):
        with self.raw(["Content-Length: 100000000", "Expect: 100-continue"], self.anna.token) as sock:
            expect(self.answer_of(sock).status == 403, "not 403")

    def an_operator_is_told_to_go_on(self):
        body = people(1, 3)
        with self.raw([f"Content-Length: {len(body)}", "Expect: 100-continue"]) as sock:
            expect(sock.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n", "no 100")
            sock.sendall(body)
            expect(self.answer_of(sock).json["new"] == 3, "not 3")

    def what_the_head_may_say(self):
        self.told(415, people(1, 1), headers={"Content-Type": "application/json"})
        self.told(415, people(1, 1), headers={"Content-Type": "text/csvx"})
        self.told(422, people(1, 1), key=None)
        self.told(422, people(1, 1), key="short")
        for query in ("?dry_run=yes", "?niss=perhaps", "?skip_bad", "?service=" + "x" * 100, "?x=1"):
            self.told(422, people(1, 1), query=query)
        self.told(404, people(1, 1), query="?service=nowhere")
        with self.raw(["Content-Length: 9999999999"]) as sock:
            expect(self.answer_of(sock).status == 413, "not 413")

    # --- what comes of it ---

    def all_of_it(self):
        self.told(200, people(1, 300), query="?dry_run=true", figures={"same": 3, "new": 297, "dry_run": True})
        expect(self.count() == 3, self.count())
        parts = re.findall(b"(?s).{1,777}", people(1, 300))
        self.told(200, iter(parts), figures={"new": 297, "same": 3, "bad": 0, "rows": []})
        expect(self.count() == 300, self.count())
        line = json.dumps({"sciensano_request_ticket": "P-1", "ticket_at": "2026-03-01T10:00:00Z",
                           "family_name": "Other", "phone": "02/214.19.19", "language": "fr",
                           "region": "WAL", "kind": "index"}).encode()
        self.told(200, line, headers=NDJSON, figures={"changed": 1})

    def a_queue_by_competence(self):
        head = COLUMNS + ",queue"
        good = row(1) + ",WAL_Public-Health"
        for queue, rule in (("WAL_Secret", "no such queue"), ("BXL_French", "another region"),
                            ("WAL_Dutch", "another language"), ("a queue", "ASCII letters")):
            body = "\n".join([head, good, row(2) + "," + queue, ""]).encode()
            fault, = self.told(422, body).json["rows"]
            expect(fault["line"] == 3 and fault["field"] == "queue" and rule in fault["rule"], fault)
            expect(queue not in json.dumps(fault), fault)
        self.told(200, "\n".join([head, good, ""]).encode(), figures={"changed": 1})
        self.told(200, "\n".join([head, good, ""]).encode(), figures={"same": 1})
        done = self.ctl("export", "people", "--format", "json", "--columns", "sciensano_request_ticket,queue")
        queues = {p["sciensano_request_ticket"]: p["queue"] for p in json.loads(done.stdout)}
        expect(queues["P-1"] == "WAL_Public-Health" and queues["P-2"] is None, queues)

    def bad_rows(self):
        content = csv(row(901), row(902, phone="12"), row(903, niss="85.07.30-033.29"))
        answer = self.told(422, content)
        expect([(r["line"], r["field"]) for r in answer.json["rows"]] == [(3, "phone"), (4, "niss")],
               answer.json)
        expect("Planted" not in answer.body.decode() and "033" not in answer.body.decode(), answer.body)
        expect(self.count() == 300, self.count())
        self.told(200, content, query="?skip_bad=true&niss=warn",
                  figures={"new": 2, "bad": 1, "doubtful": 1})
        expect(self.count() == 302, self.count())
        answer = self.told(422, csv(*(row(n, phone="12") for n in range(500))))
        expect(len(answer.json["rows"]) == 100 and "500" in answer.json["detail"], answer.json)

    def files_that_are_none(self):
        for body, status in ((b"", 422), (b"\xff\xfea\0", 415), (b"[{}]", 422), (b"name\nx\n", 422),
                             (people(1, 2)[:-30], 422)):
            self.told(status, body)
        self.told(422, b"", headers=NDJSON)
        # Found at once in a body that goes on for long: the answer comes, or the end.
        with self.raw([f"Content-Length: {1 << 28}"]) as sock:
            try:
                for _ in range(1 << 12):
                    sock.sendall(b"\xff\xfe" + b"x" * 65534)
            except OSError:
                pass
        expect(self.count() == 302, self.count())

    def the_same_key_again(self):
        body, key = people(2001, 5), fresh_key()
        self.told(200, body, key=key, figures={"new": 5})
        self.told(200, body, key=key, figures={"new": 5, "same": 0})
        self.told(409, people(2001, 6), key=key)
        self.told(409, body, key=key, query="?skip_bad=true")
        self.told(200, body, figures={"same": 5})

    # --- in the midst of it ---

    def a_connection_that_breaks(self):
        before = self.count()
        body = people(3001, 2000)
        sock = self.raw(["Transfer-Encoding: chunked"])
        sock.sendall(b"%x\r\n" % len(body) + body)
        wait_for("the upload", self.staged)
        sock.close()
        wait_for("its end", lambda: not self.staged())
        expect(self.count() == before, "people of half an upload")

    def faults(self):
        text = self.world.ask("GET", "/metrics").body.decode()
        return re.search(r"^pupitre_faults_total (\d+)$", text, re.M)[1]

    def one_at_a_time(self):
        path = self.world.directory / "p.csv"
        path.write_bytes(people(4001, 1))
        with self.raw(["Transfer-Encoding: chunked"]) as sock:
            wait_for("the upload", self.staged)
            faults = self.faults()
            refused = self.post(people(4001, 1))
            expect(refused.status == 503 and int(refused.headers["retry-after"]) > 0, refused.body)
            expect(self.faults() == faults, "that another is at it counts as a fault")
            expect(self.ctl("import", str(path)).returncode == 69, "pupitrectl did not wait")
            expect(self.anna.good("POST", "/v1/heartbeat", key=None), "an agent waits")
            body = people(4001, 1)
            sock.sendall(b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")
            expect(self.answer_of(sock).status == 200, "not 200")
        wait_for("the lock", lambda: self.ctl("import", str(path)).returncode == 0)
        with open(self.world.data / "import.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.told(503, people(4001, 1))
        self.told(200, people(4001, 1), figures={"same": 1})

    def one_after_the_other(self):
        for _ in range(3):
            self.told(200, people(4001, 400))
        self.told(422, csv(row(1, phone="1")))
        self.told(200, people(4001, 400), figures={"same": 400})

    def little_memory(self):
        def rss():
            status = open(f"/proc/{self.world.process.pid}/status", encoding="ascii").read()
            return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

        before, most = rss(), [0]

        def parts():
            yield csv()
            for n in range(3000):
                if n % 500 == 0:
                    most[0] = max(most[0], rss())
                yield row(5001 + n, notes="x" * 2000).encode() + b"\n" + b"\n" * 6000

        self.told(200, parts(), query="?dry_run=true", figures={"new": 3000})
        expect(most[0] - before < 16 * 1024, f"{before} KiB, then {most[0]}")

    def a_backend_that_dies(self):
        before = self.count()
        body = people(8001, 2000)
        with self.raw(["Transfer-Encoding: chunked"]) as sock:
            sock.sendall(b"%x\r\n" % len(body) + body)
            wait_for("the upload", self.staged)
            self.world.kill()
            self.world.start()
        expect(self.count() == before, "people of half an upload")
        self.told(200, body, figures={"new": 2000})
        expect(self.count() == before + 2000, self.count())

    def one_that_stops(self):
        with self.raw(["Transfer-Encoding: chunked"]) as sock:
            wait_for("the upload", self.staged)
            expect(self.world.stop() == 0, "its exit")
            sock.close()
        self.world.start()
        self.told(200, people(8001, 1), figures={"same": 1})
        expect(self.olga.ask("DELETE", "/v1/session").status == 204, "sign out")

    def run(self):
        for case in (self.only_operators, self.an_agent_hears_it_before_sending,
                     self.an_operator_is_told_to_go_on, self.what_the_head_may_say, self.all_of_it,
                     self.bad_rows, self.a_queue_by_competence, self.files_that_are_none, self.the_same_key_again,
                     self.a_connection_that_breaks, self.one_at_a_time, self.one_after_the_other,
                     self.little_memory, self.a_backend_that_dies, self.one_that_stops):
            self.tap.case(case.__name__.replace("_", " "), case)


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES)
    try:
        world.start()
        Suite(world, build, tap).run()
        log = world.log.read_text("utf-8", "replace")
        tap.case("the log names nobody", lambda: expect("Planted" not in log and "+3247" not in log, log[-500:]))
    except Exception as error:  # noqa: BLE001: told, so that the plan is printed and missing cases count
        tap.say(False, "the suite goes on to its end", f"{error!r}")
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
