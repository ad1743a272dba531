# SPDX-License-Identifier: Apache-2.0
"""What other telephones and the network do to a call, on purpose or not."""

import json
import os
import random
import re
import socket
import subprocess
import time

from deskkit import DEADLINE_S, Desk, Screen, SipPeer, need, run, tone_share, wait_until


def refusals_become_ends(folder):
    answers = [("486 Busy Here", "busy"), ("600 Busy Everywhere", "busy"),
               ("404 Not Found", "bad_number"), ("410 Gone", "bad_number"),
               ("484 Address Incomplete", "bad_number"), ("604 Does Not Exist", "bad_number"),
               ("480 Temporarily Unavailable", "unavailable"), ("408 Request Timeout", "no_answer"),
               ("603 Decline", "declined"), ("403 Forbidden", "declined"),
               ("503 Service Unavailable", "failed"), ("500 Server Error", "failed")]
    with SipPeer(final="none") as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        for i, (answer, end) in enumerate(answers):
            peer.final = answer
            screen.dial("+32470000100", call_id=f"call-{i}")
            last = screen.kind("end", f"call-{i}")
            status, text = answer.split(" ", 1)
            assert (last["end"], last["sip_status"], last["text"]) == (end, int(status), text), last


def the_words_of_the_peer_are_harmless(folder):
    with SipPeer(final="486 \x1b[31mRed\x07" + "x" * 300) as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        screen.dial("+32470000100")
        text = screen.kind("end")["text"]
        assert len(text) <= 80 and text.isprintable(), text


def words_that_are_no_utf_8_end_the_call_all_the_same(folder):
    """Latin-1, and what baresip cut in the middle of a letter."""
    finals = ("486 Occup\udce9", "486 " + "é" * 200, "486 x" + "é" * 200, "486 " + "x" * 1000)
    with SipPeer(final="none") as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        for i, final in enumerate(finals):
            peer.final = final
            screen.dial("+32470000100", call_id=f"call-{i}", ring_limit_s=600)
            last = screen.kind("end", f"call-{i}")
            assert (last["end"], last["sip_status"]) == ("busy", 486), last


def a_call_from_outside_does_not_disturb_ours(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_to(peer)
        peer.request("INVITE", new=True)
        assert peer.wait_reply("INVITE") == 486
        peer.request("OPTIONS", new=True)
        assert peer.wait_reply("OPTIONS") == 200
        assert screen.ok("call")["call"]["state"] == "talking"
        assert "BYE" not in peer.methods()
        screen.ok("end", call_id="call-1")
        peer.wait_for("BYE")
        # And with no call up.
        peer.request("INVITE", new=True)
        wait_until("declined again", lambda: [status for status, text in peer.replies
                                              if " INVITE" in text].count(480) >= 1)


def nobody_sends_us_elsewhere(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_to(peer)
        peer.request("REFER", "Refer-To: <sip:0900123456@127.0.0.1>")
        peer.wait_reply("REFER")
        screen.ok("mute", call_id="call-1", on=True)
        assert screen.ok("call")["call"]["state"] == "talking"
        assert not any("0900" in text for method, text in peer.requests if method == "INVITE")


def spoilt(messages, times, seed):
    """Messages with something wrong in them: cut, doubled, with other bytes, lengths, numbers."""
    dice = random.Random(seed)
    for _ in range(times):
        data = bytearray(dice.choice(messages))
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(data)) if data else 0
            match dice.randrange(5):
                case 0:
                    del data[at:at + dice.randrange(1, 40)]
                case 1:
                    data[at:at] = data[at:at + dice.randrange(1, 200)]
                case 2:
                    data[at:at + 1] = bytes([dice.randrange(256)])
                case 3:
                    data[at:at] = dice.choice([b"\r\n", b":", b";tag=", b"%s%n", b"\0", b"<" * 50,
                                               b"4294967296", b"-1", b'"', b"\x1b[2J", b"A" * 300])
                case 4:
                    data = data[:at]
        yield bytes(data)


def garbage_on_the_ports_harms_nothing(folder):
    """Made by hand, and 3,000 messages of a real call with something wrong in each."""
    seed = random.randrange(2**32)
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_to(peer)
        phone = desk.baresip_pid()
        sip, invite = peer.caller
        rtp = int(re.search(r"^m=audio (\d+)", invite, re.M).group(1))
        answer = invite.encode().replace(b"INVITE ", b"SIP/2.0 200 OK\r\nX: ", 1)
        junk = [b"", b"\r\n\r\n", b"\0" * 1400, os.urandom(1400), b"INVITE\r\n\r\n",
                b"BYE sip:x SIP/2.0\r\n\r\n", b"SIP/2.0 999\r\n\r\n", invite.encode()[:-400],
                invite.encode().replace(b"v=0", b"v=\xff" * 50), b"\x80" * 12, b"\x80\x00",
                b"\x80\x65" + os.urandom(200), b"\xbf" + os.urandom(40), b"\x80\xc8" + b"\xff" * 60,
                b"\x00\x01\x00\x00\x21\x12\xa4\x42" + os.urandom(12), b"X" * 60000]
        sound = [b"\x80\x00" + os.urandom(10) + b"\xff" * 160, b"\x80\x65" + os.urandom(14),
                 b"\x81\xc9\x00\x07" + os.urandom(28), b"\x80\xc8\x00\x06" + os.urandom(24),
                 b"\x81\xcb\x00\x01" + os.urandom(4), b"\x90\x00" + os.urandom(200)]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for port in (sip[1], rtp, rtp + 1):
                for packet in junk:
                    s.sendto(packet, ("127.0.0.1", port))
            # In portions, each with a question behind it: a full socket would only lose them.
            for portion in range(20):
                for packet in spoilt([invite.encode(), answer], 50, seed + portion):
                    s.sendto(packet, sip)
                for packet in spoilt(sound, 100, seed - portion):
                    s.sendto(packet, ("127.0.0.1", rtp + portion % 2))
                peer.replies.clear()
                peer.request("OPTIONS", new=True, cseq=100 + portion)
                assert peer.wait_reply("OPTIONS") == 200, f"seed {seed}"
        before = screen.ok("stats", call_id="call-1")["received"]
        wait_until("sound goes on", lambda: screen.ok(
            "stats", call_id="call-1")["received"] >= before + 25)
        assert desk.baresip_pid() == phone, f"seed {seed}"
        assert screen.kinds() == ["dial", "ring", "answer"], (screen.kinds(), f"seed {seed}")
        assert "\x1b" not in desk.log()


def a_bad_line_is_told_when_it_changes(folder):
    """Every tenth packet of the other side is lost; then none, then nothing comes at all."""
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_to(peer)

        def told(what, **wanted):
            screen.events.clear()
            return screen.wait(what, lambda m: m.get("event") == "line" and all(
                m[key] == value for key, value in wanted.items()), seconds=60)

        def kept(text):
            return screen.wait(f"{text} is an event of the call", lambda m: m.get(
                "kind") == "line" and m["text"] == text, seconds=5)
        assert told("a good line", grade="good", fault="none")["call_id"] == "call-1"
        assert kept("good")
        peer.loses = 10
        lost = told("loss", grade="poor", fault="lost")
        assert 5 <= lost["value"] <= 15, lost
        assert kept(f"poor lost {lost['value']}")
        peer.loses = 0
        told("a good line again", grade="good")
        screen.events.clear()
        screen.ok("hold", call_id="call-1", on=True)
        screen.wait("nothing is measured on hold",
                    lambda m: m.get("event") == "line" and m["grade"] == "unknown")
        screen.ok("hold", call_id="call-1", on=False)
        told("good after hold", grade="good")
        peer.speaks = False
        told("silence", grade="poor", fault="silent")
        assert kept("poor silent")
        screen.close()
        again = Screen(desk)
        assert again.wait("told to another screen", lambda m: m.get("event") == "line",
                          seconds=60)["fault"] == "silent"
        again.events.clear()
        again.ok("end", call_id="call-1")
        again.wait("the end", lambda m: m.get("event") == "line" and m["grade"] == "unknown")


class Module:
    """baresip with our module alone, spoken to as the desk speaks to it."""

    def __init__(self, desk):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(DEADLINE_S)
        env = dict(desk.env, PUPITRE_VOICE_FD=str(theirs.fileno()))
        self.process = subprocess.Popen(["baresip", "-4", "-f", f"{desk.dir}/baresip"], env=env,
                                        pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        theirs.close()
        self.wait(event="hello")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()  # the module hangs up and ends
        self.process.wait(DEADLINE_S)

    def wait(self, **wanted):
        while True:
            message = json.loads(self.socket.recv(8192))
            if all(message.get(k) == v for k, v in wanted.items()):
                return message

    def ask(self, cmd, **fields):
        self.socket.send(json.dumps({"id": cmd, "cmd": cmd, **fields}).encode())
        return self.wait(id=cmd)


def a_failed_transfer_keeps_the_call(folder):
    with Desk(folder) as desk, SipPeer() as peer:
        Screen(desk).sign_in(peer.port)  # until then the desk has no folder for a telephone
        with Module(desk) as module:
            here = f"127.0.0.1:{peer.port}"
            assert module.ask("account", aor="sip:agent@127.0.0.1", secret="", outbound="",
                              register="no")["ok"] == "yes"
            call = module.ask("dial", uri=f"sip:+32470000000@{here}")["call"]
            module.wait(event="answer", call=call)
            assert module.ask("transfer", call=call, uri=f"sip:2@{here}")["ok"] == "yes"
            peer.wait_for("REFER")
            peer.request("NOTIFY", "Event: refer",
                         "Subscription-State: terminated;reason=noresource",
                         "Content-Type: message/sipfrag", body="SIP/2.0 486 Busy Here\r\n")
            failed = module.wait(event="transfer_failed", call=call)
            assert (failed["status"], failed["text"]) == ("486", "Busy Here"), failed
            before = int(module.ask("stats", call=call)["sent"])
            wait_until("sound after the failed transfer",
                       lambda: int(module.ask("stats", call=call)["sent"]) > before + 10)
            assert "BYE" not in peer.methods(), peer.methods()
            assert module.ask("hangup", call=call)["ok"] == "yes"
            peer.wait_for("BYE")


def who_hangs_up_during_our_hold_hung_up(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_to(peer)
        screen.ok("hold", call_id="call-1", on=True)
        peer.wait_for("INVITE", 2)
        peer.wait_for("ACK", 2)
        peer.request("BYE")
        assert screen.kind("end")["end"] == "by_person"
        assert not screen.ask("hold", call_id="call-1", on=False)["ok"]


def a_line_that_falls_silent_is_lost(folder):
    """rtp_timeout: 30 s without a packet."""
    with SipPeer(speaks=False) as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_to(peer)
        assert screen.kind("end", seconds=50)["end"] == "line_lost"
        peer.wait_for("BYE")


def a_sound_file_is_what_the_other_side_hears(folder):
    wav = os.path.join(folder, "tone.wav")
    subprocess.run(["sox", "-n", "-r", "8000", "-c", "1", "-b", "16", wav, "synth", "3", "sine",
                    "700"], check=True)
    with SipPeer() as peer, Desk(folder, audio=f"file:{wav}") as desk:
        screen = Screen(desk)
        screen.talk_to(peer)
        start = time.monotonic()
        wait_until("a second of sound", lambda: len(peer.samples_since(start)) >= 8000)
        assert tone_share(peer.samples_since(start)[:8000], 700) > 0.9
        # The file ends, and begins anew.
        wait_until("two more seconds", lambda: len(peer.samples_since(start)) >= 28000)
        assert tone_share(peer.samples_since(start)[20000:28000], 700) > 0.9


def a_hundred_calls_in_a_row_leave_nothing_behind(folder):
    def descriptors(pid):
        try:
            return len(os.listdir(f"/proc/{pid}/fd"))
        except PermissionError:  # the desk hides its memory, and with it this, from its own user
            return 0

    with SipPeer(final="486 Busy Here") as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        pids = (desk.process.pid, desk.baresip_pid())
        before = None
        for i in range(100):
            screen.events.clear()
            screen.dial("+32470000100", call_id=f"call-{i}")
            screen.kind("end", f"call-{i}")
            before = before or [descriptors(pid) for pid in pids]
        assert pids[1] == desk.baresip_pid()
        after = [descriptors(pid) for pid in pids]
        assert after[0] <= before[0] and after[1] <= before[1] + 2, (before, after)


if __name__ == "__main__":
    need("baresip", "sox")
    run([refusals_become_ends, the_words_of_the_peer_are_harmless,
         words_that_are_no_utf_8_end_the_call_all_the_same,
         a_call_from_outside_does_not_disturb_ours, nobody_sends_us_elsewhere,
         garbage_on_the_ports_harms_nothing,
         a_bad_line_is_told_when_it_changes, a_failed_transfer_keeps_the_call, who_hangs_up_during_our_hold_hung_up,
         a_line_that_falls_silent_is_lost, a_sound_file_is_what_the_other_side_hears,
         a_hundred_calls_in_a_row_leave_nothing_behind], at_once=5)
