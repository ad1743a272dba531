#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""HTTPS: who is let in, what is refused before anybody is served, many clients and event streams at
once over TLS.

usage: test_tls.py BUILD-ROOT SOURCE-ROOT"""

import asyncio
import errno
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys

from tap import Tap, expect
from test_crowd import crowd, raise_descriptors
from world import DEADLINE_S, PASSWORD, World, wait_for

AGENTS = 12
LINES = [f"agent agent{i} WAL fr agent {PASSWORD}" for i in range(AGENTS)] + ["people 2 WAL fr"]


def pki_make(source, directory):
    subprocess.run([f"{source}/tests/pki/make-pki", str(directory)], check=True)
    return pathlib.Path(directory)


def files(pki, name):
    return ["--tls-cert", str(pki / f"{name}.pem"), "--tls-key", str(pki / f"{name}.key")]


def refused(world, *more, listen="127.0.0.1:0"):
    """What pupitred says when it does not start."""
    done = subprocess.run(
        [str(world.build / "net/server/pupitred"), "--data", str(world.data), "--listen", listen,
         "--gateway", "g", *more], capture_output=True, text=True, check=False, timeout=DEADLINE_S)
    expect(done.returncode != 0, "it started")
    return done.stderr


def bad_files(world, pki):
    both = files(pki, "good")
    open_key = pki / "open.key"
    shutil.copy(pki / "good.key", open_key)
    os.chmod(open_key, 0o644)
    rows = [
        (both[:2], "go together"),
        (both[2:], "go together"),
        (["--tls-cert", str(pki / "good.pem"), "--tls-key", str(open_key)], "open.key: others can"),
        (["--tls-cert", str(pki / "none.pem"), *both[2:]], "none.pem: No such file"),
        (["--tls-cert", str(pki / "good.key"), *both[2:]], "good.key: there is no certificate"),
        (["--tls-cert", str(pki / "good.pem"), "--tls-key", str(pki / "early.key")],
         "early.key: it is not the key of"),
        (["--tls-cert", str(pki), *both[2:]], "it has to be a small file"),
    ]
    for more, words in rows:
        said = refused(world, *more)
        expect(words in said, said)


def other_addresses(world):
    """Without TLS nobody else's machine gets in."""
    for listen in ("0.0.0.0:0", "[::]:0", "127.0.0.1:0,[::]:0"):
        said = refused(world, listen=listen)
        expect("loopback" in said and "set tls-cert" in said, said)


def handshake(world, context):
    with socket.create_connection((world.host, world.port), timeout=DEADLINE_S) as plain:
        with context.wrap_socket(plain, server_hostname=world.host) as secure:
            return secure.version(), secure.cipher()[0]


def old_protocols(world, pki):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=pki / "ca.pem")
        context.minimum_version = context.maximum_version = version
        name, cipher = handshake(world, context)
        expect("GCM" in cipher or "CHACHA20" in cipher or "CCM" in cipher, cipher)
        expect(name == ("TLSv1.2" if version == ssl.TLSVersion.TLSv1_2 else "TLSv1.3"), name)
    for ciphers in ("AES256-SHA", "AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-SHA"):
        context = ssl.create_default_context(cafile=pki / "ca.pem")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(ciphers + ":@SECLEVEL=0")
        try:
            expect(not handshake(world, context), f"{ciphers} was taken")
        except (ssl.SSLError, ConnectionError):
            pass
    # What Python's library no longer speaks by itself is said by hand: a ClientHello of TLS 1.0.
    hello = bytes.fromhex("16030100 2d 01000029 0301".replace(" ", "")) + bytes(32) + bytes.fromhex(
        "00 0002 0035 0100".replace(" ", ""))
    with socket.create_connection((world.host, world.port), timeout=DEADLINE_S) as plain:
        plain.sendall(hello)
        answer = plain.recv(64)
    expect(not answer or answer[0] == 0x15, answer)  # an alert, or the end


def plain_http(world):
    """To a port that speaks TLS, and garbage: the connection ends, and the next one is served."""
    for text in (b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"x" * 400, b""):
        with socket.create_connection((world.host, world.port), timeout=DEADLINE_S) as plain:
            try:
                plain.sendall(text)
                plain.shutdown(socket.SHUT_WR)
                got = plain.recv(4096)
            except ConnectionError:
                got = b""
            except OSError as error:  # it was quicker than our end of sending
                expect(error.errno == errno.ENOTCONN, error)
                got = b""
        expect(b"HTTP/1.1 200" not in got, got)
    expect(world.ask("GET", "/healthz").status == 200, "not served")


def streams(world):
    """Many open event streams over TLS; a change is pushed to its own, and all of them live."""
    agents = [world.sign_in(f"agent{i}") for i in range(AGENTS)]
    opened = [agent.stream() for agent in agents]
    for stream in opened:
        expect(stream.next("work"), "no work")
    for agent in agents:
        agent.good("PUT", "/v1/status", {"status": "meal"})
    for stream in opened:
        while True:
            got = stream.next("work")
            expect(got, "the stream ended")
            if got[1]["status"] == "meal":
                break
    for stream in opened:
        stream.close()


def offer_over_tls(world):
    agent = world.sign_in("agent0")
    stream = agent.stream()
    agent.on_queue()
    while not (got := stream.next("work")[1])["offer"]:
        pass
    agent.act("accept", got["offer"])
    expect(agent.permit(got["offer"])["call_id"], "no permit")
    stream.close()


def shown(world, pki):
    """The certificate that a new connection gets."""
    context = ssl.create_default_context(cafile=pki / "ca.pem")
    context.check_hostname = False
    with socket.create_connection((world.host, world.port), timeout=DEADLINE_S) as plain:
        with context.wrap_socket(plain) as secure:
            return dict(pair[0] for pair in secure.getpeercert()["subject"])["commonName"]


def put(live, pki, name, *kinds):
    """As a client of an authority renews: a new file, put in place at once."""
    for kind in kinds:
        shutil.copy(pki / f"{name}.{kind}", live / "new")
        os.chmod(live / "new", 0o600)
        os.replace(live / "new", live / f"tls.{kind}")


def renewed(world, pki, live):
    """Nobody is dropped, new connections see the new one, and rubbish changes nothing."""
    agent = world.sign_in("agent1")
    stream = agent.stream()
    expect(stream.next("work"), "no work")
    put(live, pki, "wrong-name", "pem", "key")
    wait_for("the new certificate", lambda: shown(world, pki) == "wrong-name")
    put(live, pki, "good", "pem")  # the other half of a pair is not there yet
    world.process.send_signal(signal.SIGHUP)
    wait_for("a word about it", lambda: "it is not the key of" in world.log.read_text("utf-8"))
    expect(shown(world, pki) == "wrong-name", "half a pair is served")
    put(live, pki, "good", "key")
    wait_for("the pair", lambda: shown(world, pki) == "good")
    (live / "tls.pem").write_text("rubbish")
    wait_for("a word about rubbish", lambda: "there is no certificate in it" in world.log.read_text("utf-8"))
    (live / "tls.key").unlink()
    world.process.send_signal(signal.SIGHUP)
    expect(shown(world, pki) == "good", "rubbish is served")
    agent.good("PUT", "/v1/status", {"status": "meeting"})
    while stream.next("work")[1]["status"] != "meeting":
        pass
    stream.close()
    put(live, pki, "good", "pem", "key")


def main():
    build, source = sys.argv[1:3]
    raise_descriptors()
    tap = Tap()
    world = World(build, source, LINES, offer_s=600, preview_s=600, acw_s=600, agent_gone_s=600)
    try:
        pki = pki_make(source, world.directory / "pki")
        tap.case("certificate and key are looked at before anybody is served", bad_files, world, pki)
        tap.case("without TLS only this machine is served", other_addresses, world)
        live = world.directory / "live"
        live.mkdir()
        put(live, pki, "good", "pem", "key")
        world.more = files(live, "tls")
        world.trust = ssl.create_default_context(cafile=pki / "ca.pem")
        world.start()
        tap.case("an agent works over TLS", offer_over_tls, world)
        tap.case("old protocols and ciphers are refused", old_protocols, world, pki)
        tap.case("plain HTTP and garbage harm nothing", plain_http, world)
        tap.case(f"{AGENTS} event streams are served over TLS", streams, world)
        tap.case("a renewed certificate is served without a restart", renewed, world, pki, live)
        for size in (128, 300):
            tap.case(f"{size} clients at once are served over TLS",
                     lambda n=size: asyncio.run(crowd(world, n)))
        tap.say(world.stop() == 0, "it ends when it is asked to")
        world.more = files(pki, "expired")
        world.trust = None
        world.start()
        tap.say("tls the certificate has expired" in world.log.read_text("utf-8"),
                "a certificate that has expired is said in the log")
    except Exception as error:  # noqa: BLE001: told, so that missing cases count
        tap.say(False, "the suite goes on to its end", repr(error))
    finally:
        world.end()
    tap.end()


if __name__ == "__main__":
    main()
