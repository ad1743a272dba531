#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""pupitred as those see it who keep it running: probes, metrics, the service manager's socket, and
the way out with clients at work.

usage: test_operation.py BUILD-ROOT SOURCE-ROOT"""

import http.client
import json
import queue
import resource
import signal
import socket
import sqlite3
import sys
import threading
import time

import exposition
from prometheus_client.parser import text_string_to_metric_families
from tap import Tap, expect
from world import DEADLINE_S, PASSWORD, World, wait_for

NOW = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         f"agent carl BXL fr agent {PASSWORD}", "people 5 WAL fr", "people 3 BXL fr"]
TIMES = {"offer_s": 600, "preview_s": 600, "acw_s": 600, "agent_gone_s": 600}
LABELS = {"method", "route", "status", "le", "region", "service", "state", "code", "version",
          "schema"}
WATCHDOG_S = 4


class Manager(threading.Thread):
    """The socket of a service manager."""

    def __init__(self, world):
        super().__init__(daemon=True)
        self.path = str(world.directory / "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.messages = queue.Queue()
        self.start()

    def run(self):
        while True:
            self.messages.put(self.socket.recv(4096).decode().splitlines())

    def env(self):
        return {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": str(WATCHDOG_S * 1000000)}

    def wait(self, line):
        """The next message that has the line."""
        while True:
            lines = self.messages.get(timeout=DEADLINE_S)
            if line in lines:
                return lines

    def drain(self):
        """What has come so far."""
        lines = []
        while not self.messages.empty():
            lines += self.messages.get()
        return lines


def metrics(world):
    answer = world.ask("GET", "/metrics")
    expect(answer.status == 200, answer.body)
    return answer.body.decode()


def figures(world):
    return exposition.parse(metrics(world))


def told_ready(world, manager):
    status = manager.wait("READY=1")
    expect(f"STATUS=serving on {world.host}:{world.port}" in status, status)
    manager.wait("WATCHDOG=1")
    manager.wait("WATCHDOG=1")


def probes(world):
    for path in ("/healthz", "/readyz"):
        answer = world.ask("GET", path)
        expect(answer.status == 200 and answer.json == {"status": "ok"}, answer.body)


def is_well_formed(world):
    world.ask("GET", "/v1/nothing/of/this/kind")
    wait_for("the figures of the database",
             lambda: exposition.get(figures(world), "pupitre_people_unresolved", region="WAL") == 0)
    text = metrics(world)
    mine = exposition.parse(text)
    theirs = {f.name: f for f in text_string_to_metric_families(text)}
    expect({n.removesuffix("_total") for n in mine} == {n.removesuffix("_total") for n in theirs},
           "another parser sees other families")
    for name, family in mine.items():
        other = theirs.get(name) or theirs[name.removesuffix("_total")]
        expect(len(other.samples) == len(family.samples), f"{name}: other samples")


def counts_what_happens(world):
    anna = world.sign_in("anna")
    stream = anna.stream()
    anna.on_queue()
    anna.act("accept", anna.wait_offer("offered"))
    permit = anna.permit(anna.offer())
    anna.good("POST", f"/v1/calls/{permit['call_id']}/events", {"events": [
        {"seq": 1, "at": NOW, "kind": "dial"},
        {"seq": 2, "at": NOW, "kind": "end", "end": "busy", "sip_status": 486}]})
    body = {"fence": anna.offer()["fence"], "code": "closed_without_data", "chosen_at": NOW}
    path = f"/v1/offers/{anna.offer()['offer_id']}/wrapup"
    key = "k" * 20
    for _ in range(2):  # a repeat is one wrap-up
        expect(anna.ask("POST", path, body, key=key).status == 200, "no wrap-up")
    world.ask("POST", "/v1/sessions", {"login": "bert", "password": "wrong-" + PASSWORD})

    def there():
        f = figures(world)
        return f if exposition.get(f, "pupitre_agents", region="WAL", state="on_queue") == 1 and \
            exposition.get(f, "pupitre_people_waiting", region="WAL", service="test") == 4 else None

    f = wait_for("the figures to follow", there)
    stream.close()
    wanted = (
        (1, "pupitre_offers_total", {}), (1, "pupitre_offers_accepted_total", {}),
        (1, "pupitre_calls_permitted_total", {}), (1, "pupitre_logins_total", {}),
        (1, "pupitre_logins_refused_total", {}), (1, "pupitre_streams", {}),
        (1, "pupitre_ready", {}), (1, "pupitre_sessions", {}),
        (1, "pupitre_wrapups_total", {"service": "test", "code": "closed_without_data"}),
        (3, "pupitre_people_waiting", {"region": "BXL", "service": "test"}),
        (1, "pupitre_holds", {"region": "WAL", "state": "done"}),
        (2, "pupitre_http_requests_total",
         {"method": "POST", "route": "/v1/offers/{offer_id}/wrapup", "status": "2xx"}),
        (1, "pupitre_http_requests_total", {"method": "", "route": "none", "status": "4xx"}),
    )
    for value, name, labels in wanted:
        found = exposition.get(f, name, **labels)
        expect(found == value, f"{name}{labels} is {found}, not {value}")
    for name in ("pupitre_database_bytes", "pupitre_wal_bytes", "pupitre_disk_free_bytes",
                 "process_resident_memory_bytes", "process_start_time_seconds", "process_max_fds",
                 "pupitre_connections", "pupitre_commit_seconds_count", "pupitre_commit_jobs_sum"):
        expect(exposition.get(f, name) > 0, f"{name} is {exposition.get(f, name)}")


def tells_of_nobody(world):
    text = metrics(world)
    for family in exposition.parse(text).values():
        for _, labels in family.samples:
            expect({n for n, _ in labels} <= LABELS, labels)
    for word in ("anna", "bert", "carl", "/offers/1", "nothing/of/this"):
        expect(word not in text.lower(), f"{word} is in it")


def for_this_machine(world):
    for name in ("Forwarded", "X-Forwarded-For"):
        answer = world.ask("GET", "/metrics", headers={name: "for=192.0.2.1"})
        expect(answer.status == 403, answer.body)


def database_hangs(world, manager):
    """Somebody holds the database: alive, not ready, and not fed; then all is well again."""
    db = sqlite3.connect(world.data / "pupitre.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    try:
        manager.wait("STATUS=the database does not answer")
        expect(world.ask("GET", "/healthz").status == 200, "not alive")
        answer = world.ask("GET", "/readyz")
        expect(answer.status == 503 and answer.json["type"] == "/problems/unavailable", answer.body)
        # The writer gives up now and then, which shows that it lives: not for long.
        wait_for("the metric", lambda: exposition.get(figures(world), "pupitre_ready") == 0)
        lines = manager.drain()
        if "STATUS=serving" not in lines:  # unless the writer came back meanwhile: its own time is up
            expect("WATCHDOG=1" not in lines, lines)
    finally:
        db.execute("ROLLBACK")
        db.close()
    manager.wait("STATUS=serving")
    manager.wait("WATCHDOG=1")
    wait_for("readiness", lambda: world.ask("GET", "/readyz").status == 200)


def disk_is_full(world):
    no_limit = resource.prlimit(world.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(world.process.pid, resource.RLIMIT_FSIZE, (1, no_limit[1]))
    try:
        wait_for("an honest answer", lambda: world.ask("GET", "/readyz").status == 503)
        expect(world.ask("GET", "/healthz").status == 200, "not alive")
    finally:
        resource.prlimit(world.process.pid, resource.RLIMIT_FSIZE, no_limit)
    wait_for("readiness", lambda: world.ask("GET", "/readyz").status == 200)


def reloads(world, manager):
    manager.drain()
    world.process.send_signal(signal.SIGHUP)
    said = manager.wait("RELOADING=1")
    expect(any(line.startswith("MONOTONIC_USEC=") for line in said), said)
    manager.wait("READY=1")
    expect(world.ask("GET", "/readyz").status == 200, "not ready")


def drains(world, manager):
    """First the load balancer sees it; everybody else is still served."""
    anna = world.sign_in("anna")
    stream = anna.stream()
    expect(stream.next("work"), "no work")
    manager.drain()
    faults = exposition.get(figures(world), "pupitre_faults_total")
    world.process.send_signal(signal.SIGTERM)
    manager.wait("STOPPING=1")
    answer = world.ask("GET", "/readyz")
    expect(answer.status == 503 and "stopping" in json.dumps(answer.json), answer.body)
    expect(world.ask("GET", "/healthz").status == 200, "not alive")
    anna.good("PUT", "/v1/status", {"status": "meal"})
    while stream.next("work")[1]["status"] != "meal":
        pass
    f = figures(world)
    expect(exposition.get(f, "pupitre_ready") == 0, "ready")
    expect(exposition.get(f, "pupitre_faults_total") == faults, "draining counts as a fault")
    expect(world.stop() == 0, "not 0")  # the second signal
    while stream.next():
        pass


class Client(threading.Thread):
    """Changes a status again and again on one connection, and knows what was accepted."""

    def __init__(self, world, login):
        super().__init__()
        self.agent = world.sign_in(login)
        self.connection = http.client.HTTPConnection(world.host, world.port, timeout=DEADLINE_S)
        self.accepted = None
        self.asked = None
        self.n = 0
        self.fault = None

    def once(self, status):
        self.asked = status
        self.connection.request("PUT", "/v1/status", json.dumps({"status": status}), {
            "Authorization": f"Bearer {self.agent.token}", "Content-Type": "application/json"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status == 503:
            return False
        if answer.status != 200:
            self.fault = f"{answer.status} {body}"
            return False
        self.accepted = status
        self.n += 1
        return True

    def run(self):
        try:
            while all(self.once(status) for status in ("busy", "break", "meal", "meeting")):
                pass
        except (ConnectionError, http.client.RemoteDisconnected):
            pass
        except Exception as error:  # noqa: BLE001: half an answer, say
            self.fault = repr(error)


def stops_with_work_in_flight(world):
    clients = [Client(world, login) for login in ("anna", "bert", "carl")]
    for client in clients:
        client.start()
    wait_for("work", lambda: all(client.n > 20 for client in clients))
    status = world.stop()
    for client in clients:
        client.join()
    expect(status == 0, status)
    world.start()
    for client in clients:
        expect(client.fault is None, client.fault)
        now = client.agent.work()["status"]
        expect(now in (client.accepted, client.asked), f"{now}: {client.accepted} was accepted")


def second_signal(world):
    """Somebody never ends a request: that holds up the end for a while, or until asked again."""
    stalled = socket.create_connection((world.host, world.port))
    stalled.sendall(b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    b"Content-Length: 100\r\n\r\n{")
    wait_for("the request to begin", lambda: exposition.get(
        figures(world), "pupitre_requests_open") >= 2)  # the scrape is the other one
    def settling():
        return world.log.read_text("utf-8", "replace").count(" settle ")

    before = settling()
    world.process.send_signal(signal.SIGTERM)
    wait_for("the last step", lambda: settling() > before)
    expect(world.process.poll() is None, "it did not wait")
    expect(world.stop() == 0, "not 0")
    stalled.close()


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, **TIMES)
    try:
        manager = Manager(world)
        world.start("--drain", "600", env=manager.env())
        tap.case("the service manager is told, and the watchdog fed", told_ready, world, manager)
        tap.case("alive and ready", probes, world)
        tap.case("the metrics are well-formed", is_well_formed, world)
        tap.case("the metrics count what happens", counts_what_happens, world)
        tap.case("the metrics tell of nobody", tells_of_nobody, world)
        tap.case("the metrics are for this machine", for_this_machine, world)
        tap.case("a database that hangs: alive, not ready, not fed", database_hangs, world, manager)
        tap.case("a full disk: alive, not ready", disk_is_full, world)
        tap.case("a reload is told", reloads, world, manager)
        tap.case("it drains before it stops, and a second signal hurries", drains, world, manager)
        world.start()
        tap.case("it stops with work in flight and loses none", stops_with_work_in_flight, world)
        tap.case("a stalled client does not hold it for ever", second_signal, world)
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
