# SPDX-License-Identifier: Apache-2.0
"""Every citizen, called through desk, module and baresip; all calls at the same time."""

import calendar
import contextlib
import os
import subprocess
import time

from deskkit import Citizens, Desk, Screen, SipPeer, need, rms, run, tone_share, wait_until

CITIZENS = None


@contextlib.contextmanager
def talk(folder, digit, extra=()):
    """A screen that dialled a citizen of this kind."""
    with Desk(folder, extra=extra) as desk:
        screen = Screen(desk)
        screen.sign_in(CITIZENS.port)
        screen.dial(f"+324700001{digit:02}", ring_limit_s=30)
        yield screen


def ends(folder, digit, end, sip_status, kinds):
    with talk(folder, digit) as screen:
        last = screen.kind("end", seconds=40)
        assert (last["end"], last["sip_status"]) == (end, sip_status), last
        assert screen.kinds() == kinds, screen.kinds()
        numbers = [m["seq"] for m in screen.events if "seq" in m]
        assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= len(kinds), numbers


def who_is_busy_is_busy(folder):
    ends(folder, 1, "busy", 486, ["dial", "end"])


def a_bad_number_is_a_bad_number(folder):
    ends(folder, 3, "bad_number", 404, ["dial", "end"])


def the_backends_clock_counts_and_not_this_machines(folder):
    """A desk whose clock is wrong by an hour, either way: it tells the backend by itself, too."""
    for wrong_s in (-3600, 3600):
        with Desk(folder, name="ahead" if wrong_s > 0 else "behind") as desk:
            screen = Screen(desk)
            screen.sign_in(CITIZENS.port)
            began = int(time.time()) + wrong_s
            screen.dial("+32470000101", now_s=began)
            screen.kind("end")
            for message in (m for m in screen.events if m.get("event") == "call"):
                at = calendar.timegm(time.strptime(message["at"], "%Y-%m-%dT%H:%M:%SZ"))
                assert 0 <= at - began < 40, (message, began)


def who_declines_declined(folder):
    ends(folder, 4, "declined", 603, ["dial", "end"])


def the_network_speaks_and_gives_up(folder):
    ends(folder, 8, "unavailable", 480, ["dial", "ring", "end"])


def who_is_away_is_unavailable(folder):
    ends(folder, 9, "unavailable", 480, ["dial", "end"])


def who_hangs_up_hung_up(folder):
    ends(folder, 5, "by_person", 0, ["dial", "ring", "answer", "end"])


def an_answering_machine_ends_by_itself(folder):
    ends(folder, 6, "by_person", 0, ["dial", "ring", "answer", "end"])


def who_never_answers_is_given_up_at_the_ring_limit(folder):
    with Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(CITIZENS.port)
        screen.dial("+32470000102", ring_limit_s=2)
        assert screen.kind("end")["end"] == "no_answer"
        assert screen.kinds() == ["dial", "ring", "end"]
        # Cancelled in good order, the citizen takes the next call.
        screen.events.clear()
        screen.dial("+32470000101", call_id="call-2")
        assert screen.kind("end")["end"] == "busy"


def who_answers_speaks_and_is_spoken_to(folder):
    with talk(folder, 0) as screen:
        screen.kind("answer")
        wait_until("a second of sound both ways", lambda: min(
            screen.ok("stats", call_id="call-1")[k] for k in ("sent", "received")) >= 50)
        assert screen.ok("end", call_id="call-1")
        assert screen.kind("end")["end"] == "by_agent"


def who_puts_us_on_hold_is_shown_to_hold(folder):
    with talk(folder, 7) as screen:
        screen.kind("peer_hold")
        assert screen.ok("call")["call"]["peer_holds"]
        screen.kind("peer_resume")
        assert not screen.ok("call")["call"]["peer_holds"]
        screen.ok("end", call_id="call-1")
        screen.kind("end")


def our_tone_comes_back_from_the_echo(folder):
    """A baresip that also writes down what it decodes: the stock one with a line more."""
    record = os.path.join(folder, "record")
    os.mkdir(record)
    program = os.path.join(folder, "baresip")
    with open(program, "w", encoding="ascii") as f:
        f.write("#!/bin/sh\n"  # the arguments are -4 -f DIR
                f'printf "module sndfile.so\\nsnd_path {record}\\n" >>"$3/config"\n'
                'ln -sf /usr/lib/baresip/modules/sndfile.so "$3/modules/"\n'
                'exec /usr/bin/baresip "$@"\n')
    os.chmod(program, 0o700)
    with talk(folder, 90, extra=["--baresip", program]) as screen:
        screen.kind("answer")
        wait_until("two seconds of sound", lambda: screen.ok(
            "stats", call_id="call-1")["received"] >= 100)
        screen.ok("end", call_id="call-1")
        screen.kind("end")
    heard = [name for name in os.listdir(record) if name.endswith("-dec.wav")]
    raw = subprocess.run(["sox", os.path.join(record, heard[0]), "-t", "raw", "-e", "signed",
                          "-b", "16", "-r", "8000", "-c", "1", "-"],
                         stdout=subprocess.PIPE, check=True).stdout
    samples = memoryview(raw).cast("h")[4000:12000].tolist()
    assert tone_share(samples, 400) > 0.9, tone_share(samples, 400)
    assert tone_share(samples, 700) < 0.01


def the_controls_work_on_the_real_call(folder):
    """Against a telephone that measures: tone, mute, hold, digits."""
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        screen.dial("+32470000100")
        screen.kind("answer")

        def heard(since, n):
            wait_until(f"{n} samples", lambda: len(peer.samples_since(since)) >= n)
            return peer.samples_since(since)[-8000:]

        start = time.monotonic()
        assert tone_share(heard(start, 8000), 400) > 0.9

        screen.ok("mute", call_id="call-1", on=True)
        screen.kind("mute")
        muted = time.monotonic() + 0.2  # what was on its way may still be heard
        assert rms(heard(muted, 4000)) < 10
        screen.ok("mute", call_id="call-1", on=True)  # as it is already: no second event
        screen.ok("mute", call_id="call-1", on=False)
        screen.kind("unmute")
        assert tone_share(heard(time.monotonic() + 0.2, 8000), 400) > 0.9

        screen.ok("hold", call_id="call-1", on=True)
        screen.kind("hold")
        peer.wait_for("INVITE", 2)
        assert "a=sendonly" in [t for method, t in peer.requests if method == "INVITE"][1]
        assert not screen.ask("dtmf", call_id="call-1", digits="1")["ok"]
        screen.ok("hold", call_id="call-1", on=False)
        screen.kind("resume")
        peer.wait_for("INVITE", 3)
        assert tone_share(heard(time.monotonic() + 0.2, 8000), 400) > 0.9

        screen.ok("dtmf", call_id="call-1", digits="19#A")
        screen.kind("dtmf")
        wait_until("the digits", lambda: len(peer.digits()) >= 4)
        assert peer.digits() == "19#A", peer.digits()

        screen.ok("end", call_id="call-1")
        screen.kind("end")
        peer.wait_for("BYE")
        assert screen.kinds() == ["dial", "ring", "answer", "mute", "unmute", "hold", "resume",
                                  "dtmf", "end"]
        assert "19#A" not in desk.log() and "32470" not in desk.log()


if __name__ == "__main__":
    need("baresip", "sipp", "sox")
    with Citizens() as CITIZENS:
        run([who_answers_speaks_and_is_spoken_to, our_tone_comes_back_from_the_echo,
             who_is_busy_is_busy, a_bad_number_is_a_bad_number,
             who_never_answers_is_given_up_at_the_ring_limit, who_hangs_up_hung_up,
             who_declines_declined, an_answering_machine_ends_by_itself,
             who_puts_us_on_hold_is_shown_to_hold, the_network_speaks_and_gives_up,
             who_is_away_is_unavailable, the_backends_clock_counts_and_not_this_machines,
             the_controls_work_on_the_real_call], at_once=6)
