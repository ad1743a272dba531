# SPDX-License-Identifier: Apache-2.0
"""What the peer tests of the desk share: a desk, a screen, citizens, a SIP peer, a backend.

Everything listens on the loopback address on free ports, in a private folder, and is ended by its
own process number. Nothing sleeps for luck: every wait is for a message and has a deadline."""

import http.server
import json
import math
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

BUILD = os.environ["PUPITRE_BUILD"]
SOURCE = os.environ["PUPITRE_SOURCE"]
DEADLINE_S = 20
DIRECTION = r"^a=(sendrecv|sendonly|recvonly|inactive)"  # of a session


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(what, condition, seconds=DEADLINE_S):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.01)


class Folder:
    """A private folder; short, because a socket's path is."""

    def __enter__(self):
        self.path = tempfile.mkdtemp(prefix="pt-", dir="/tmp")
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


class Desk:
    """A pupitre-desk in the foreground, with its own runtime folder."""

    def __init__(self, folder, name="t", audio="tone", extra=(), env=None):
        self.dir = os.path.join(folder, "pupitre", name)
        self.env = dict(os.environ, XDG_RUNTIME_DIR=folder, XDG_STATE_HOME=f"{folder}/state",
                        **(env or {}))
        self.env.pop("PUPITRE_AUDIO", None)
        self.argv = [f"{BUILD}/net/desk/pupitre-desk", "--instance", name, "--audio", audio, *extra]
        self.process = subprocess.Popen([*self.argv, "--foreground"], env=self.env)
        wait_until("the desk listens", self.listens)

    def listens(self):
        """A socket's file alone may be a dead desk's."""
        assert self.process.poll() is None, "the desk ended at once"
        with socket.socket(socket.AF_UNIX) as s:
            return s.connect_ex(f"{self.dir}/desk.sock") == 0

    def token(self):
        with open(f"{self.dir}/attach", encoding="ascii") as f:
            return f.read()

    def baresip_pid(self):
        """The one child of the desk."""
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            children = f.read().split()
        return int(children[0]) if children else 0

    def log(self):
        with open(f"{self.dir}/desk.log", encoding="utf-8", errors="replace") as f:
            return f.read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(8)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("the desk did not end when asked")


class Screen:
    """The other end of the desk's socket, with all that was said."""

    def __init__(self, desk, hello=True):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f"{desk.dir}/desk.sock")
        self.buffer = b""
        self.events = []
        self.last_id = 0
        self.hello = self.ask("hello", attach=desk.token()) if hello else None

    def send_bytes(self, data):
        self.socket.sendall(data)

    def message(self, seconds=DEADLINE_S):
        """The next line as an object; None when the desk closed."""
        self.socket.settimeout(seconds)
        while b"\n" not in self.buffer:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self.buffer += data
        line, self.buffer = self.buffer.split(b"\n", 1)
        message = json.loads(line)
        if "event" in message:
            self.events.append(message)
        return message

    def wait(self, what, match, seconds=DEADLINE_S):
        for message in self.events:
            if match(message):
                return message
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = self.message(left)
            except TimeoutError:
                break
            if message is None:
                raise AssertionError(f"the desk closed before: {what}")
            if match(message):
                return message
        raise AssertionError(f"not within {seconds} s: {what}; {self.kinds()}")

    def kind(self, kind, call_id=None, seconds=DEADLINE_S):
        return self.wait(
            f"call event {kind}",
            lambda m: m.get("kind") == kind and call_id in (None, m.get("call_id")), seconds)

    def kinds(self, call_id=None):
        """What happened to the call. How its line sounds is measured when it is."""
        return [m["kind"] for m in self.events if m.get("event") == "call" and m["kind"] != "line"
                and call_id in (None, m["call_id"])]

    def ask(self, op, **fields):
        self.last_id += 1
        me = str(self.last_id)
        if op in ("dial", "consult"):
            fields.setdefault("before_ms", self.hello["clock_ms"] + 3600 * 1000)
        self.send_bytes((json.dumps({"v": 1, "id": me, "op": op, **fields}) + "\n").encode())
        while True:
            message = self.message()
            if message is None:
                raise AssertionError(f"the desk closed instead of answering {op}")
            if message.get("id") == me:
                return message

    def ok(self, op, **fields):
        answer = self.ask(op, **fields)
        assert answer["ok"], f"{op}: {answer}"
        return answer

    def talk_to(self, peer, **sign_in):
        self.sign_in(peer.port, **sign_in)
        self.dial("+32470000100")
        self.kind("answer")

    def sign_in(self, sip_port, backend="http://127.0.0.1:9", grace_s=60, register=False,
                ready=True, secret="", **more):
        """sip_port: of the proxy; 0: there is none, each call goes where its address says."""
        self.ok("sign_in", backend=backend, agent_id="agent-1", token="session-token",
                journal_key="journal-key", aor="sip:agent1@127.0.0.1", sip_secret=secret,
                outbound=f"sip:127.0.0.1:{sip_port}" if sip_port else "", register=register,
                screen_grace_s=grace_s, **more)
        if ready:
            self.wait("the phone is ready",
                      lambda m: m.get("event") == "phone" and m["state"] == "ready")

    def dial(self, number, call_id="call-1", ring_limit_s=30, host="127.0.0.1", **more):
        return self.ok("dial", call_id=call_id, call_token="call-token", number=number,
                       uri=f"sip:{number}@{host}", ring_limit_s=ring_limit_s, **more)

    def talk_directly(self, peer, call_id="call-1", ring_limit_s=30, **sign_in):
        """Sign in without a proxy and talk to this telephone."""
        self.sign_in(0, **sign_in)
        self.dial("+32470000100", call_id=call_id, host=f"127.0.0.1:{peer.port}",
                  ring_limit_s=ring_limit_s)
        self.kind("answer", call_id)

    def ask_consult(self, peer, call_id="call-1", consult_id="consult-1", ring_limit_s=30, **more):
        return self.ask("consult", call_id=call_id, consult_id=consult_id,
                        call_token="consult-token", number="",
                        uri=f"sip:expert@127.0.0.1:{peer.port}", ring_limit_s=ring_limit_s, **more)

    def consult(self, peer, **more):
        answer = self.ask_consult(peer, **more)
        assert answer["ok"], answer
        return answer

    def transfer(self, peer, call_id="call-1"):
        return self.ask("transfer", call_id=call_id, number="+32470000999",
                        uri=f"sip:+32470000999@127.0.0.1:{peer.port}")

    def states(self):
        """Of both calls, as the desk has them now."""
        answer = self.ok("call")
        return tuple(call and call["state"] for call in (answer["call"], answer["consult"]))

    def close(self):
        self.socket.close()


class Citizens:
    def __init__(self, log=None):
        self.port = free_port()
        argv = [f"{SOURCE}/tests/citizens/citizens", "--port", str(self.port)]
        self.process = subprocess.Popen(argv + (["--log", log] if log else []))
        mark = f":{self.port:04X} "
        wait_until("the citizens listen", lambda: mark in open("/proc/net/udp").read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(5)


def ulaw_to_sample(byte):
    byte = ~byte & 0xFF
    magnitude = (((byte & 0x0F) << 3) + 0x84 << ((byte >> 4) & 7)) - 0x84
    return -magnitude if byte & 0x80 else magnitude


ULAW = [ulaw_to_sample(b) for b in range(256)]


def tone_share(samples, frequency, rate=8000):
    """How much of the samples' power is this tone: 0 to 1 (Goertzel)."""
    power = sum(s * s for s in samples)
    if not power:
        return 0.0
    k = 2 * math.cos(2 * math.pi * frequency / rate)
    a = b = 0.0
    for s in samples:
        a, b = s + k * a - b, a
    return 2 * (a * a + b * b - k * a * b) / (power * len(samples))


def rms(samples):
    return math.sqrt(sum(s * s for s in samples) / len(samples)) if samples else 0.0


class SipPeer:
    """A telephone that answers everything and notes what it was told and what it heard."""

    def __init__(self, answer=True, final=None, speaks=True, port=0, refer="202 Accepted"):
        self.answer = answer
        self.refer = refer  # the answer to a REFER; None: there is none
        self.final = final  # "503 Service Unavailable": the answer to an INVITE
        self.final_inside = None  # ... to one in the call
        self.speaks = speaks
        self.loses = 0  # every so-manieth packet of ours does not arrive; 0: all do
        self.ringing = []  # (address, INVITE) of calls that we did not refuse
        self.replies = []  # (status, message) to requests of ours
        self.directions = []  # "sendrecv", "sendonly": of each offer in the call
        self.caller = None  # address and first INVITE of the other telephone
        self.sip = self.open_sip(port)
        self.port = self.sip.getsockname()[1]
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind(("127.0.0.1", 0))
        self.requests = []  # (method, message)
        self.sound = []  # (monotonic time, payload type, payload)
        self.open = True
        self.threads = [threading.Thread(target=f, daemon=True) for f in (self._sip, self._rtp)]
        for thread in self.threads:
            thread.start()

    def open_sip(self, port):
        """Something with the calls of a datagram socket."""
        sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sip.bind(("127.0.0.1", port))
        return sip

    def contact(self):
        return f"sip:peer@127.0.0.1:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.open = False
        for thread in self.threads:
            thread.join(2)
        self.sip.close()
        self.rtp.close()

    def methods(self):
        return [method for method, _ in self.requests]

    def wait_for(self, method, count=1, seconds=DEADLINE_S):
        wait_until(f"{method} at the peer", lambda: self.methods().count(method) >= count, seconds)

    def packets(self):
        """Of sound, without digits."""
        return sum(kind == 0 for _, kind, _ in list(self.sound))

    def notify(self, words, state="active;expires=60"):
        """What came of a REFER, as it stands now (RFC 3515 2.4.5)."""
        before = len(self.replies)
        self.request("NOTIFY", "Event: refer", f"Subscription-State: {state}",
                     "Content-Type: message/sipfrag;version=2.0", body=f"SIP/2.0 {words}\r\n")
        wait_until("an answer to NOTIFY", lambda: len(self.replies) > before)
        return self.replies[-1][0]

    def samples_since(self, since):
        return [ULAW[b] for at, kind, payload in list(self.sound) if at >= since and kind == 0
                for b in payload]

    def digits(self):
        """RFC 4733 events that ended, each once."""
        ended = []
        for _, kind, payload in list(self.sound):
            if kind == 101 and payload[1] & 0x80:
                ended.append(("0123456789*#ABCD"[payload[0]], payload))
        merged = ""
        former = None
        for digit, payload in ended:
            if payload != former:
                merged += digit
            former = payload
        return merged

    def request(self, method, *headers, new=False, body="", cseq=0):
        """Send a request of our own: inside the call, or beside it (new)."""
        to, invite = self.caller
        target = re.search(r"^Contact: *<([^>]*)>", invite, re.M).group(1)
        caller = re.search(r"^From: *([^\r]*)", invite, re.M).group(1)
        called = re.search(r"^To: *([^\r]*)", invite, re.M).group(1)
        call_id = re.search(r"^Call-ID: *([^\r]*)", invite, re.M).group(1)
        if new:
            caller, call_id = caller.split(";tag=")[0], call_id + "-new"
        tag = "stranger" if new else "peer"
        lines = [f"{method} {target} SIP/2.0",
                 f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{time.monotonic_ns()}",
                 f"From: {called};tag={tag}", f"To: {caller}", f"Call-ID: {call_id}",
                 f"CSeq: {cseq or len(self.replies) + 50} {method}", "Max-Forwards: 70",
                 f"Contact: <sip:peer@127.0.0.1:{self.port}>", *headers,
                 f"Content-Length: {len(body)}"]
        self.sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), to)

    def wait_reply(self, method):
        """The final answer to a request of ours."""
        def final():
            return [status for status, text in self.replies if status >= 200
                    and re.search(rf"^CSeq: *\d+ {method}", text, re.M)]
        wait_until(f"an answer to {method}", final)
        return final()[-1]

    def says(self, seq):
        """The sound of a packet of ours: silence."""
        return b"\xff" * 160

    def headers(self):
        """More of them for every answer."""
        return []

    def _reply(self, text, to, status, sdp=False):
        def header(name):
            return re.findall(rf"^{name}:[^\r]*", text, re.M | re.I)

        lines = [f"SIP/2.0 {status}", *header("Via"), *header("Record-Route"), *header("From")]
        called = header("To")[0]
        lines.append(called if ";tag=" in called else called + ";tag=peer")
        lines += [*header("Call-ID"), *header("CSeq")]
        lines += re.findall(r"^Contact:[^\r]*", text, re.M) if "REGISTER" in text[:9] else [
            f"Contact: <{self.contact()}>"]
        lines += self.headers()
        body = ""
        if sdp:
            lines.append("Content-Type: application/sdp")
            body = self.session()
            if "a=sendonly" in text and not re.search(DIRECTION, body, re.M):
                body += "a=recvonly\r\n"  # who is put on hold speaks no more
        lines.append(f"Content-Length: {len(body)}")
        self.sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(errors="surrogateescape"), to)

    def session(self):
        """What we answer to a session."""
        port = self.rtp.getsockname()[1]
        return ("v=0\r\no=p 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
                "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n")

    def answer_now(self):
        """Pick up the one that rings."""
        to, invite = self.ringing[-1]
        self._reply(invite, to, "200 OK", sdp=True)

    def _sip(self):
        self.sip.settimeout(0.1)
        invite = None
        while self.open:
            try:
                data, to = self.sip.recvfrom(65536)
            except TimeoutError:
                continue
            text = data.decode(errors="replace")
            if " SIP/2.0" not in text and not text.startswith("SIP/2.0"):
                continue  # of somebody's sound: a port's neighbour may be a stranger
            method = text.split(" ", 1)[0]
            if method == "SIP/2.0":
                self.replies.append((int(text.split(" ", 2)[1]), text))
                continue
            self.requests.append((method, text))
            if method == "INVITE":
                invite = text
                self.caller = self.caller or (to, text)
                inside = ";tag=" in re.search(r"^To:[^\r]*", text, re.M).group(0)
                self.directions += re.findall(DIRECTION, text, re.M)
                final = self.final_inside if inside else self.final
                if final:
                    self._reply(text, to, final)
                    continue
                if not inside:
                    for _ in range(3):  # as gateways do, over the minutes
                        self._reply(text, to, "180 Ringing")
                    self.ringing.append((to, text))
                if inside or self.answer:
                    self._reply(text, to, "200 OK", sdp=True)
            elif method == "CANCEL":
                self._reply(text, to, "200 OK")
                self._reply(invite, to, "487 Request Terminated")
            elif method == "REFER":
                if self.refer:
                    self._reply(text, to, self.refer)
            elif method != "ACK":
                self._reply(text, to, "200 OK")

    def _rtp(self):
        self.rtp.settimeout(0.1)
        seq = 0
        while self.open:
            try:
                data, to = self.rtp.recvfrom(65536)
            except TimeoutError:
                continue
            kind = data[1] & 0x7F
            if kind in (0, 101):
                self.sound.append((time.monotonic(), kind, data[12:]))
            if kind == 0 and self.speaks:  # a packet for each heard
                seq += 1
                if seq % 50 == 0:  # a report of the sender every second (RFC 3550 6.4.1)
                    self.rtp.sendto(struct.pack("!BBHIQIII", 0x80, 200, 6, 7, time.time_ns(), seq * 160,
                                                seq, seq * 160), (to[0], to[1] + 1))
                if self.loses and seq % self.loses == 0:
                    continue
                self.rtp.sendto(struct.pack("!BBHII", 0x80, 0, seq & 0xFFFF, seq * 160, 7)
                                + self.says(seq), to)


class Backend:
    """Takes posts, answers with the given statuses in turn, the last one for ever."""

    def __init__(self, *statuses):
        self.posts = []  # (path, headers, body)
        backend = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = statuses[min(len(backend.posts), len(statuses) - 1)]
                # Before the answer: the desk's next post may come on another thread.
                backend.posts.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def need(*tools):
    """Skip everything when a tool is missing; in CI that is a failure."""
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        skip = not os.environ.get("CI")
        print(f"1..0 # SKIP {', '.join(missing)} not installed" if skip else
              f"Bail out! {', '.join(missing)} not installed")
        sys.exit(0 if skip else 1)


def run(tests, at_once=1):
    """Run the functions as TAP, several at a time when they mostly wait."""
    results = [None] * len(tests)
    gate = threading.Semaphore(at_once)

    def one(i, test):
        with gate:
            try:
                with Folder() as folder:
                    test(folder)
            except BaseException:  # whatever it was, it is the test's result
                results[i] = traceback.format_exc()

    threads = [threading.Thread(target=one, args=(i, t)) for i, t in enumerate(tests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"1..{len(tests)}")
    for i, test in enumerate(tests):
        print(f"{'not ok' if results[i] else 'ok'} {i + 1} - {test.__name__}")
        if results[i]:
            print("".join(f"# {line}\n" for line in results[i].splitlines()), end="")
    sys.exit(1 if any(results) else 0)
