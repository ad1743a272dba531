#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Too slow and too many: requests that trickle are ended with an answer, 10,000 connections are
held, one beyond the limit is told so, a flood of logins stops nobody; and who behaves is served all
the while. Memory is printed.

usage: test_flood.py BUILD-ROOT SOURCE-ROOT"""

import concurrent.futures
import io
import os
import resource
import selectors
import socket
import ssl
import sys
import time

from tap import Tap, expect
from test_tls import files as tls_files, pki_make
from test_wire import GET, PUT, Raw
from world import DEADLINE_S, PASSWORD, World, wait_for

PATIENCE_S = 2
TRICKLES = 80  # of each kind
CROWD = 10000
CROWD_BYTES = 24 * 1024  # a connection costs less
FILES = 1024
LIMIT = FILES - 320  # as pupitred(8) says
GUESSES = 30
LINES = [f"agent anna WAL fr agent {PASSWORD}", f"agent bert WAL fr agent {PASSWORD}",
         "people 3 WAL fr"]


def connect(world, i=0):
    """One address has ports for 28,000 connections, most of them perhaps just used by somebody."""
    peer = socket.socket()
    peer.settimeout(DEADLINE_S)
    peer.bind((f"127.0.0.{2 + i // 2000}", 0))
    peer.connect((world.host, world.port))
    return peer


class Trickle:
    """A request of which a byte comes now and then."""

    def __init__(self, peer, text):
        self.text = text
        self.sent = 0
        self.received = b""
        self.peer = peer
        self.peer.setblocking(False)

    def step(self):
        """Send a byte and take what there is; true at the end."""
        try:
            if self.sent < len(self.text):
                self.sent += self.peer.send(self.text[self.sent:self.sent + 1])
            while True:
                block = self.peer.recv(4096)
                if not block:
                    return True
                self.received += block
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            return True


# A first line, a head, a body.
SLOW = (b"GET /" + b"a" * 4000, GET + b"X-Long: " + b"a" * 4000,
        PUT + b"Content-Length: 4000\r\n\r\n" + b" " * 4000)


def until_ended(world, trickles):
    """Let them trickle until each is ended, while somebody else works."""
    open_ones = set(trickles)
    end = time.monotonic() + DEADLINE_S
    asked = 0
    while open_ones:
        expect(time.monotonic() < end, f"{len(open_ones)} are still open")
        for one in list(open_ones):
            if one.step():
                open_ones.remove(one)
        world.bert.work()
        asked += 1
    expect(asked > 1, "nobody else was served")
    for one in trickles:
        one.peer.close()
        expect(one.sent < len(one.text), "the request was taken")


def trickle(world):
    stream = world.anna.stream()
    expect(stream.next("work"), "no stream")
    trickles = [Trickle(connect(world), text) for _ in range(TRICKLES) for text in SLOW]
    until_ended(world, trickles)
    answered = [Raw(io.BytesIO(one.received)) for one in trickles if one.received]
    expect(len(answered) > len(trickles) * 9 / 10, f"only {len(answered)} were told")
    for answer in answered:
        world.contract.judge_problem(answer)
        expect(answer.status == 408, f"{answer.status}")
    status = "break" if world.anna.work()["status"] != "break" else "busy"
    world.anna.good("PUT", "/v1/status", {"status": status})
    expect(stream.next("work")[1]["status"] == status, "the stream was ended, too")
    stream.close()


# A handshake that would be 16 KiB long.
HELLO = bytes.fromhex("1603013fff01003ffb0303") + bytes(5000)


def trickle_over_tls(world):
    """Within the handshake, and behind it."""
    secure = [world.trust.wrap_socket(connect(world), server_hostname=world.host)
              for _ in range(TRICKLES)]
    until_ended(world, [Trickle(peer, SLOW[i % len(SLOW)]) for i, peer in enumerate(secure)] +
                [Trickle(connect(world), HELLO) for _ in range(TRICKLES)])


def silent_over_tls(world):
    with connect(world) as peer:
        told = peer.makefile("rb").read()
    expect(told[:1] in (b"", b"\x15"), f"{told!r} is no alert")


def slow_but_steady(world):
    """A body over a poor line, longer on its way than anybody waits for a head."""
    blocks, size = 40, 2048
    with connect(world) as peer:
        peer.sendall(PUT + f"Authorization: Bearer {world.anna.token}\r\n".encode() +
                     f"Connection: close\r\nContent-Length: {blocks * size}\r\n\r\n".encode())
        begun = time.monotonic()
        for i in range(blocks):
            # Twice as fast as it has to be.
            while time.monotonic() < begun + i * 2 * PATIENCE_S / blocks:
                world.bert.work()
            peer.sendall(b" " * size)
        answer = Raw(peer.makefile("rb"))
    expect(answer.status == 413 or answer.status == 415, f"{answer.status}")


def idle(world):
    with connect(world) as peer:
        peer.sendall(GET + b"\r\n")
        file = peer.makefile("rb")
        expect(Raw(file).status == 200, "no answer")
        expect(file.read() == b"", "an answer to nothing")


def descriptors(world):
    """How many it has open; None where that is not to be seen."""
    try:
        return len(os.listdir(f"/proc/{world.process.pid}/fd"))
    except PermissionError:
        return None


def resident(world):
    with open(f"/proc/{world.process.pid}/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) * 1024


BEGINNINGS = (
    b"",
    b"GET /v1/heal",
    PUT + b"X-Half: a head\r\n",
    PUT + b"Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{" + b" " * 500,
    GET + b"\r\n",
)


def crowd(world):
    count = min(CROWD, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 700)
    before, bytes_before = descriptors(world), resident(world)
    stream = world.anna.stream()
    expect(stream.next("work"), "no stream")
    peers = []
    for i in range(count):
        peers.append(connect(world, i))
        peers[-1].sendall(BEGINNINGS[i % len(BEGINNINGS)])
        if i % 500 == 0:
            world.bert.work()
    for peer in peers[4::5]:
        peer.settimeout(DEADLINE_S)
        expect(peer.recv(4096).startswith(b"HTTP/1.1 200 "), "no answer")
    for _ in range(20):
        world.bert.work()
    for peer in peers[4::5]:
        peer.sendall(GET + b"\r\n")
    for peer in peers[4::5]:
        expect(peer.recv(4096).startswith(b"HTTP/1.1 200 "), "no second answer")
    world.anna.good("PUT", "/v1/status", {"status": "meal"})
    while stream.next("work")[1]["status"] != "meal":
        pass
    each = (resident(world) - bytes_before) / count
    print(f"# {count} connections: {resident(world) / 2**20:.0f} MiB resident, "
          f"{each / 1024:.1f} KiB a connection", flush=True)
    expect(each < CROWD_BYTES, f"{each} bytes a connection")
    for peer in peers:
        peer.close()
    stream.close()
    if before is not None:
        wait_for("all descriptors to be closed", lambda: descriptors(world) <= before)
    world.bert.work()


def beyond_the_limit(world):
    peers = [connect(world) for _ in range(LIMIT + 200)]
    told, ended = 0, 0
    with selectors.DefaultSelector() as selector:
        for peer in peers:
            selector.register(peer, selectors.EVENT_READ)
        end = time.monotonic() + DEADLINE_S
        while ended < 200:
            expect(time.monotonic() < end, f"{ended} of 200 were ended")
            for key, _ in selector.select(1):
                selector.unregister(key.fileobj)
                ended += 1
                received = key.fileobj.makefile("rb").read()
                if not received:
                    continue
                answer = Raw(io.BytesIO(received))
                world.contract.judge_problem(answer)
                expect(answer.status == 503 and int(answer.headers["retry-after"]) > 0, received)
                told += 1
    expect(ended == 200, f"{ended} were ended")
    expect(told > 150, f"only {told} were told")
    for peer in peers:
        try:
            peer.sendall(GET + b"Connection: close\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            continue
    served = 0
    for peer in peers:
        try:
            served += peer.recv(4096).startswith(b"HTTP/1.1 200 ")
        except (ConnectionResetError, ValueError):
            pass
        peer.close()
    # One that just closed may still have counted.
    expect(LIMIT - 3 <= served <= LIMIT, f"{served} of {LIMIT} were served")
    world.bert.work()


def login_flood(world):
    """Each costs a worker a sixth of a second; nobody else waits for that."""
    done = []

    def guess(i):
        done.append(world.ask("POST", "/v1/sessions", {"login": f"guess{i}", "password": "x"}).status)

    with concurrent.futures.ThreadPoolExecutor(GUESSES) as pool:
        guesses = [pool.submit(guess, i) for i in range(GUESSES)]
        wait_for("the first guess", lambda: done)
        for _ in range(20):
            world.bert.work()
        expect(len(done) < GUESSES, "the flood was over before anybody was served")
        for one in guesses:
            one.result()
    expect(set(done) == {401}, f"{set(done)}")


def main():
    build, source = sys.argv[1:3]
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    tap = Tap()
    world = World(build, source, LINES, agent_gone_s=600)

    def part(cases, *options, **more):
        world.start(*options, **more)
        world.anna, world.bert = world.sign_in("anna"), world.sign_in("bert")
        for what, *call in cases:
            tap.case(what, call[0], world, *call[1:])
        tap.say(world.stop() == 0, "and pupitred ends when it is asked to",
                world.log.read_text("utf-8", "replace")[-3000:])

    try:
        part((
            (f"{TRICKLES * len(SLOW)} requests that trickle are ended", trickle),
            ("a slow body that goes on is taken", slow_but_steady),
            ("an idle connection is closed without a word", idle),
        ), "--request-timeout", str(PATIENCE_S))
        part((
            ("10,000 connections hinder nobody and leave nothing", crowd),
            (f"{GUESSES} logins at once hinder nobody", login_flood),
        ))
        part((("a connection too many is told so", beyond_the_limit),), files=FILES)
        pki = pki_make(source, world.directory / "pki")
        world.more = tls_files(pki, "good")
        world.trust = ssl.create_default_context(cafile=pki / "ca.pem")
        part((
            (f"{TRICKLES * 2} TLS connections that trickle are ended", trickle_over_tls),
            ("a TLS connection without a handshake is ended", silent_over_tls),
        ), "--request-timeout", str(PATIENCE_S))
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
