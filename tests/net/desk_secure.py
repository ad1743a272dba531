# SPDX-License-Identifier: Apache-2.0
"""SIP over TLS, encrypted sound, and a secret that is replaced: against a telephone exchange in
Python, with good certificates and bad ones, and against another baresip."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import queue
import re
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time

from deskkit import (SOURCE, ULAW, Desk, Screen, SipPeer, free_port, need, rms, run, tone_share,
                     wait_until)

REALM = "exchange.example"


class Pki:
    """tests/pki/make-pki."""

    def __init__(self, folder):
        self.dir = os.path.join(folder, "pki")
        subprocess.run([f"{SOURCE}/tests/pki/make-pki", self.dir], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def pem(self, name):
        with open(f"{self.dir}/{name}.pem", encoding="ascii") as f:
            return f.read()


class TlsSocket:
    """A TLS server with the calls of a datagram socket: one SIP message at a time."""

    def __init__(self, cert, key, port=0):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, key)
        self.listener = socket.create_server(("127.0.0.1", port))
        self.messages = queue.Queue()
        self.peers = {}
        self.decrypted = 0  # bytes of SIP that reached us
        self.connected = 0
        self.refused = 0  # handshakes that the other side broke off
        self.timeout = 0.1
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                raw, address = self.listener.accept()
            except OSError:
                return
            self.connected += 1
            threading.Thread(target=self._serve, args=(raw, address), daemon=True).start()

    def _serve(self, raw, address):
        try:
            peer = self.context.wrap_socket(raw, server_side=True)
            self.peers[address] = peer
            data = b""
            while more := peer.recv(65536):
                self.decrypted += len(more)
                data = self._take(data + more, address)
        except OSError:  # ssl.SSLError is one
            self.refused += 1
        finally:
            raw.close()

    def _take(self, data, address):
        data = data.lstrip(b"\r\n")  # keep-alives of RFC 5626
        while b"\r\n\r\n" in data:
            head, rest = data.split(b"\r\n\r\n", 1)
            length = int(re.search(rb"^Content-Length: *(\d+)", head, re.M | re.I).group(1))
            if len(rest) < length:
                break
            self.messages.put((head + b"\r\n\r\n" + rest[:length], address))
            data = rest[length:]
        return data

    def getsockname(self):
        return self.listener.getsockname()

    def settimeout(self, seconds):
        self.timeout = seconds

    def recvfrom(self, _):
        try:
            return self.messages.get(timeout=self.timeout)
        except queue.Empty:
            raise TimeoutError from None

    def sendto(self, data, address):
        self.peers[address].sendall(data)

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # or the thread that accepts keeps it
        self.listener.close()
        for peer in self.peers.values():
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it is gone already
            peer.close()


class Exchange(SipPeer):
    """The peer behind TLS. secrets: those that a registration may have, None = any."""

    def __init__(self, pki, certificate="good", secrets=None, port=0, **more):
        self.files = (f"{pki.dir}/{certificate}.pem", f"{pki.dir}/{certificate}.key")
        self.secrets = secrets
        self.used = []  # the secret of each registration that was right; None = a wrong one
        super().__init__(port=port, **more)

    def open_sip(self, port):
        return TlsSocket(*self.files, port)

    def contact(self):
        return super().contact() + ";transport=tls"

    def headers(self):
        nonce = os.urandom(8).hex()
        return [f'WWW-Authenticate: Digest realm="{REALM}", nonce="{nonce}", algorithm=MD5']

    def _right(self, text):
        """The secret that the digest of a registration was made with, or None."""
        line = re.search(r"^Authorization: Digest ([^\r]*)", text, re.M)
        if not line:
            return None
        f = dict(re.findall(r'(\w+)="([^"]*)"', line.group(1)))

        def md5(s):
            return hashlib.md5(s.encode()).hexdigest()
        for secret in self.secrets:
            ha1 = md5(f"{f['username']}:{f['realm']}:{secret}")
            if md5(f"{ha1}:{f['nonce']}:{md5('REGISTER:' + f['uri'])}") == f["response"]:
                return secret
        return None

    def _reply(self, text, to, status, sdp=False):
        if text.startswith("REGISTER") and self.secrets is not None:
            secret = self._right(text)
            if "Authorization:" in text:
                self.used.append(secret)
            status = "200 OK" if secret else "401 Unauthorized"
        super()._reply(text, to, status, sdp)


def aes_blocks(key, blocks):
    return subprocess.run(["openssl", "enc", "-aes-128-ecb", "-nopad", "-K", key.hex()],
                          input=b"".join(blocks), check=True, capture_output=True).stdout


def keystream(key, iv, length):
    n = int.from_bytes(iv, "big")
    blocks = [(n + i).to_bytes(16, "big") for i in range((length + 15) // 16)]
    return aes_blocks(key, blocks)[:length]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


class Srtp:
    """RFC 3711 with AES_CM_128_HMAC_SHA1_80, receiving, sequence numbers that do not wrap."""

    def __init__(self, key_and_salt):
        key, salt = key_and_salt[:16], key_and_salt[16:]

        def derive(label, length):
            return keystream(key, xor(salt, bytes(7) + bytes([label]) + bytes(6)) + b"\0\0", length)
        self.key, self.auth, self.salt = derive(0, 16), derive(1, 20), derive(2, 14)

    def sound(self, packet):
        """The payload; an error when the packet is not of this key."""
        body, tag = packet[:-10], packet[-10:]
        assert hmac.new(self.auth, body + bytes(4), "sha1").digest()[:10] == tag, "authentication"
        head = 12 + 4 * (packet[0] & 15)
        iv = xor(self.salt + b"\0\0", bytes(4) + packet[8:12] + bytes(4) + packet[2:4] + b"\0\0")
        return xor(body[head:], keystream(self.key, iv, len(body) - head))


class SrtpPeer(SipPeer):
    """answers: "key" with a key of RFC 4568, "no-key" RTP/SAVP without one, "plain" RTP/AVP."""

    def __init__(self, answers="key", early=False, **more):
        self.answers = answers
        self.early = early
        super().__init__(speaks=False, **more)

    def session(self):
        plain = super().session()
        if self.answers == "plain":
            return plain
        safe = plain.replace("RTP/AVP", "RTP/SAVP")
        if self.answers == "no-key":
            return safe
        key = base64.b64encode(bytes(range(30))).decode()
        return safe + f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{key}\r\n"

    def _reply(self, text, to, status, sdp=False):
        if self.early and status == "180 Ringing":
            status, sdp = "183 Session Progress", True
        super()._reply(text, to, status, sdp)


def secure(screen, exchange, pki, ca="ca", ready=True, **more):
    screen.sign_in(exchange.port, transport="tls", sip_ca=pki.pem(ca) if ca else "", ready=ready,
                   **more)


def phone(screen, what, **wanted):
    return screen.wait(what, lambda m: m.get("event") == "phone" and all(
        m[key] == value for key, value in wanted.items()))


def a_good_certificate_is_registered_with_and_called_through(folder):
    pki = Pki(folder)
    with Exchange(pki) as peer, Desk(folder) as desk:
        screen = Screen(desk)
        secure(screen, peer, pki, register=True)
        phone(screen, "registered", registered=True, state="ready", fault="")
        screen.dial("+32470000100")
        screen.kind("answer")
        peer.wait_for("ACK")
        screen.ok("hold", call_id="call-1", on=True)
        peer.wait_for("INVITE", 2)
        screen.ok("end", call_id="call-1")
        peer.wait_for("BYE")
        assert peer.sip.connected == 1, "everything goes over the one connection"


def a_bad_certificate_gets_not_a_byte(folder):
    """Nor does one that is good and has no TLS behind it, or the wrong authority."""
    pki = Pki(folder)
    cases = [
        ("self-signed", "ca", "self-signed", ""),
        ("wrong-name", "ca", "name", "backend.example, 192.0.2.1"),
        ("expired", "ca", "expired", "2020-01-02"),
        ("early", "ca", "early", time.strftime("%Y-%m-%d", time.gmtime(time.time() + 864000))),
        ("good", "other-ca", "untrusted", "ca of a test"),
        ("good", None, "untrusted", "ca of a test"),
    ]
    for register in (True, False):
        for i, (certificate, ca, fault, about) in enumerate(cases):
            with Exchange(pki, certificate) as peer, Desk(folder, f"{i}{register}") as desk:
                screen = Screen(desk)
                secure(screen, peer, pki, ca, register=register, ready=False)
                told = phone(screen, "the fault", state="failed", fault=fault)
                assert told["about"] == about or fault == "early", told
                assert about in told["reason"] and "%" not in told["reason"], told
                assert Screen(desk).hello["fault"] == fault
                wait_until("the handshake was broken off", lambda: peer.sip.refused >= 1)
                assert peer.sip.decrypted == 0 and not peer.requests


def a_call_to_a_bad_certificate_ends_and_sends_nothing(folder):
    """The certificate was changed while the telephone stood ready."""
    pki = Pki(folder)
    with Desk(folder) as desk:
        screen = Screen(desk)
        with Exchange(pki) as peer:
            port = peer.port
            secure(screen, peer, pki, register=True)
            phone(screen, "registered", registered=True)
        with Exchange(pki, "expired", port=port) as peer:
            screen.ask("dial", call_id="call-1", call_token="t", number="112",
                       uri="sip:112@127.0.0.1", ring_limit_s=30)
            assert screen.kind("end")["end"] == "failed"
            phone(screen, "the fault", state="failed", fault="expired")
            assert peer.sip.decrypted == 0
        screen.events.clear()
        with Exchange(pki, "good", port=port) as peer:  # mended
            phone(screen, "the telephone is back", state="ready", fault="", registered=True)


def nothing_goes_out_plain_when_tls_is_wanted(folder):
    """Not by UDP, not by TCP, whatever the address says."""
    pki = Pki(folder)
    with SipPeer() as udp, Desk(folder) as desk:
        heard = []
        with socket.create_server(("127.0.0.1", udp.port)) as tcp:
            tcp.settimeout(10)

            def listen():
                connection, _ = tcp.accept()
                connection.settimeout(3)
                try:
                    heard.append(connection.recv(65536))
                except TimeoutError:
                    heard.append(b"")
                connection.close()
            thread = threading.Thread(target=listen)
            thread.start()
            screen = Screen(desk)
            secure(screen, udp, pki, register=True, ready=False)
            thread.join()
        assert heard[0][:1] == b"\x16", "a TLS handshake and nothing else"
        assert b"REGISTER" not in heard[0] and not udp.requests
        screen.ask("dial", call_id="call-1", call_token="t", number="112",
                   uri=f"sip:112@127.0.0.1:{udp.port};transport=udp", ring_limit_s=30)
        screen.kind("end")
        assert not udp.requests


def hostile_settings_are_refused(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        for fields in ({"transport": "sctp"}, {"transport": "tls;x=1"}, {"media": "zrtp"},
                       {"media": ""}, {"media": "srtp;mediaenc=plain"}, {"transport": 5},
                       {"sip_ca": "x" * (16 * 1024 + 1)}, {"sip_secret_renew_s": -1},
                       {"sip_secret_renew_s": "5"}):
            answer = screen.ask("sign_in", backend="http://127.0.0.1:9", agent_id="a", token="t",
                                journal_key="k", aor="sip:a@127.0.0.1", sip_secret="",
                                outbound=f"sip:127.0.0.1:{peer.port}", register=True,
                                screen_grace_s=60, **fields)
            assert answer.get("code") == "invalid", (fields, answer)
        for fields in ({"transport": "tls", "sip_ca": "no certificate"},
                       {"transport": "tls", "sip_ca": "-----BEGIN CERTIFICATE-----\nAAAA\n"
                                                      "-----END CERTIFICATE-----\n"}):
            screen.events.clear()
            screen.sign_in(peer.port, ready=False, register=True, **fields)
            phone(screen, "refused", state="failed")
        assert not peer.requests


def the_sound_is_encrypted_with_srtp(folder):
    with SrtpPeer() as peer, Desk(folder) as desk:
        packets = []
        peer.rtp = Tap(peer.rtp, packets)
        screen = Screen(desk)
        screen.sign_in(peer.port, media="srtp")
        screen.dial("+32470000100")
        screen.kind("answer")
        assert screen.wait("encrypted", lambda m: m.get("event") == "media")["encrypted"]
        assert screen.ok("call")["call"]["encrypted"] is True
        wait_until("sound", lambda: len(packets) >= 60)
        offer = peer.ringing[0][1]
        assert re.search(r"^m=audio \d+ RTP/SAVP ", offer, re.M), offer
        key = re.search(r"^a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:([^\r|]*)", offer, re.M)
        srtp = Srtp(base64.b64decode(key.group(1)))
        sound = [p for p in packets[10:60] if p[1] & 0x7F == 0]
        on_the_wire = [ULAW[b] for p in sound for b in p[12:172]]
        opened = [ULAW[b] for p in sound for b in srtp.sound(p)]
        assert tone_share(on_the_wire, 400) < 0.05, "noise on the wire"
        assert tone_share(opened, 400) > 0.9 and rms(opened) > 1000, "the tone with the key"
        # Hold, and back: the same keys go on.
        screen.ok("hold", call_id="call-1", on=True)
        peer.wait_for("INVITE", 2)
        screen.ok("hold", call_id="call-1", on=False)
        peer.wait_for("INVITE", 3)
        before = len(packets)
        wait_until("sound after the hold", lambda: len(packets) >= before + 20)
        opened = [ULAW[b] for p in packets[before + 5:] if p[1] & 0x7F == 0 for b in srtp.sound(p)]
        assert tone_share(opened, 400) > 0.9


class Tap:
    """Notes each whole RTP packet that a socket gets."""

    def __init__(self, sock, packets):
        self.sock = sock
        self.packets = packets

    def recvfrom(self, size):
        data, address = self.sock.recvfrom(size)
        if len(data) > 12 and not 200 <= data[1] <= 207:  # RTCP comes to the next port anyway
            self.packets.append(data)
        return data, address

    def __getattr__(self, name):
        return getattr(self.sock, name)


def a_call_that_is_not_encrypted_is_refused(folder):
    for media, answers in (("srtp", "plain"), ("srtp", "no-key"), ("dtls-srtp", "plain"),
                           ("dtls-srtp", "no-key")):
        for early in (False, True):
            name = f"{media[0]}{answers[0]}{early:d}"
            with SrtpPeer(answers, early) as peer, Desk(folder, name) as desk:
                packets = []
                peer.rtp = Tap(peer.rtp, packets)
                screen = Screen(desk)
                screen.sign_in(peer.port, media=media)
                screen.dial("+32470000100")
                end = screen.kind("end", seconds=30)
                assert end["end"] == "failed" and "encrypt" in end["text"], (name, end)
                peer.wait_for("BYE")
                assert not packets, (name, len(packets))


def without_encryption_it_is_said(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_to(peer)
        told = screen.wait("not encrypted", lambda m: m.get("event") == "media")
        assert told["encrypted"] is False and told["call_id"] == "call-1"
        assert screen.ok("call")["call"]["encrypted"] is False


class FarPhone:
    """Another baresip, as the person's telephone: picks up, plays 700 Hz, records what it hears."""

    def __init__(self, folder, media):
        self.dir = os.path.join(folder, "far")
        self.port = free_port()
        os.makedirs(self.dir)
        modules = ["account", "g711", "ausine", "aubridge", "sndfile", "srtp", "dtls_srtp"]
        config = ["poll_method epoll", f"sip_listen 127.0.0.1:{self.port}",
                  "net_interface 127.0.0.1", "audio_player aubridge,silence",
                  "audio_alert aubridge,silence", "audio_source ausine,700",
                  "ausrc_srate 48000", "ausrc_channels 2", f"snd_path {self.dir}",
                  "module_path /usr/lib/baresip/modules",
                  *(f"module {m}.so" for m in modules[1:]), "module_app account.so"]
        self._write("config", "\n".join(config) + "\n")
        self._write("accounts", f"<sip:112@127.0.0.1>;regint=0;answermode=auto;mediaenc={media}"
                                ";audio_codecs=PCMU/8000/1\n")
        self.process = subprocess.Popen(["baresip", "-4", "-f", self.dir],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        mark = f":{self.port:04X} "
        wait_until("the far phone listens", lambda: mark in open("/proc/net/udp").read())

    def _write(self, name, text):
        with open(os.path.join(self.dir, name), "w", encoding="ascii") as f:
            f.write(text)

    def heard(self):
        """The file of what came, decoded."""
        names = [n for n in os.listdir(self.dir) if n.endswith("-dec.wav")]
        return os.path.join(self.dir, names[0]) if names else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def frequency(path):
    """0 while the file is not written to its end."""
    said = subprocess.run(["sox", path, "-n", "stat"], capture_output=True, text=True,
                          check=False).stderr
    found = re.search(r"Rough\s+frequency:\s+(\d+)", said)
    return int(found.group(1)) if found else 0


def talks_to_another_baresip(folder, media, theirs):
    with FarPhone(folder, theirs) as far, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(far.port, media=media)
        screen.dial("112")
        screen.kind("answer")
        assert screen.wait("encrypted", lambda m: m.get("event") == "media")["encrypted"]
        wait_until("sound both ways", lambda: (s := screen.ok("stats", call_id="call-1"))[
            "received"] >= 150 and s["sent"] >= 150)
        assert screen.ok("stats", call_id="call-1")["lost"] == 0
        screen.ok("end", call_id="call-1")
        wait_until("the recording", lambda: far.heard() and frequency(far.heard()))
        assert 390 <= frequency(far.heard()) <= 410, frequency(far.heard())


def srtp_with_another_baresip(folder):
    talks_to_another_baresip(folder, "srtp", "srtp-mand")


def dtls_srtp_with_another_baresip(folder):
    talks_to_another_baresip(folder, "dtls-srtp", "dtls_srtp")


class Secrets:
    """A backend that gives the secrets in turn; an entry that is a number is a refusal."""

    def __init__(self, *answers):
        self.asked = []
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answer = answers[min(len(backend.asked), len(answers) - 1)]
                backend.asked.append((self.path, self.headers["Authorization"]))
                body = b"" if isinstance(answer, int) else json.dumps(
                    {"sip_secret": answer, "sip_secret_renew_s": 1}).encode()
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # the desk ended

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def a_renewed_secret_disturbs_no_call(folder):
    pki = Pki(folder)

    class Quick(Exchange):
        """Registrations are refreshed at the exchange's pace."""

        def _reply(self, text, to, status, sdp=False):
            super()._reply(re.sub(r"expires=[1-9]\d*", "expires=5", text), to, status, sdp)
    with Secrets("Second2", 503, "Third3") as backend, Desk(folder) as desk, \
            Quick(pki, secrets={"First1"}) as peer:
        screen = Screen(desk)
        secure(screen, peer, pki, register=True, secret="First1", backend=backend.url,
               sip_secret_renew_s=1)
        phone(screen, "registered", registered=True)
        screen.dial("+32470000100")
        screen.kind("answer")
        peer.secrets.update({"Second2", "Third3"})
        wait_until("registered with the newest secret", lambda: "Third3" in peer.used, 60)
        peer.secrets.discard("First1")
        assert None not in peer.used, peer.used
        before = screen.ok("stats", call_id="call-1")["sent"]
        wait_until("the call goes on", lambda: screen.ok(
            "stats", call_id="call-1")["sent"] > before + 20)
        assert screen.kinds() == ["dial", "ring", "answer"]
        assert peer.methods().count("INVITE") == 1 and "BYE" not in peer.methods()
        assert all(not re.search(r"expires=0", text) for method, text in peer.requests
                   if method == "REGISTER"), "it was never un-registered"
        path, bearer = backend.asked[0]
        assert path == "/v1/session/sip-secret" and bearer == "Bearer session-token"
        # Another screen of this desk gets the secret of now.
        assert Screen(desk).ok("session")["sip_secret"] == "Third3"
        secrets = (b"First1", b"Second2", b"Third3")
        for base, _, files in os.walk(folder):
            for name in files:
                path = os.path.join(base, name)
                if not os.path.isfile(path):
                    continue  # a socket
                with open(path, "rb") as f:
                    assert not any(s in f.read() for s in secrets), name
        for pid in (desk.process.pid, desk.baresip_pid()):
            with open(f"/proc/{pid}/cmdline", "rb") as f:
                assert not any(s in f.read() for s in secrets)


def an_ended_session_is_not_asked_again(folder):
    with Secrets(401) as backend, SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port, backend=backend.url, sip_secret_renew_s=1)
        wait_until("asked", lambda: backend.asked)
        screen.talk_to(peer, backend=backend.url)  # signs in anew: without renewal
        wait_until("sound", lambda: screen.ok("stats", call_id="call-1")["sent"] >= 150)
        assert len(backend.asked) == 1


if __name__ == "__main__":
    need("baresip", "openssl", "sox")
    run([
        a_good_certificate_is_registered_with_and_called_through,
        a_bad_certificate_gets_not_a_byte,
        a_call_to_a_bad_certificate_ends_and_sends_nothing,
        nothing_goes_out_plain_when_tls_is_wanted,
        hostile_settings_are_refused,
        the_sound_is_encrypted_with_srtp,
        a_call_that_is_not_encrypted_is_refused,
        without_encryption_it_is_said,
        srtp_with_another_baresip,
        dtls_srtp_with_another_baresip,
        a_renewed_secret_disturbs_no_call,
        an_ended_session_is_not_asked_again,
    ], at_once=4)
