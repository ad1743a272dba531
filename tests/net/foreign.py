# SPDX-License-Identifier: Apache-2.0
"""A telephone that nobody here wrote: sipp judges what our side sends, step by step.

A scenario is a list of steps in the order of the dialog, written as sipp's XML. What is not in it
is unexpected, and then sipp does not end with 0."""

import contextlib
import inspect
import itertools
import os
import random
import re
import subprocess
from xml.sax.saxutils import quoteattr

from deskkit import DEADLINE_S, Desk, Screen, free_port, wait_until

HERE = "<sip:peer@[local_ip]:[local_port];transport=[transport]>"


def sdp(direction="sendrecv", port="[media_port]", address="[media_ip]", codec=0, version=1,
        media="audio"):
    """What the peer offers or answers."""
    names = {0: "PCMU/8000", 8: "PCMA/8000", 18: "G729/8000", 31: "H261/90000"}
    codecs = [codec] if isinstance(codec, int) else codec
    lines = ["v=0", f"o=peer 1 {version} IN IP4 [local_ip]", "s=-", f"c=IN IP4 {address}", "t=0 0",
             f"m={media} {port} RTP/AVP {' '.join(map(str, codecs))} 101",
             *[f"a=rtpmap:{c} {names[c]}" for c in codecs],
             "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", f"a={direction}"]
    return "\n".join(lines)


def _message(lines, body):
    lines = [*lines, *(["Content-Type: application/sdp"] if body.startswith("v=0") else []),
             "Content-Length: [len]", "", body]
    return "<![CDATA[\n" + "\n".join(lines) + "\n]]>"


def _send(lines, body="", retrans=False):
    wait = ' retrans="500"' if retrans else ""
    return f"<send{wait}>{_message(lines, body)}</send>"


def _take(name, pattern, header=None, check="false"):
    where = f'search_in="hdr" header="{header}"' if header else 'search_in="msg"'
    return (f"<ereg regexp={quoteattr(pattern)} {where} check_it=\"{check}\" "
            f'assign_to="{name}"/>')


def _recv(what, actions):
    actions = "".join(actions)
    return (f'<recv {what} timeout="{DEADLINE_S * 1000}">'
            + (f"<action>{actions}</action>" if actions else "") + "</recv>")


def _checks(patterns):
    return [_take(f"check{i}", pattern, check="true") for i, pattern in enumerate(patterns)]


def invited(*patterns, more=()):
    """The first INVITE, or the first of another try; its text must hold the patterns."""
    return _recv('request="INVITE" rrs="true"', [
        _take("caller", ".*", "From:"), _take("called", ".*", "To:"), *_kept("INVITE"),
        *_checks(patterns), *more])


def _kept(name):
    return [_take(f"cseq_{name}", "[0-9]+", "CSeq:"), _take(f"via_{name}", ".*", "Via:")]


def recv(method, *patterns, name=None, more=()):
    """A request from the desk; with a name, reply can answer it later."""
    return _recv(f'request="{method}"', [*(_kept(name) if name else []), *_checks(patterns), *more])


def answered(status, *patterns):
    """An answer to a request of our own; 100 may come before it."""
    return '<recv response="100" optional="true"></recv>' + _recv(f'response="{status}"',
                                                                 _checks(patterns))


def answered_somehow(*statuses):
    """Which one does not matter, but it has to be one of them."""
    label = f"label{next(_labels)}"
    return ("".join(f'<recv response="{s}" optional="true" next="{label}"></recv>'
                    for s in statuses[:-1])
            + _recv(f'response="{statuses[-1]}"', []) + f'<label id="{label}"/>')


_labels = itertools.count()


def reply(status, *headers, to="INVITE", tag="a", body="", retrans=None):
    """An answer to the first INVITE, or to the named one, whatever came since."""
    number = int(status.split(" ")[0])
    method = "CANCEL" if to == "CANCEL" else "INVITE"
    tagged = f";tag={tag}" if tag else ""
    contact = [] if any(h.startswith("Contact:") for h in headers) or number >= 300 else [
        f"Contact: {HERE}"]
    return _send([f"SIP/2.0 {status}", f"Via:[$via_{to}]", "From:[$caller]", f"To:[$called]{tagged}",
                  "Call-ID: [call_id]", f"CSeq: [$cseq_{to}] {method}", *contact, *headers], body,
                 retrans=number >= 200 if retrans is None else retrans)


def reply_last(status, *headers, tag="", body=""):
    """An answer to the request that came last."""
    tagged = f";tag={tag}" if tag else ""
    return _send([f"SIP/2.0 {status}", "[last_Via:]", "[last_From:]", f"[last_To:]{tagged}",
                  "[last_Call-ID:]", "[last_CSeq:]", f"Contact: {HERE}", *headers], body)


def request(method, cseq, *headers, tag="a", body="", branch="[branch]", retrans=None):
    """A request of the peer in the call."""
    lines = [f"{method} [next_url] SIP/2.0",
             f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}",
             f"From:[$called];tag={tag}", "To:[$caller]", "Call-ID: [call_id]",
             f"CSeq: {cseq} {method}", "Max-Forwards: 70", f"Contact: {HERE}", *headers]
    return _send(lines, body, retrans=method != "ACK" if retrans is None else retrans)


def reinvite(cseq, *checks, tag="a", **session):
    """A new offer of the peer that is taken: its answer must hold the patterns."""
    return [request("INVITE", cseq, tag=tag, body=sdp(version=cseq + 1, **session)),
            answered(200, *checks), request("ACK", cseq, tag=tag)]


def pause(ms):
    """As people do, and networks."""
    return f'<pause milliseconds="{ms}"/>'


def answers(tag="a", **session):
    """It rings and somebody answers."""
    return [invited(), reply("180 Ringing", tag=tag), reply("200 OK", tag=tag, body=sdp(**session)),
            recv("ACK")]


def hung_up():
    """Our side says BYE."""
    return [recv("BYE"), reply_last("200 OK")]


def says_bye(cseq=99, tag="a"):
    return [request("BYE", cseq, tag=tag), answered(200)]


CHALLENGE = 'Digest realm="edge", nonce="{}", algorithm=MD5, qop="auth"{}'


def challenged(status, nonce, more=""):
    """401 or 407 to the INVITE."""
    name = "WWW" if status.startswith("401") else "Proxy"
    return [reply(status, f"{name}-Authenticate: {CHALLENGE.format(nonce, more)}"), recv("ACK")]


def invited_with_digest(status, nonce, user="agent1", secret="Secret7"):
    """The INVITE again. After a 401 sipp computes the digest, too, and goes on only when it is the
    same; it does not know the header of a 407."""
    header = "Authorization" if status.startswith("401") else "Proxy-Authorization"
    pattern = f'{header}: Digest username="{user}", realm="edge", nonce="{nonce}"'
    if header != "Authorization":
        return [invited(pattern)]
    return [invited(pattern, more=[verify(user, secret)]), digest_is_right()]


def verify(user="agent1", secret="Secret7"):
    """An action: sipp computes the digest, too."""
    return f'<verifyauth assign_to="right" username="{user}" password="{secret}"/>'


def digest_is_right():
    """After a message with verify."""
    label = f"label{next(_labels)}"
    return (f'<nop test="right" next="{label}"/><recv request="RIGHTDIGEST" timeout="1"></recv>'
            f'<label id="{label}"/>')


def cancelled():
    """Our side gives up and is answered as it should."""
    return [recv("CANCEL"), reply_last("200 OK", tag="a"), reply("487 Request Terminated"),
            recv("ACK")]


def _flat(steps):
    for step in steps:
        if isinstance(step, str):
            yield step
        else:
            yield from _flat(step)


class Foreign:
    """One sipp that plays a scenario so many times, one call after another or at once."""

    def __init__(self, folder, *steps, times=1):
        text = "\n".join(_flat(steps))
        names = sorted(set(re.findall(r'assign_to="(\w+)"', text)))
        self.port = free_port()
        self.errors = os.path.join(folder, f"peer-{self.port}.errors")
        self.trace = os.path.join(folder, f"peer-{self.port}.messages")
        scenario = os.path.join(folder, f"peer-{self.port}.xml")
        with open(scenario, "w", encoding="utf-8") as f:
            f.write('<?xml version="1.0" encoding="UTF-8" ?>\n<scenario name="peer">\n' + text
                    + (f'\n<Reference variables="{",".join(names)}"/>' if names else "")
                    + "\n</scenario>\n")
        for _ in range(20):
            if self._starts(folder, scenario, times):
                return
        raise AssertionError("sipp found no free ports for sound")

    def _starts(self, folder, scenario, times):
        """Sound has ports above those that the system gives away; somebody may have them."""
        media = random.randrange(61000, 65500, 4)
        self.process = subprocess.Popen(
            ["sipp", "-sf", scenario, "-i", "127.0.0.1", "-p", str(self.port), "-mi", "127.0.0.1",
             "-mp", str(media), "-m", str(times), "-nostdin", "-trace_err", "-error_file",
             self.errors, "-trace_msg", "-message_file", self.trace],
            env=dict(os.environ, TERM="dumb"), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder)
        mark = f":{self.port:04X} "
        wait_until("sipp listens", lambda: self.process.poll() is not None
                   or mark in open("/proc/net/udp", encoding="ascii").read())
        if self.process.poll() is None:
            return True
        words = self.process.stderr.read().decode(errors="replace")
        self.process.stderr.close()
        if "RTP socket" not in words:
            raise AssertionError(f"sipp does not take the scenario: {words}")
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()

    def said(self, pattern):
        """What sipp sent or got, as text, that matches."""
        with open(self.trace, encoding="utf-8", errors="replace") as f:
            return re.findall(pattern, f.read(), re.M)

    def is_content(self, seconds=DEADLINE_S):
        """The whole scenario went as it is written."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = "still waiting"
        if status != 0:
            words = ""
            for path in (self.errors, self.trace):
                if os.path.exists(path):
                    with open(path, encoding="utf-8", errors="replace") as f:
                        words += f.read()[-6000:]
            raise AssertionError(f"sipp: {status}\n{words}")


@contextlib.contextmanager
def called(folder, *steps, ring_limit_s=30, secret="", content=True):
    """A screen that has dialled the foreign telephone; its scenario has to come to its end."""
    with Foreign(folder, *steps) as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port, secret=secret)
        screen.dial("+32470000100", ring_limit_s=ring_limit_s)
        screen.desk, screen.peer, phone = desk, peer, desk.baresip_pid()
        yield screen
        if content:
            peer.is_content()
        assert desk.process.poll() is not None or desk.baresip_pid() == phone, desk.log()


def inside(folder, name):
    """A folder for one of several."""
    path = os.path.join(folder, str(name))
    os.mkdir(path, 0o700)
    return path


def end_of(screen, end, sip_status=0, text=None, **more):
    last = screen.kind("end", **more)
    assert (last["end"], last["sip_status"]) == (end, sip_status), last
    assert text is None or last["text"] == text, last
    return last


def hang_up(screen):
    screen.ok("end", call_id="call-1")
    end_of(screen, "by_agent")


def tests_of(module):
    """Its tests in their order: what takes a folder and nothing else, and is defined there."""
    return [f for f in module.values() if inspect.isfunction(f) and f.__module__ == "__main__"
            and f.__code__.co_varnames[:f.__code__.co_argcount] == ("folder",)]
