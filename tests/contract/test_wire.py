#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""HTTP as nobody should send it, on a raw socket: what libmicrohttpd would answer with a page of its
own, take in two ways, or leave hanging. Each answer is a problem, and one request gets one answer.

usage: test_wire.py BUILD-ROOT SOURCE-ROOT"""

import io
import json
import socket
import sys

from tap import Tap, expect
from world import DEADLINE_S, PASSWORD, World

HOST = b"Host: pupitred\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
PUT = b"PUT /v1/status HTTP/1.1\r\n" + HOST
CHUNKED = PUT + b"Transfer-Encoding: chunked\r\n\r\n"
LAST = GET + b"Connection: close\r\n\r\n"  # follows: shows whether the connection goes on
SMUGGLED = b"GET /v1/version HTTP/1.1\r\n" + HOST + b"\r\n"


class Raw:
    """One answer off a socket, as the judge wants it."""

    def __init__(self, file, head_only=False):
        line = file.readline().decode()
        expect(line.startswith("HTTP/1.1 "), f"no answer begins so: {line!r}")
        self.status = int(line.split()[1])
        self.headers = {}
        for line in iter(lambda: file.readline().decode().strip(), ""):
            name, value = line.split(":", 1)
            expect(name.lower() not in self.headers, f"{name} comes twice")
            self.headers[name.lower()] = value.strip()
        length = 0 if head_only or self.status == 100 else int(self.headers.get("content-length", 0))
        self.body = file.read(length)
        self.json = None
        if self.body and "json" in self.headers.get("content-type", ""):
            self.json = json.loads(self.body)


def exchange(world, data, **more):
    """All answers to these bytes, to the end of the connection, which has to come."""
    with socket.create_connection((world.host, world.port)) as peer:
        peer.settimeout(DEADLINE_S)
        try:
            peer.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # closed in the midst of it: what was said before counts
        received = io.BytesIO()
        try:
            while True:
                block = peer.recv(65536)
                if not block:
                    break
                received.write(block)
        except ConnectionResetError:
            pass
    end = received.tell()
    received.seek(0)
    answers = []
    while received.tell() < end:
        answers.append(Raw(received, **more))
    return [answer for answer in answers if answer.status != 100]


# what, bytes, statuses of the answers, field
SHAPES = (
    ("a request", LAST, [200], None),
    ("HTTP/1.0", b"GET /healthz HTTP/1.0\r\n\r\n", [200], None),
    ("bare line feeds", LAST.replace(b"\r\n", b"\n"), [200], None),
    ("empty lines before", b"\r\n\r\n" + LAST, [200], None),
    ("a query of 1,000 arguments", b"GET /healthz?" + b"a=b&" * 1000 + b" HTTP/1.1\r\n" + HOST +
     b"Connection: close\r\n\r\n", [200], None),
    ("a query of nonsense", LAST.replace(b"healthz", b"healthz?%zz&=&&a=%00"), [200], None),
    ("a cookie", LAST.replace(HOST, HOST + b"Cookie: " + b"a=b; " * 500 + b"\r\n"), [200], None),
    ("a body for a GET", GET + b"Content-Length: 2\r\n\r\n{}" + LAST, [200, 200], None),
    ("a body in one chunk", CHUNKED + b"2\r\n{}\r\n0\r\n\r\n" + LAST, [401, 200], None),
    ("a chunk's extension and a trailer", CHUNKED + b"2;a=b\r\n{}\r\n0\r\nX-After: 1\r\n\r\n" + LAST,
     [401, 200], None),
    ("Expect: 100-continue", PUT + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}" + LAST,
     [401, 200], None),
    ("an upgrade to HTTP/2", LAST.replace(b"close", b"close, Upgrade\r\nUpgrade: h2c"), [200], None),

    ("no version", b"GET /healthz\r\n\r\n", [400], None),
    ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505], None),
    ("HTTP/0.9", b"GET / HTTP/0.9\r\n\r\n", [505], None),
    ("a blank after the version", b"GET /healthz HTTP/1.1 \r\n" + HOST + b"\r\n", [400], None),
    ("a NUL in the path", b"GET /healthz\x00/../work HTTP/1.1\r\n" + HOST + b"\r\n", [400], None),
    ("no Host", b"GET /healthz HTTP/1.1\r\n\r\n", [400], "Host"),
    ("two Hosts", GET + b"Host: other\r\n\r\n", [400], "Host"),
    ("a header without a colon", GET + b"Nothing\r\n\r\n", [400], None),
    ("a blank before the colon", GET + b"Content-Length : 5\r\n\r\n", [400], None),
    ("a name with a bracket", GET + b"A(b): 5\r\n\r\n", [400], None),
    ("no name", GET + b": 5\r\n\r\n", [400], None),
    ("no name, before others", b"GET /healthz HTTP/1.1\r\n: 5\r\n" + HOST + b"\r\n", [400], None),
    ("no name, and a request behind it", GET + b":\r\n" + SMUGGLED, [400], None),
    ("a carriage return in a value", GET + b"X-A: a\rb\r\n\r\n", [400], None),
    ("an escape sequence in a value", GET + b"X-A: \x1b[31m\r\n\r\n", [400], None),
    ("a folded header", GET + b"X-A: a\r\n b\r\nX-B: c\r\n\r\n", [400], None),
    ("a folded Content-Length", PUT + b"Content-Length: 1\r\n 0\r\n\r\n" + SMUGGLED, [400], None),
    ("two tokens", GET + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n", [400],
     "Authorization"),
    ("two keys", GET + b"Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n", [400], "Idempotency-Key"),

    ("two lengths", PUT + b"Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}" + SMUGGLED, [400],
     "Content-Length"),
    ("the same length twice", PUT + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED,
     [400], "Content-Length"),
    ("a list of lengths", PUT + b"Content-Length: 2, 2\r\n\r\n{}" + SMUGGLED, [400],
     "Content-Length"),
    ("length, then chunked", PUT + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"0\r\n\r\n" + SMUGGLED, [400], "Content-Length"),
    ("chunked, then length", PUT + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
     b"0\r\n\r\n" + SMUGGLED, [400], "Content-Length"),
    ("chunked twice", PUT + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"
     b"0\r\n\r\n" + SMUGGLED, [400], "Transfer-Encoding"),
    ("another encoding", PUT + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, [400],
     "Transfer-Encoding"),
    ("nearly chunked", PUT + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED, [400],
     "Transfer-Encoding"),
    ("identity", PUT + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED, [400],
     "Transfer-Encoding"),
    ("chunked in HTTP/1.0", CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"0\r\n\r\n" + SMUGGLED,
     [400], "Transfer-Encoding"),
    *((f"a Content-Length of {text or 'nothing'!r}", PUT + b"Content-Length: " + text.encode() +
       b"\r\n\r\n{}" + SMUGGLED, [400], "Content-Length")
      for text in ("", "abc", "-1", "+2", "0x2", "2 2", "2.0", "1e1")),
    ("an endless Content-Length", PUT + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n{}", [413],
     "Content-Length"),
    ("100 MB announced", PUT + b"Content-Length: 100000000\r\n\r\n{}", [413], None),
    *((f"a chunk of {text!r}", CHUNKED + text + b"\r\n{}\r\n0\r\n\r\n" + SMUGGLED, [400], None)
      for text in (b"zz", b"-1", b"0x2", b"", b"2 ")),
    ("a chunk longer than it says", CHUNKED + b"2\r\n{}{}\r\n0\r\n\r\n" + SMUGGLED, [400], None),
    ("an endless chunk", CHUNKED + b"f" * 30 + b"\r\n{}", [413], None),
    ("a trailer that is none", CHUNKED + b"0\r\nNothing\r\n\r\n", [400], None),

    ("a long path", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", [414], None),
    ("an endless first line", b"GET /" + b"a" * 100000, [414], None),
    ("a long query", b"GET /healthz?" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", [431],
     None),
    ("a long header", GET + b"X-A: " + b"a" * 9000 + b"\r\n\r\n", [431], None),
    ("1,000 headers", GET + b"X-A: a\r\n" * 1000 + b"\r\n", [431], None),
    ("49 headers", GET + b"X-A: a\r\n" * 48 + b"\r\n", [431], None),
    ("a cookie as large as the memory", GET + b"Cookie: " + b"a" * 7000 + b"\r\n\r\n", [431], None),

    ("an absolute target", LAST.replace(b" /healthz", b" http://elsewhere/v1"), [404], None),
    ("the asterisk", LAST.replace(b"GET /healthz", b"OPTIONS *"), [404], None),
    ("CONNECT", LAST.replace(b"GET /healthz", b"CONNECT x:80"), [404], None),
    *((f"the method {method[:8].decode()} of {len(method)}", LAST.replace(b"GET", method, 1), [405],
       None) for method in (b"OPTIONS", b"TRACE", b"PATCH", b"get", b"A" * 1024)),
    ("a fragment", LAST.replace(b"healthz", b"healthz#a"), [404], None),

    # Nothing that could be answered.
    ("no HTTP", b"GARBAGE\r\n\r\n", [], None),
    ("TLS to a port without", bytes.fromhex("16030100a5010000a10303") + bytes(150) + b"\n", [], None),
    ("binary noise", bytes(range(1, 32)) * 4, [], None),
)


def shape(world, data, statuses, field):
    answers = exchange(world, data)
    got = [answer.status for answer in answers]
    expect(got == statuses, f"{got} instead of {statuses}")
    for answer in answers:
        if answer.status >= 400:
            world.contract.judge_problem(answer)
            expect(answer.headers["cache-control"] == "no-store", answer.headers)
    if answers and answers[0].status >= 400:
        expect(answers[0].json.get("field") == field, answers[0].body)


def heads_of_every_size(world):
    """Between what is taken and what is refused there is no size that gets no answer."""
    for size in range(3400, 9000, 37):
        for name, value in ((b"X-A: ", b"a" * size), (b"", b"X-A: aaaa\r\n" * (size // 100))):
            answers = exchange(world, GET + name + value.rstrip() + b"\r\nConnection: close\r\n\r\n")
            expect(len(answers) == 1, f"{len(answers)} answers to a head of {size}")
            expect(answers[0].status in (200, 414, 431), f"{answers[0].status} for {size}")


def heads_only(world):
    for method, path, token, status in (("GET", "/healthz", None, 200), ("GET", "/v1/work", None, 401),
                                        ("GET", "/v1/work", world.anna.token, 200)):
        auth = f"Authorization: Bearer {token}\r\n".encode() if token else b""
        request = f" {path} HTTP/1.1\r\n".encode() + HOST + auth + b"Connection: close\r\n\r\n"
        whole = exchange(world, method.encode() + request)[0]
        head = exchange(world, b"HEAD" + request, head_only=True)[0]
        expect(head.status == whole.status == status, f"{head.status}, {whole.status}")
        for name in ("content-type", "cache-control"):
            expect(head.headers[name] == whole.headers[name], name)
    answers = exchange(world, b"HEAD /v1/sessions HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n",
                       head_only=True)
    expect(answers[0].status == 405, f"{answers[0].status}")


def streams_have_no_head(world):
    """It would be a second stream, and end the first."""
    stream = world.anna.stream()
    expect(stream.next("work"), "no stream")
    auth = f"Authorization: Bearer {world.anna.token}\r\n".encode()
    answer = exchange(world, b"HEAD /v1/events HTTP/1.1\r\n" + HOST + auth + b"Connection: close\r\n\r\n",
                      head_only=True)[0]
    expect(answer.status == 405, f"{answer.status}")
    world.anna.good("PUT", "/v1/status", {"status": "busy"})
    expect(stream.next("work")[1]["status"] == "busy", "the stream ended")
    stream.close()


def pipelined(world):
    count = 1000
    answers = exchange(world, (GET + b"\r\n") * (count - 1) + LAST)
    expect(len(answers) == count, f"{len(answers)} answers to {count}")
    expect(all(answer.status == 200 for answer in answers), "not all well")


def byte_by_byte(world):
    with socket.create_connection((world.host, world.port)) as peer:
        peer.settimeout(DEADLINE_S)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in PUT + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}":
            peer.send(bytes([byte]))
        answer = Raw(peer.makefile("rb"))
    expect(answer.status == 401, f"{answer.status}")


def chunked_flood(world):
    """A body without an end is cut off, with an answer if the sender looks for it."""
    with socket.create_connection((world.host, world.port)) as peer:
        peer.settimeout(DEADLINE_S)
        peer.sendall(PUT + f"Authorization: Bearer {world.anna.token}\r\n".encode() +
                     b"Transfer-Encoding: chunked\r\n\r\n")
        block = b"10000\r\n" + b" " * 65536 + b"\r\n"
        sent = 0
        try:
            for sent in range(1600):
                peer.sendall(block)
        except (BrokenPipeError, ConnectionResetError):
            pass
        expect(sent < 400, f"{sent} blocks of 64 KiB were taken")


def left_alone(world):
    """Who leaves in the midst of it leaves nothing behind."""
    for data in (b"", b"GET /v1/hea", GET, PUT + b"Content-Length: 200\r\n\r\n{", CHUNKED + b"5\r\n{"):
        with socket.create_connection((world.host, world.port)) as peer:
            peer.sendall(data)
            peer.shutdown(socket.SHUT_WR)
            peer.settimeout(DEADLINE_S)
            expect(peer.recv(1) == b"", f"an answer to {data!r}")


def main():
    build, source = sys.argv[1:3]
    tap = Tap()
    world = World(build, source, [f"agent anna WAL fr agent {PASSWORD}"], agent_gone_s=600)
    try:
        world.start()
        world.anna = world.sign_in("anna")
        for what, *rest in SHAPES:
            tap.case(what, shape, world, *rest)
        for case in (heads_of_every_size, heads_only, streams_have_no_head, pipelined, byte_by_byte,
                     chunked_flood, left_alone):
            tap.case(case.__name__.replace("_", " "), case, world)
        tap.case("and who behaves is served", world.anna.work)
        tap.say(world.stop() == 0, "pupitred ends when it is asked to",
                world.log.read_text("utf-8", "replace")[-3000:])
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
