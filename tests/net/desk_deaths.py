# SPDX-License-Identifier: Apache-2.0
"""Real kills, in each state that a call can be in.

Whoever dies: the person's side goes on talking (sound is measured there) or is told that it is over
(BYE, or CANCEL before the answer); the screen is told which; the telephone is back and registered;
nothing is left: no process, no zombie, no descriptor, no port, no file.

The worst pairs are tried always; PUPITRE_KILLS=all tries every pair, which takes some minutes.
What core decides in each pair, and in deaths upon deaths, is tests/core/test_survival.c."""

import contextlib
import os
import re
import signal
import time

from deskkit import Backend, Desk, Screen, SipPeer, need, run, wait_until

NUMBER = "+32470000100"


class Person(SipPeer):
    """`manner`: "silent" says nothing to an INVITE, "rings", "early" is heard before the answer,
    "answers"."""

    def __init__(self, manner="answers"):
        self.manner = manner
        super().__init__(answer=manner == "answers")

    def _reply(self, text, to, status, sdp=False):
        if status.startswith("180") and self.manner == "silent":
            return
        if status.startswith("180") and self.manner == "early":
            super()._reply(text, to, "183 Session Progress", sdp=True)
        else:
            super()._reply(text, to, status, sdp)

    def dies(self):
        """Without a word: nothing answers any more, nothing sounds."""
        self.open = False
        for thread in self.threads:
            thread.join(2)

    def hears(self):
        """Sound comes from now on."""
        since = time.monotonic()
        wait_until("sound at the person's", lambda: len(self.samples_since(since)) > 4000)

    def holds(self):
        port = self.rtp.getsockname()[1]
        self.request("INVITE", "Content-Type: application/sdp", cseq=70,
                     body="v=0\r\no=p 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                          f"m=audio {port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendonly\r\n")
        wait_until("an answer to their hold", lambda: any(
            s == 200 and re.search(r"^CSeq: *\d+ INVITE", t, re.M) for s, t in self.replies))
        self.request("ACK", cseq=70)

    def was_told(self, method):
        """Of the call that the peer has: it belongs to its dialog or transaction."""
        self.wait_for(method)
        def header(text, name):
            return re.search(rf"^{name}: *([^\r]*)", text, re.M).group(1)

        def goodbyes(invite):
            return [t for m, t in list(self.requests)
                    if m == method and header(t, "Call-ID") == header(invite, "Call-ID")]

        for first in [t for m, t in list(self.requests)
                      if m == "INVITE" and "tag=" not in header(t, "To")]:
            wait_until(f"{method} of each call", lambda first=first: goodbyes(first))
            last = goodbyes(first)[-1]
            assert header(last, "From") == header(first, "From")
            if method == "BYE":
                assert ";tag=peer" in header(last, "To"), last
                assert int(header(last, "CSeq").split()[0]) > int(header(first, "CSeq").split()[0])
            else:
                assert header(last, "Via") == header(first, "Via")
                assert header(last, "CSeq").split()[0] == header(first, "CSeq").split()[0]

    def says_a_word(self):
        """Nothing may be cancelled before (RFC 3261 9.1)."""
        if self.manner == "silent":
            self.manner = "rings"
            super()._reply(self.caller[1], self.caller[0], "180 Ringing")

    def registers(self):
        return self.methods().count("REGISTER")


# --- how far the call is ---------------------------------------------------------------------

def held(screen, _):
    screen.ok("hold", call_id="call-1", on=True)
    screen.kind("hold")


def muted(screen, _):
    screen.ok("mute", call_id="call-1", on=True)
    screen.kind("mute")


def peer_held(screen, peer):
    peer.holds()
    screen.kind("peer_hold")


def consulting(screen, _):
    screen.ok("consult", call_id="call-1", consult_id="call-2", call_token="consult-token", number="",
              uri="sip:expert@127.0.0.1", ring_limit_s=30,
              before_ms=screen.hello["clock_ms"] + 3600 * 1000)
    screen.kind("answer", "call-2")


def transferring(screen, _):
    screen.ok("transfer", call_id="call-1", number="+32470000200", uri="sip:+32470000200@127.0.0.1")
    screen.kind("transfer")


def ended(screen, peer):
    peer.request("BYE")
    screen.kind("end")


# manner, event that is waited for, what follows, state, who is told by what when it is over
MOMENTS = {
    "dialling": ("silent", "dial", None, "dialling", "CANCEL"),
    "ringing": ("rings", "ring", None, "ringing", "CANCEL"),
    "early": ("early", "ring", None, "ringing", "CANCEL"),
    "talking": ("answers", "answer", None, "talking", "BYE"),
    "muted": ("answers", "answer", muted, "talking", "BYE"),
    "held": ("answers", "answer", held, "held", "BYE"),
    "peer_held": ("answers", "answer", peer_held, "talking", "BYE"),
    "consulting": ("answers", "answer", consulting, "held", "BYE"),
    "transferring": ("answers", "answer", transferring, "transferring", "BYE"),
    "after_call": ("answers", "answer", ended, "ended", None),
}


def is_registered(screen):
    screen.wait("it is registered", lambda m: m.get("event") == "phone" and m["registered"])


def reach(screen, peer, moment, ring_limit_s=30):
    _, event, then, _, _ = MOMENTS[moment]
    screen.dial(NUMBER, ring_limit_s=ring_limit_s)
    screen.kind(event)
    if event == "dial":
        peer.wait_for("INVITE")
    if then:
        then(screen, peer)


# --- what is left ----------------------------------------------------------------------------

def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return [int(p) for p in f.read().split()]


def state_of(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
            return f.read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return None


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def sockets(pid):
    """The inodes of its sockets: a port is bound as long as its inode is."""
    found = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(OSError):
            target = os.readlink(f"/proc/{pid}/fd/{fd}")
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found


def bound_inodes():
    found = set()
    for table, column in (("udp", 9), ("udp6", 9), ("tcp", 9), ("tcp6", 9), ("unix", 6)):
        with open(f"/proc/net/{table}", encoding="ascii", errors="replace") as f:
            next(f)
            found |= {line.split()[column] for line in f}
    return found


class Traces:
    """Every baresip that there was, and what it had open."""

    def __init__(self, desk):
        self.pids = [desk.process.pid]
        self.inodes = sockets(desk.process.pid)
        self.note(desk)

    def note(self, desk):
        phone = desk.baresip_pid()
        self.pids.append(phone)
        self.inodes |= sockets(phone)
        return phone

    def are_gone(self, desk):
        wait_until("no process is left", lambda: all(state_of(p) is None for p in self.pids))
        wait_until("no port is bound", lambda: not self.inodes & bound_inodes())
        left = set(os.listdir(desk.dir))
        assert left <= {"lock", "desk.log", "baresip"}, left


def nothing_is_left(screen, desk, traces):
    """Everything ends in good order, and is gone."""
    traces.note(desk)
    screen.ok("sign_out")
    assert desk.process.wait(10) == 0
    traces.are_gone(desk)


# --- deaths ----------------------------------------------------------------------------------

def the_next_call_works(screen, peer):
    peer.manner, peer.answer = "answers", True
    screen.events.clear()
    screen.dial(NUMBER, call_id="call-9")
    screen.kind("answer", "call-9")
    peer.hears()
    byes = peer.methods().count("BYE")
    screen.ok("end", call_id="call-9")
    screen.kind("end", "call-9")
    peer.wait_for("BYE", byes + 1)


def ends_properly(screen, peer, moment):
    """The agent goes on with the call, and ends it."""
    told = MOMENTS[moment][4]
    if moment == "consulting":
        screen.ok("end", call_id="call-2")
        screen.kind("end", "call-2")
    if told:
        screen.ok("end", call_id="call-1")
        assert screen.kind("end", "call-1")["end"] == "by_agent"
        peer.says_a_word()
        peer.was_told(told)


def screen_dies(desk, screen, peer, backend, moment, traces):
    """Killed, and another one comes: the call is as it was."""
    screen.close()
    again = Screen(desk)
    call = again.hello["call"]
    assert call["state"] == MOMENTS[moment][3], call
    assert call["muted"] == (moment == "muted") and call["peer_holds"] == (moment == "peer_held")
    assert not {"BYE", "CANCEL"} & set(peer.methods()) or moment == "after_call"
    if moment == "talking":
        peer.hears()
    if moment == "consulting":
        assert again.hello["consult"]["state"] == "talking", again.hello
        peer.hears()
    ends_properly(again, peer, moment)
    the_next_call_works(again, peer)
    nothing_is_left(again, desk, traces)


def screen_stays_away(desk, screen, peer, backend, moment, traces):
    """Nobody comes back within the grace time: the desk ends the call, and tells the backend."""
    screen.close()
    told = MOMENTS[moment][4]
    expected = "screen_lost" if told else "by_person"
    if told:
        wait_until("the grace time is over", lambda: backend.posts and any(
            e["kind"] == "end" for _, _, body in list(backend.posts) for e in body["events"]))
        peer.says_a_word()
        peer.was_told(told)
    wait_until("the backend is told", lambda: any(
        e["kind"] == "end" and e["end"] == expected
        for _, _, body in list(backend.posts) for e in body["events"]))
    again = Screen(desk)
    assert again.hello["call"]["end"] == expected
    the_next_call_works(again, peer)
    nothing_is_left(again, desk, traces)
    ends = [e for path, _, body in backend.posts for e in body["events"]
            if e["kind"] == "end" and "/call-1/" in path]
    assert len({(e["seq"], e["end"]) for e in ends if e["end"] == expected}) == 1, ends


def desk_dies(desk, screen, peer, backend, moment, traces):
    """Its telephone program misses it, says BYE and un-registers."""
    desk.process.kill()
    told = MOMENTS[moment][4]
    if told:
        peer.was_told(told)
    desk.process.wait()
    wait_until("baresip is gone", lambda: all(state_of(p) is None for p in traces.pids))
    while (last := screen.message()) is not None:  # the screen sees it at once
        assert "event" in last, last  # said before, of the line say
    with Desk(os.path.dirname(os.path.dirname(desk.dir)), os.path.basename(desk.dir)) as new:
        again = Screen(new)
        assert again.hello["call"] is None and not again.hello["signed_in"]
        before = peer.registers()
        again.sign_in(peer.port, register=True)
        is_registered(again)
        assert peer.registers() > before
        fresh = Traces(new)
        the_next_call_works(again, peer)
        nothing_is_left(again, new, fresh)
    traces.are_gone(desk)


def phone_dies(desk, screen, peer, backend, moment, traces):
    """It can say nothing: the next one says it."""
    before = peer.registers()
    open_before = descriptors(desk.process.pid)
    screen.events.clear()
    os.kill(traces.pids[-1], signal.SIGKILL)
    told = MOMENTS[moment][4]
    if told:
        assert screen.kind("end", "call-1")["end"] == "phone_lost"
        peer.was_told(told)
    screen.wait("it is back", lambda m: m.get("event") == "phone" and m["state"] == "ready")
    is_registered(screen)
    assert peer.registers() > before
    assert [state_of(p) for p in children(desk.process.pid)] != ["Z"]
    assert len(children(desk.process.pid)) == 1
    assert descriptors(desk.process.pid) == open_before
    traces.note(desk)
    the_next_call_works(screen, peer)
    nothing_is_left(screen, desk, traces)


def phone_hangs(desk, screen, peer, backend, moment, traces):
    """It lives and does nothing: found out by the next thing that is asked of it."""
    if not MOMENTS[moment][4]:
        return
    os.kill(traces.pids[-1], signal.SIGSTOP)
    calls = ("call-2", "call-1") if moment == "consulting" else ("call-1",)
    for call_id in calls:
        screen.ok("end", call_id=call_id)
    for call_id in calls:
        screen.kind("end", call_id)
    peer.was_told(MOMENTS[moment][4])
    screen.events.clear()
    screen.wait("it is back", lambda m: m.get("event") == "phone" and m["state"] == "ready")
    the_next_call_works(screen, peer)
    nothing_is_left(screen, desk, traces)


def peer_dies(desk, screen, peer, backend, moment, traces):
    """Nothing is heard of them any more. Who rings is given up, whose sound stops is, too; who is on
    hold is there until the agent takes him back or ends it: that works."""
    screen.events.clear()
    peer.dies()
    if moment in ("dialling", "ringing", "early"):
        end = "failed" if moment == "dialling" else "no_answer"
        assert screen.kind("end", seconds=40)["end"] == end
    elif moment in ("talking", "muted"):
        assert screen.kind("end", seconds=60)["end"] == "line_lost"
    elif MOMENTS[moment][4]:
        if moment == "consulting":
            screen.ok("end", call_id="call-2")
            screen.kind("end", "call-2")
        screen.ok("end", call_id="call-1")
        assert screen.kind("end", "call-1")["end"] == "by_agent"
    assert screen.ok("call")["call"]["state"] == "ended"
    with Person() as other:
        screen.ok("sign_in", backend=backend.url, agent_id="agent-1", token="session-token",
                  journal_key="journal-key", aor="sip:agent1@127.0.0.1", sip_secret="",
                  outbound=f"sip:127.0.0.1:{other.port}", register=True, screen_grace_s=60)
        wait_until("it registers elsewhere", lambda: other.registers() > 0)
        the_next_call_works(screen, other)
        nothing_is_left(screen, desk, traces)


DEATHS = {
    "screen": screen_dies, "screen_long": screen_stays_away, "desk": desk_dies,
    "phone": phone_dies, "phone_hangs": phone_hangs, "peer": peer_dies,
}

WORST = [
    ("screen", "ringing"), ("screen", "talking"), ("screen", "held"),
    ("screen_long", "ringing"), ("screen_long", "held"),
    ("desk", "dialling"), ("desk", "early"), ("desk", "talking"), ("desk", "peer_held"),
    ("desk", "consulting"), ("screen", "consulting"), ("screen_long", "consulting"),
    ("phone", "dialling"), ("phone", "ringing"), ("phone", "early"), ("phone", "talking"),
    ("phone", "held"), ("phone", "consulting"), ("phone", "transferring"), ("phone", "after_call"),
    ("phone_hangs", "talking"), ("peer", "ringing"),
]


def pair(death, moment):
    def test(folder):
        with Person(MOMENTS[moment][0]) as peer, Backend(200) as backend, Desk(folder) as desk:
            screen = Screen(desk)
            screen.sign_in(peer.port, backend=backend.url, register=True,
                           grace_s=1 if death == "screen_long" else 60)
            is_registered(screen)
            traces = Traces(desk)
            reach(screen, peer, moment, ring_limit_s=3 if death == "peer" else 30)
            traces.note(desk)
            DEATHS[death](desk, screen, peer, backend, moment, traces)
    test.__name__ = f"{death} dies: {moment}"
    return test


if __name__ == "__main__":
    need("baresip")
    EVERY = [(d, m) for d in DEATHS for m in MOMENTS]
    run([pair(d, m) for d, m in (EVERY if os.environ.get("PUPITRE_KILLS") == "all" else WORST)],
        at_once=4)
