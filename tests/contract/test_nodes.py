#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Two pupitred on one PostgreSQL database: what happens at one is told at the other, nobody is given
twice, and one of them, or the database, may be killed at any moment.

usage: test_nodes.py BUILD-ROOT SOURCE-ROOT"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "harness"))

from postgresql import Server  # noqa: E402
from tap import Tap, expect  # noqa: E402
from world import PASSWORD, Agent, World, wait_for  # noqa: E402

AGENTS = [f"agent{i}" for i in range(8)]
LINES = [f"agent {login} WAL fr agent {PASSWORD}" for login in ["anna", "bert", *AGENTS]]
LINES += ["people 60 WAL fr"]
TIMES = {"offer_s": 60, "preview_s": 600, "acw_s": 600, "agent_gone_s": 2, "heartbeat_s": 1}


class Node(World):
    """Another pupitred on the database of a world: a folder and a log of its own, the same key."""

    def __init__(self, world):  # pylint: disable=super-init-not-called
        self.__dict__.update(world.__dict__)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="pup-", dir="/tmp"))
        self.data = self.directory / "data"
        self.data.mkdir(mode=0o700)
        self.log = self.directory / "log"
        shutil.copy(world.data / "master.key", self.data)
        self.process = None


def at(node, agent):
    """The same session, asking another node."""
    return Agent(node, agent.session)


class Nodes:
    def __init__(self, server, a, b):
        self.server, self.a, self.b = server, a, b

    def number(self, sql):
        return int(self.server.sql(sql, "nodes"))

    def an_event_crosses(self):
        """Anna's stream is at A; she goes on queue at B, and A says so, and that she has an offer."""
        anna = self.a.sign_in("anna")
        stream = anna.stream()
        stream.next("work")
        at(self.b, anna).on_queue()
        while True:
            work = stream.next("work")[1]
            if work["offer"]:
                break
        expect(work["on_queue"], work)
        at(self.b, anna).act("accept", work["offer"])
        while stream.next("work")[1]["offer"]["state"] != "preview":
            pass
        stream.close()
        anna.good("PUT", "/v1/queue", {"on_queue": False})
        anna.act("skip", reason="known_person")

    def a_new_login_ends_the_stream_at_the_other_node(self):
        first = self.a.sign_in("anna")
        stream = first.stream()
        stream.next("work")
        self.b.sign_in("anna")
        expect(stream.next("signed_out")[1]["reason"] == "other_login", "the stream goes on")
        stream.close()

    def nobody_is_gone_who_is_at_the_other_node(self):
        """Bert has no stream and is taken off the queue; Anna, whose stream is at A, is not, although B
        has not heard of her for as long."""
        anna = self.a.sign_in("anna")
        bert = self.a.sign_in("bert")
        stream = anna.stream()
        anna.on_queue()
        bert.on_queue()
        wait_for("Bert to be gone", lambda: self.number(
            "SELECT count(*) FROM agent WHERE login = 'bert' AND state = 'on_queue'") == 0)
        for _ in range(3):  # (each look of each node would have found her gone)
            seen = self.number("SELECT coalesce(max(seen_at), 0) FROM presence")
            wait_for("presence", lambda seen=seen: self.number(
                "SELECT coalesce(max(seen_at), 0) FROM presence") > seen)
        expect(self.number("SELECT count(*) FROM agent WHERE login = 'anna' AND state = 'on_queue'") == 1,
               "Anna was taken off the queue")
        stream.close()
        anna.good("DELETE", "/v1/session")

    def all_at_once(self, function, things):
        faults = []

        def guarded(thing):
            try:
                function(thing)
            except Exception as error:  # pylint: disable=broad-except
                faults.append(f"{thing}: {error!r}")

        threads = [threading.Thread(target=guarded, args=(t,)) for t in things]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        expect(not faults, "\n".join(map(str, faults)))

    def nobody_is_given_twice(self):
        """Eight agents at both nodes go through people as fast as they can."""
        agents = [(self.a if i % 2 else self.b).sign_in(login) for i, login in enumerate(AGENTS)]

        def go(agent):
            agent.on_queue()
            for done in range(4):
                offer = agent.wait_offer("offered")
                agent.act("accept", offer)
                if done == 3:
                    agent.good("PUT", "/v1/queue", {"on_queue": False})
                agent.act("skip", offer, reason="known_person")

        self.all_at_once(go, agents)
        expect(self.number("SELECT count(*) FROM offer WHERE accepted_at IS NOT NULL") >= 32, "too few")
        # Two offers of one person never were at the same time.
        expect(self.number("""SELECT count(*) FROM offer a JOIN offer b USING (person_id)
            WHERE a.offer_id < b.offer_id AND a.fence >= b.fence""") == 0, "a person was given twice")
        expect(self.number("SELECT sum(n) FROM waiting_count") == self.number(
            "SELECT count(*) FROM person WHERE state = 'waiting'"), "miscounted")
        for agent in agents:
            agent.good("DELETE", "/v1/session")

    def a_killed_node_loses_nothing(self):
        """Anna works at A, which is killed; at B she finds the call, and goes on."""
        anna = self.a.sign_in("anna")
        anna.on_queue()
        offer = anna.wait_offer("offered")
        anna.act("accept", offer)
        anna.permit(offer)
        self.a.kill()
        there = at(self.b, anna)
        found = there.offer()
        expect(found["offer_id"] == offer["offer_id"] and found["state"] == "call", found)
        self.a.start()
        expect(anna.offer()["state"] == "call", "another offer")

    def a_killed_database_loses_nothing_accepted(self):
        """Statuses are chosen all the time, while the database is ended at once and started again; each
        one that was answered 2xx is there."""
        agents = [(self.a if i % 2 else self.b).sign_in(login) for i, login in enumerate(AGENTS)]
        accepted = {}
        stop = threading.Event()

        def go(pair):
            login, agent = pair
            done = 0
            while not stop.is_set():
                status = ("break", "meal", "busy")[done % 3]
                answer = agent.ask("PUT", "/v1/status", {"status": status})
                if answer.status in (200, 204):
                    accepted[login] = (status, done)
                    done += 1
                elif answer.status != 503:
                    raise AssertionError(f"{answer.status} {answer.body}")

        def crash():
            wait_for("work", lambda: len(accepted) == len(AGENTS))
            self.server.stop(signal.SIGQUIT)
            self.server.start()
            before = {k: v[1] for k, v in accepted.items()}
            wait_for("work after it", lambda: all(
                accepted[k][1] > before[k] + 2 for k in before))
            stop.set()

        crasher = threading.Thread(target=crash)
        crasher.start()
        try:
            self.all_at_once(go, list(zip(AGENTS, agents)))
        finally:
            stop.set()
            crasher.join()
        for login, (status, _) in accepted.items():
            state = self.server.sql(f"SELECT state FROM agent WHERE login = '{login}'", "nodes")
            expect(state == status, f"{login} chose {status}, which was accepted, and is {state}")
        expect(self.a.process.poll() is None and self.b.process.poll() is None, "a node ended")

    def ctl(self, *words, more=()):
        return subprocess.run(
            [str(self.a.build / "net/ctl/pupitrectl"), "--data", str(self.a.data), *more, *words],
            capture_output=True, text=True, check=False)

    def the_tool_works_on_it(self):
        done = self.ctl("agent", "list", "--json")
        expect(done.returncode == 0 and "agent0" in done.stdout, done)
        done = self.ctl("audit", "verify")
        expect(done.returncode == 0, done)
        done = self.ctl("audit", "verify", more=("--store", "postgresql://u:secretword@h/d"))
        expect(done.returncode == 64 and "PGPASSFILE" in done.stderr and "secretword" not in done.stderr, done)


    def a_backup_comes_back(self):
        """Copied while both serve; put back when none does, beside what was there; and only then."""
        file = self.a.directory / "copy"
        done = self.ctl("backup", str(file))
        expect(done.returncode == 0 and file.stat().st_mode & 0o777 == 0o600, done)
        done = self.ctl("restore", str(file))
        expect(done.returncode != 0, done)
        done = self.ctl("restore", "--replace", str(file))
        expect(done.returncode != 0 and self.number("SELECT count(*) FROM agent") > 0, done)
        self.a.stop()
        self.b.stop()
        agents = self.number("SELECT count(*) FROM agent")
        self.server.sql("UPDATE agent SET name = 'changed since'", "nodes")
        broken = self.a.directory / "broken"
        broken.write_bytes(file.read_bytes()[:20000])
        done = self.ctl("restore", "--replace", str(broken))
        expect(done.returncode != 0 and self.number(
            "SELECT count(*) FROM agent WHERE name = 'changed since'") == agents, done)
        done = self.ctl("restore", "--replace", str(file))
        expect(done.returncode == 0, done)
        expect(self.number("SELECT count(*) FROM agent") == agents and self.number(
            "SELECT count(*) FROM agent WHERE name = 'changed since'") == 0, "not what it was")
        expect(self.number("SELECT count(*) FROM session WHERE ended_at IS NULL") == 0, "sessions go on")
        self.a.start()
        self.a.sign_in("anna")


def main():
    build, source = sys.argv[1:]
    tap = Tap()
    with Server() as server:
        server.sql("CREATE DATABASE nodes")
        os.environ["PUPITRE_STORE"] = server.url("nodes")
        a = World(build, source, LINES, **TIMES)
        b = Node(a)
        try:
            a.start()
            b.start()
            nodes = Nodes(server, a, b)
            for case in (nodes.an_event_crosses, nodes.a_new_login_ends_the_stream_at_the_other_node,
                         nodes.nobody_is_gone_who_is_at_the_other_node, nodes.nobody_is_given_twice,
                         nodes.a_killed_node_loses_nothing,
                         nodes.a_killed_database_loses_nothing_accepted, nodes.the_tool_works_on_it,
                         nodes.a_backup_comes_back):
                if tap.case(case.__name__.replace("_", " "), case) is None and tap.failed:
                    for node in (a, b):
                        for line in node.log.read_text("utf-8", "replace").splitlines()[-15:]:
                            print(f"# {line}")
                    break
        finally:
            a.end()
            b.end()
    tap.end()


if __name__ == "__main__":
    main()
