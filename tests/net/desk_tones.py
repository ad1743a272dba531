# SPDX-License-Identifier: Apache-2.0
"""The sound is proved: the agent's side sends a tone of 400 Hz, the peer one of 1000 Hz; each end
measures frequency and level of what arrives, at the start and after everything that touches the
session. At the peer that is RTP; at the agent it is what baresip decodes for the ear (ear.c)."""

import array
import contextlib
import math
import os
import re
import socket
import statistics
import struct
import threading
import time

from deskkit import (BUILD, DEADLINE_S, ULAW, Desk, Screen, SipPeer, need, rms, run, tone_share,
                     wait_until)
from foreign import tests_of

AGENT_HZ, PEER_HZ = 400, 1000
PEER_PEAK = 8000
WINDOW = 800  # 100 ms: whole periods of both tones
PACKET = 160


def alaw_to_sample(byte):
    """ITU-T G.711, as 16 bits."""
    byte ^= 0x55
    magnitude = (byte & 0x0F) << 4
    segment = (byte >> 4) & 7
    magnitude += 8 if segment == 0 else 0x108
    magnitude <<= max(segment - 1, 0)
    return magnitude if byte & 0x80 else -magnitude


ALAW = [alaw_to_sample(b) for b in range(256)]
CODECS = {0: (ULAW, "PCMU"), 8: (ALAW, "PCMA")}


def encoded(codec, frequency):
    """200 packets of a tone: whole periods, so that they can be repeated."""
    table = CODECS[codec][0]
    nearest = {}

    def byte(sample):
        if sample not in nearest:
            nearest[sample] = min(range(256), key=lambda b: abs(table[b] - sample))
        return nearest[sample]
    period = bytes(byte(round(PEER_PEAK * math.sin(2 * math.pi * frequency * i / 8000)))
                   for i in range(PACKET))
    return period


def measured(samples, frequency):
    """Share of the tone and level, each in the middle of the windows: one gap does not count."""
    windows = [samples[i:i + WINDOW] for i in range(0, len(samples) - WINDOW + 1, WINDOW)]
    return (statistics.median(tone_share(w, frequency) for w in windows),
            statistics.median(rms(w) for w in windows))


class TonePeer(SipPeer):
    """A telephone that speaks all the time, whatever the other side does, until told not to."""

    def __init__(self, hz=PEER_HZ):
        self.hz = hz  # a multiple of 50: whole periods in a packet
        self.codec, self.direction = 0, "sendrecv"
        self.talks = True
        self.old = []  # sockets of ports that we left
        super().__init__(speaks=False)
        self.mouth = threading.Thread(target=self._speak, daemon=True)
        self.mouth.start()

    def __exit__(self, *args):
        super().__exit__(*args)
        self.mouth.join(2)
        for s in self.old:
            s.close()

    def session(self, address="127.0.0.1", port=None):
        port = self.rtp.getsockname()[1] if port is None else port
        codec = self.codec
        return (f"v=0\r\no=p 1 {time.monotonic_ns()} IN IP4 127.0.0.1\r\ns=-\r\n"
                f"c=IN IP4 {address}\r\nt=0 0\r\nm=audio {port} RTP/AVP {codec} 101\r\n"
                f"a=rtpmap:{codec} {CODECS[codec][1]}/8000\r\n"
                "a=rtpmap:101 telephone-event/8000\r\n"
                f"a={self.direction}\r\n")

    def _reply(self, text, to, status, sdp=False):
        """Our answer to a hold mirrors it."""
        self.direction = "recvonly" if "a=sendonly" in text else "sendrecv"
        super()._reply(text, to, status, sdp)

    def offer(self, direction="sendrecv", address="127.0.0.1", port=None, codec=None,
              new_port=False):
        """A re-INVITE of ours, and its ACK."""
        self.direction, self.codec = direction, self.codec if codec is None else codec
        if new_port:
            self.old.append(self.rtp)
            fresh = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            fresh.bind(("127.0.0.1", 0))
            fresh.settimeout(0.1)
            self.rtp = fresh
        cseq = 1000 + len(self.replies)
        self.request("INVITE", "Content-Type: application/sdp", body=self.session(address, port),
                     cseq=cseq)
        wait_until("the offer is taken", lambda: any(
            status == 200 and f"CSeq: {cseq} INVITE" in text for status, text in self.replies))
        self.request("ACK", cseq=cseq)

    def _rtp(self):
        self.rtp.settimeout(0.1)
        while self.open:
            try:
                data, _ = self.rtp.recvfrom(65536)
            except TimeoutError:
                continue
            if data[1] & 0x7F in CODECS:
                self.sound.append((time.monotonic(), data[1] & 0x7F, data[12:]))

    def _speak(self):
        tones = {codec: encoded(codec, self.hz) for codec in CODECS}
        seq = 0
        next_at = time.monotonic()
        while self.open:
            next_at += PACKET / 8000
            time.sleep(max(0, next_at - time.monotonic()))
            ports = [re.search(r"^m=audio (\d+)", text, re.M) for method, text in self.requests
                     if method == "INVITE"]
            if self.talks and ports and ports[-1]:
                seq += 1
                self.rtp.sendto(struct.pack("!BBHII", 0x80, self.codec, seq & 0xFFFF, seq * PACKET, 7)
                                + tones[self.codec], ("127.0.0.1", int(ports[-1].group(1))))

    def heard(self, since, packets=60):
        """Samples that came after; waits for so many packets."""
        wait_until(f"{packets} packets of the agent", lambda: self.count(since) >= packets)
        return [CODECS[kind][0][b] for at, kind, payload in list(self.sound) if at >= since
                for b in payload]

    def count(self, since):
        return sum(at >= since for at, _, _ in list(self.sound))


class Talk:
    """A call of which both ends are measured."""

    def __init__(self, peer, screen, ear):
        self.peer, self.screen, self.ear = peer, screen, ear
        self.level = 0  # of the agent's tone at the peer, at the start

    def ok(self, op, **fields):
        return self.screen.ok(op, call_id="call-1", **fields)

    def heard_by_agent(self, from_byte=None, samples=60 * PACKET):
        """What baresip decoded from now on, or from a byte of the file on."""
        start = os.path.getsize(self.ear) if from_byte is None else from_byte
        wait_until("the agent hears", lambda: os.path.getsize(self.ear) >= start + 2 * samples)
        with open(self.ear, "rb") as f:
            f.seek(start)
            data = f.read()
        return array.array("h", data[:len(data) // 2 * 2]).tolist()

    def agent_is_heard(self, when):
        """What is on its way from before a change is let go by."""
        self.peer.heard(time.monotonic(), 10)
        share, level = measured(self.peer.heard(time.monotonic()), AGENT_HZ)
        assert share > 0.95, f"{when}: 400 Hz is {share:.2f} of what the peer hears"
        self.level = self.level or level
        assert level > 1000 and 0.9 < level / self.level < 1.1, f"{when}: {level:.0f} at the peer"

    def peer_is_heard(self, when):
        self.heard_by_agent(samples=10 * PACKET)
        share, level = measured(self.heard_by_agent(), self.peer.hz)
        assert share > 0.95, f"{when}: {self.peer.hz} Hz is {share:.2f} of what the agent hears"
        assert 0.9 < level / (PEER_PEAK / 2**.5) < 1.1, f"{when}: level {level:.0f} at the agent"

    def both_are_heard(self, when):
        self.agent_is_heard(when)
        self.peer_is_heard(when)

    def nothing_leaves_the_agent(self, when):
        """Not one packet, while the peer goes on for a second's worth of its own."""
        wait_until(f"quiet, {when}", lambda: self.quiet_for(0.3))
        begin = time.monotonic()
        wait_until("a second", lambda: time.monotonic() > begin + 1)
        assert self.peer.count(begin) == 0, f"{when}: {self.peer.count(begin)} packets"

    def quiet_for(self, seconds):
        return self.peer.count(time.monotonic() - seconds) == 0


def with_ear(home):
    """The stock baresip with two lines more, and the file of what it hears."""
    ear, program = os.path.join(home, "heard"), os.path.join(home, "baresip")
    with open(program, "w", encoding="ascii") as f:
        f.write("#!/bin/sh\n"  # the arguments are -4 -f DIR
                f'printf "module ear.so\\near_path {ear}\\n" >>"$3/config"\n'
                f'ln -sf {BUILD}/tests/net/ear.so "$3/modules/"\n'
                'exec /usr/bin/baresip "$@"\n')
    os.chmod(program, 0o700)
    return program, ear


@contextlib.contextmanager
def talk(folder, answers=True, ends=True):
    """A call to a TonePeer, both ends of which are measured."""
    program, ear = with_ear(folder)
    with TonePeer() as peer, Desk(folder, extra=["--baresip", program]) as desk:
        peer.answer = answers
        screen = Screen(desk)
        call = Talk(peer, screen, ear)
        if answers:
            screen.talk_to(peer)
            wait_until("the ear hears", lambda: os.path.exists(ear))
            call.both_are_heard("at the start")
        else:
            screen.sign_in(peer.port)
            screen.dial("+32470000100")
            screen.kind("ring")
        yield call
        if ends:
            call.ok("end")
            peer.wait_for("BYE")


def who_comes_back_from_a_long_hold_has_time_to_be_heard(folder):
    """The peer sends nothing while held, as telephones do, and for a while after it; 30 s of
    silence end a call in which both speak."""
    with talk(folder) as call:
        call.ok("hold", on=True)
        call.peer.talks = False
        held = time.monotonic()
        wait_until("a long hold", lambda: time.monotonic() > held + 33, seconds=60)
        call.ok("hold", on=False)
        back = time.monotonic()
        wait_until("a late voice", lambda: time.monotonic() > back + 3)
        call.peer.talks = True
        call.both_are_heard("after a long hold")


def who_falls_silent_for_long_is_lost(folder):
    """It was heard; then nothing comes any more, as when a line is cut."""
    with talk(folder, ends=False) as call:
        call.peer.talks = False
        assert call.screen.kind("end", seconds=50)["end"] == "line_lost"
        call.peer.wait_for("BYE")


def who_is_held_hears_nobody_and_then_everything_again(folder):
    with talk(folder) as call:
        for turn in ("first", "second"):
            call.ok("hold", on=True)
            call.nothing_leaves_the_agent(f"on our {turn} hold")
            before = os.path.getsize(call.ear)
            wait_until("a second of it", lambda: call.quiet_for(1))
            assert os.path.getsize(call.ear) == before, "the agent hears the held person"
            call.ok("hold", on=False)
            call.both_are_heard(f"after our {turn} hold")


def who_holds_us_hears_nobody_and_then_everything_again(folder):
    with talk(folder) as call:
        for hold in ({"direction": "sendonly"}, {"direction": "inactive"}, {"address": "0.0.0.0"},
                     {"port": 0}):
            call.peer.offer(**hold)
            call.screen.kind("peer_hold")
            call.nothing_leaves_the_agent(f"on their hold, {hold}")
            call.screen.events.clear()
            call.peer.offer()
            call.screen.kind("peer_resume")
            call.both_are_heard(f"after their hold, {hold}")
            call.screen.events.clear()


def an_announcement_before_the_answer_is_heard(folder):
    """183 with a session: the network's own voice in place of our ringback tone."""
    with talk(folder, answers=False) as call:
        to, invite = call.peer.ringing[-1]
        call.peer._reply(invite, to, "183 Session Progress", sdp=True)
        call.screen.wait("early sound", lambda m: m.get("sip_status") == 183)
        wait_until("the ear hears", lambda: os.path.exists(call.ear))
        call.peer_is_heard("before the answer")
        call.peer.answer_now()
        call.screen.kind("answer")
        call.both_are_heard("after the answer")


def music_on_hold_is_heard(folder):
    """sendonly: they speak on, music say, and hear nothing."""
    with talk(folder) as call:
        call.peer.offer("sendonly")
        call.screen.kind("peer_hold")
        call.peer_is_heard("on their hold")
        call.nothing_leaves_the_agent("on their hold")


def a_new_port_and_a_new_codec_carry_the_sound(folder):
    with talk(folder) as call:
        call.peer.offer(new_port=True)
        call.both_are_heard("at a new port")
        call.peer.offer(codec=8)
        call.both_are_heard("in A-law")
        call.ok("hold", on=True)
        call.nothing_leaves_the_agent("on hold")
        call.ok("hold", on=False)
        call.both_are_heard("in A-law after hold")
        call.peer.offer(codec=0, new_port=True)
        call.both_are_heard("at a third port")
        for left in call.peer.old:
            left.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                while True:  # what came before they moved
                    left.recv(65536)
        call.both_are_heard("still")
        for left in call.peer.old:
            with contextlib.suppress(BlockingIOError):
                left.recv(65536)
                raise AssertionError("sound goes to a port that the peer left")


def who_is_muted_sends_silence_and_hears(folder):
    """Packets of silence, so that the line stays known to be alive."""
    with talk(folder) as call:
        call.ok("mute", on=True)
        call.peer.heard(time.monotonic(), 20)  # what was on its way
        assert rms(call.peer.heard(time.monotonic())) < 10
        call.peer_is_heard("while muted")
        # What the peer does to the session does not open the microphone.
        call.peer.offer("sendonly")
        call.peer.offer(new_port=True)
        call.screen.kind("peer_resume")
        call.peer.heard(time.monotonic(), 20)
        assert rms(call.peer.heard(time.monotonic())) < 10, "a re-INVITE opened the microphone"
        call.ok("hold", on=True)
        call.ok("hold", on=False)
        call.peer.heard(time.monotonic(), 20)
        assert rms(call.peer.heard(time.monotonic())) < 10, "our hold opened the microphone"
        call.ok("mute", on=False)
        call.both_are_heard("unmuted")


def both_hold_and_both_come_back(folder):
    with talk(folder) as call:
        call.ok("hold", on=True)
        call.peer.wait_for("ACK", 2)  # two offers that cross are both refused (RFC 3261 14.2)
        call.peer.offer("sendonly")
        call.screen.kind("peer_hold")
        call.nothing_leaves_the_agent("held by both")
        call.peer.offer("sendrecv")
        call.screen.kind("peer_resume")
        call.nothing_leaves_the_agent("held by us")
        call.ok("hold", on=False)
        call.both_are_heard("after both")


def of_person_and_expert_one_is_heard_and_the_other_is_not(folder):
    """Each has a tone, 1000 and 700 Hz, and speaks on while held. What the agent hears is one tone
    alone, and whoever is held gets not one packet: nobody hears what is said of him."""
    program, ear = with_ear(folder)
    with TonePeer() as person, TonePeer(700) as expert, \
            Desk(folder, extra=["--baresip", program]) as desk:
        screen = Screen(desk)
        screen.talk_directly(person)
        wait_until("the ear hears", lambda: os.path.exists(ear))
        with_person, with_expert = Talk(person, screen, ear), Talk(expert, screen, ear)
        with_person.both_are_heard("before the consult")
        screen.consult(expert)
        screen.kind("answer", "consult-1")
        for turn in ("first", "second"):
            with_expert.both_are_heard(f"the {turn} time with the expert")
            with_person.nothing_leaves_the_agent(f"the {turn} time with the expert")
            screen.ok("swap", call_id="call-1", consult_id="consult-1")
            with_person.both_are_heard(f"after the {turn} swap")
            with_expert.nothing_leaves_the_agent(f"after the {turn} swap")
            screen.ok("swap", call_id="call-1", consult_id="consult-1")
        with_expert.both_are_heard("the last time with the expert")
        screen.ok("take_back", call_id="call-1")
        expert.wait_for("BYE")
        with_person.both_are_heard("taken back")
        screen.ok("end", call_id="call-1")
        person.wait_for("BYE")


if __name__ == "__main__":
    need("baresip")
    run(tests_of(globals()), at_once=5)
