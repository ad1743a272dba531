#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a login tells the desk of its telephone: how to reach the exchange, and a secret that is of
this login, for a short time.

usage: test_phone.py BUILD-ROOT SOURCE-ROOT"""

import contextlib
import pathlib
import re
import subprocess
import sys

from tap import Tap, expect
from test_tls import pki_make
from world import PASSWORD, World, wait_for

LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}"]
LIFE_S = 2


def secret(agent):
    return agent.good("GET", "/v1/session/sip-secret", key=None)


class Phone:
    def __init__(self, world, tap):
        self.world = world
        self.anna, self.bert = world.sign_in("anna"), world.sign_in("bert")
        self.phone = self.anna.session["phone"]
        self.ca = (world.directory / "pki/ca.pem").read_text("ascii")
        tap.case("an exchange that offers TLS is used with TLS and SRTP", self.tls)
        tap.case("the secret is another after its life, and each time", self.renewed)
        tap.case("two logins have nothing in common", self.apart)
        tap.case("it is the same after a restart", self.restart)
        tap.case("a new login has another one, and the old one is told nothing", self.takeover)
        tap.case("whoever signed out is told nothing", self.signed_out)
        tap.case("asking is no sign of life", self.no_sign_of_life)
        tap.case("no secret is in a log or in a file", self.nowhere)

    def tls(self):
        expect(self.phone["aor"] == "sip:anna@sip.example.org", self.phone["aor"])
        expect(self.phone["outbound"] == "sip:sip.example.org:5061;transport=tls", self.phone)
        expect((self.phone["transport"], self.phone["media"]) == ("tls", "srtp"), self.phone)
        expect(self.phone["ca"] == self.ca, "the authorities that were set")
        expect(re.fullmatch("[0-9a-f]{40}", self.phone["sip_secret"]), "letters and digits")

    def renewed(self):
        self.seen = [self.phone["sip_secret"]]
        for _ in range(2):
            wait_for("another secret",
                     lambda: secret(self.anna)["sip_secret"] not in self.seen)
            now = secret(self.anna)
            expect(1 <= now["sip_secret_renew_s"] <= LIFE_S, now)
            self.seen.append(now["sip_secret"])

    def apart(self):
        theirs = {self.bert.session["phone"]["sip_secret"], secret(self.bert)["sip_secret"]}
        expect(not theirs & set(self.seen), "the same secret")

    def restart(self):
        before = secret(self.anna)["sip_secret"]
        self.world.stop()
        self.world.start()
        self.seen.append(before)
        after = secret(self.anna)["sip_secret"]  # of its own time: it may be the next one
        expect(re.fullmatch("[0-9a-f]{40}", after), after)
        self.seen.append(after)

    def takeover(self):
        again = self.world.sign_in("anna")
        expect(again.session["phone"]["sip_secret"] not in self.seen, "it is another")
        expect(self.anna.ask("GET", "/v1/session/sip-secret", key=None).status == 401, "it is over")
        self.seen.append(again.session["phone"]["sip_secret"])
        self.anna = again

    def signed_out(self):
        self.bert.ask("DELETE", "/v1/session", key=None)
        expect(self.bert.ask("GET", "/v1/session/sip-secret", key=None).status == 401, "it is over")

    def no_sign_of_life(self):
        """Only her desk is there: she is taken for gone all the same."""
        self.anna.good("PUT", "/v1/status", {"status": "available"})
        self.anna.good("PUT", "/v1/queue", {"on_queue": True})

        def gone():
            secret(self.anna)
            with contextlib.closing(self.world.database()) as db:
                return db.execute("SELECT state FROM agent WHERE login = 'anna'").fetchone() != ("on_queue",)
        wait_for("she is off queue", gone)

    def nowhere(self):
        for path in self.world.directory.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                expect(not any(s.encode() in data for s in self.seen), path.name)


def wrong_settings(world, source):
    """Each is named, and nothing is served with it."""
    rows = [
        (["--sip-transport", "udp", "--gateway", "sips:h"], "sip-transport"),
        (["--sip-outbound", "sip:p;transport=tcp", "--gateway", "sips:h"], "sip-transport"),
        (["--sip-media", "srtp", "--gateway", "h"], "sip-media"),
        (["--sip-ca", "/ca.pem", "--gateway", "h"], "sip-ca"),
        (["--sip-media", "zrtp", "--gateway", "h"], "sip-media"),
        (["--sip-outbound", 'sip:p>;auth_pass="x', "--gateway", "h"], "sip-outbound"),
        (["--sip-secret-life", "0", "--gateway", "h"], "sip-secret-life"),
        (["--sip-ca", str(source / "README.md"), "--gateway", "sips:h"], "README.md"),
        (["--sip-ca", "/nowhere/ca.pem", "--gateway", "sips:h"], "/nowhere/ca.pem"),
    ]
    for more, word in rows:
        run = subprocess.run([world.build / "net/server/pupitred", "--data", world.data, "--listen",
                              "127.0.0.1:0", *more],
                             capture_output=True, text=True, check=False, timeout=30)
        expect(run.returncode != 0 and word in run.stderr, (more, run))


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, LINES, agent_gone_s=2)
    try:
        pki = pki_make(source, world.directory / "pki")
        tap.case("settings that contradict each other are named", wrong_settings, world,
                 pathlib.Path(source))
        world.more = ["--gateway", "sips:sip.example.org:5061", "--sip-register", "--sip-ca",
                      str(pki / "ca.pem"), "--sip-secret-life", str(LIFE_S)]
        world.start()
        Phone(world, tap)
        tap.say(world.stop() == 0, "pupitred ends when it is asked to")
    except Exception as error:  # noqa: BLE001: told, so that the plan is printed and missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
