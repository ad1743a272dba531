#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Somebody calls the desk's telephone: pupitre-desk and baresip against a telephone that calls."""

import re
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 1)[0])
from deskkit import Backend, Desk, Screen, SipPeer, need, run, wait_until  # noqa: E402


class Caller(SipPeer):
    """A registrar that calls who registered."""

    def registered(self):
        self.wait_for("REGISTER")
        return next(text for method, text in self.requests if method == "REGISTER")

    def call(self, number="+32470000321", name="", call_id="from-outside", body=None):
        contact = re.search(r"^Contact: *<([^>]*)>", self.registered(), re.M).group(1)
        host, port = re.search(r"@([^:;]*):(\d+)", contact).groups()
        self.desk = (host, int(port))
        port = self.rtp.getsockname()[1]
        body = body if body is not None else (
            "v=0\r\no=p 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n")
        self.line = {"uri": contact, "call_id": call_id,
                     "from": f'From: {name}<sip:{number}@127.0.0.1>;tag=caller'}
        self.branch = f"z9hG4bK{time.monotonic_ns()}"
        self.send("INVITE", 1, "To: <sip:agent1@127.0.0.1>", body=body)

    def send(self, method, cseq, to, branch=None, body=""):
        lines = [f"{method} {self.line['uri']} SIP/2.0",
                 f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch or self.branch}",
                 self.line["from"], to, f"Call-ID: {self.line['call_id']}",
                 f"CSeq: {cseq} {method}", "Max-Forwards: 70",
                 f"Contact: <sip:caller@127.0.0.1:{self.port}>",
                 *(["Content-Type: application/sdp"] if body else []),
                 f"Content-Length: {len(body)}"]
        self.sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(errors="surrogateescape"),
                        self.desk)

    def statuses(self):
        return [status for status, text in self.replies
                if f"Call-ID: {self.line['call_id']}\r" in text and " INVITE" in text]

    def hears(self, status):
        wait_until(f"{status} at the caller", lambda: status in self.statuses())

    def to(self):
        """The To of the newest answer, with the desk's tag."""
        text = [text for _, text in self.replies if f"Call-ID: {self.line['call_id']}\r" in text][-1]
        return re.search(r"^To:[^\r]*", text, re.M).group(0)

    def acknowledge(self):
        """The 200, or the refusal, of which no more copies come then."""
        final = [s for s in self.statuses() if s >= 200][-1]
        self.send("ACK", 1, self.to(), branch=None if final >= 300 else f"z9hG4bK{time.monotonic_ns()}")
        return final

    def is_refused(self):
        wait_until("a final answer", lambda: [s for s in self.statuses() if s >= 200])
        return self.acknowledge()

    def gives_up(self):
        self.send("CANCEL", 1, "To: <sip:agent1@127.0.0.1>")

    def hangs_up(self):
        self.send("BYE", 2, self.to(), branch=f"z9hG4bK{time.monotonic_ns()}")


def ready(desk, caller, **sign_in):
    screen = Screen(desk)
    screen.sign_in(caller.port, register=True, **sign_in)
    screen.wait("it is registered", lambda m: m.get("event") == "phone" and m["registered"])
    return screen


def rung(screen, caller, **call):
    caller.call(**call)
    caller.hears(180)
    event = screen.kind("incoming")
    assert event["call_id"].startswith("in-"), event
    return event


def who_calls_is_told_and_answered(folder):
    with Caller() as caller, Backend(200) as backend, Desk(folder) as desk:
        screen = ready(desk, caller, backend=backend.url)
        event = rung(screen, caller, name='"Commune de Ville-en-Hesbaye" ')
        assert event["text"] == "+32470000321 Commune de Ville-en-Hesbaye", event
        assert screen.states()[0] == "incoming"
        screen.ok("answer", call_id=event["call_id"])
        caller.hears(200)
        caller.acknowledge()
        screen.kind("answer")
        before = caller.packets()
        wait_until("sound comes", lambda: caller.packets() > before + 20)
        screen.ok("mute", call_id=event["call_id"], on=True)
        screen.ok("hold", call_id=event["call_id"], on=True)
        assert screen.states()[0] == "held"
        screen.ok("hold", call_id=event["call_id"], on=False)
        screen.ok("end", call_id=event["call_id"])
        assert screen.kind("end")["end"] == "by_agent"
        caller.wait_for("BYE")
        assert not backend.posts


def who_is_refused_hears_so(folder):
    with Caller() as caller, Desk(folder) as desk:
        screen = ready(desk, caller)
        event = rung(screen, caller)
        screen.ok("end", call_id=event["call_id"])
        assert caller.is_refused() == 603
        assert screen.kind("end")["end"] == "by_agent"
        assert not screen.ask("answer", call_id=event["call_id"])["ok"]


def who_gives_up_is_missed(folder):
    with Caller() as caller, Desk(folder) as desk:
        screen = ready(desk, caller)
        rung(screen, caller)
        caller.gives_up()
        assert screen.kind("end")["end"] == "missed"
        # And the telephone is free again, for a call of ours too.
        screen.dial("+32470000100")
        assert screen.kind("answer", "call-1")


def who_hangs_up_after_the_answer_hung_up(folder):
    with Caller() as caller, Desk(folder) as desk:
        screen = ready(desk, caller)
        event = rung(screen, caller)
        screen.ok("answer", call_id=event["call_id"])
        caller.hears(200)
        caller.acknowledge()
        screen.kind("answer")
        caller.hangs_up()
        assert screen.kind("end")["end"] == "by_person"


def a_second_caller_disturbs_nobody(folder):
    with Caller() as caller, Desk(folder) as desk:
        screen = ready(desk, caller)
        event = rung(screen, caller)
        caller.call(call_id="second")
        assert caller.is_refused() == 486
        assert screen.states()[0] == "incoming"
        answer = screen.ask("dial", call_id="call-1", call_token="t", number="+32470000100",
                            uri="sip:+32470000100@127.0.0.1", ring_limit_s=30)
        assert not answer["ok"] and answer["code"] == "state", answer
        screen.ok("end", call_id=event["call_id"])
        screen.kind("end")
        assert screen.kinds() == ["incoming", "end"]


def nobody_is_there(folder):
    """Without a screen, without a registration, or with news that nobody has heard yet."""
    with Caller() as caller, Desk(folder) as desk:
        screen = ready(desk, caller)
        screen.dial("+32470000100")
        screen.kind("answer")
        screen.ok("end", call_id="call-1")
        last = screen.kind("end")
        caller.call(call_id="too-early")
        assert caller.is_refused() == 480
        screen.ok("ack", call_id="call-1", seq=last["seq"])
        screen.close()
        caller.call(call_id="no-screen")
        assert caller.is_refused() == 480
        assert Screen(desk).hello["call"]["call_id"] == "call-1"


def nobody_is_answered_without_sound(folder):
    with Caller() as caller, Desk(folder, audio="alsa:no_such_device") as desk:
        screen = ready(desk, caller)
        screen.wait("there is no sound", lambda m: m.get("event") == "phone" and not m["sound"])
        caller.call()
        assert caller.is_refused() == 480
        assert screen.states()[0] is None


def a_new_screen_finds_who_calls(folder):
    with Caller() as caller, Desk(folder) as desk:
        screen = ready(desk, caller)
        event = rung(screen, caller)
        screen.close()
        screen = Screen(desk)
        call = screen.hello["call"]
        assert (call["call_id"], call["state"]) == (event["call_id"], "incoming"), call
        screen.ok("answer", call_id=event["call_id"])
        caller.hears(200)
        caller.acknowledge()
        screen.kind("answer")


def what_callers_say_of_themselves_is_harmless(folder):
    names = ['"\x1b[31mRed\x07" ', '"' + "é" * 400 + '" ', '"\udce9\udcff" ', '"a\tb" ']
    with Caller() as caller, Desk(folder) as desk:
        screen = ready(desk, caller)
        for i, name in enumerate(names):
            caller.call(name=name, number="x" * (300 if i == 1 else 5), call_id=f"odd-{i}")
            caller.hears(180)
            event = screen.wait("it rings", lambda m: m.get("kind") == "incoming" and
                                m["sip_call_id"] == f"odd-{i}")
            assert len(event["text"]) <= 80 and event["text"].isprintable(), event
            screen.ok("end", call_id=event["call_id"])
            assert caller.is_refused() == 603
        caller.call(call_id="no-sound", body="this is no SDP")
        assert caller.is_refused() >= 400
        assert screen.states()[0] == "ended"


if __name__ == "__main__":
    need("baresip")
    run([who_calls_is_told_and_answered, who_is_refused_hears_so, who_gives_up_is_missed,
         who_hangs_up_after_the_answer_hung_up, a_second_caller_disturbs_nobody, nobody_is_there,
         nobody_is_answered_without_sound, a_new_screen_finds_who_calls,
         what_callers_say_of_themselves_is_harmless], at_once=4)
