# SPDX-License-Identifier: Apache-2.0
"""The PC's clock is set by an hour, back or forward, in the middle of a call: nobody is cut off, and
every limit lasts as long as it should."""

import datetime
import os

from deskkit import BUILD, Backend, Desk, Screen, SipPeer, need, run, wait_until

HOUR = 6  # in steps of wall_clock.c, around 24 hours


class Clock:
    """The time of day of a desk and of its baresip."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "wall_clock")
        self.env = {"LD_PRELOAD": f"{BUILD}/tests/net/wall_clock.so", "WALL_CLOCK": self.path}

    def step(self, hours):
        with open(self.path, "wb") as f:
            f.truncate(144 + hours * HOUR)


def both(check):
    """The test with the clock set back, and with it set forward."""
    tests = []
    for hours in (-1, 1):
        def test(folder, hours=hours):
            clock = Clock(folder)
            with Desk(folder, env=clock.env) as desk, SipPeer() as peer, Backend(200) as backend:
                check(clock, hours, desk, peer, backend)
        test.__name__ = f"{check.__name__}_{'back' if hours < 0 else 'forward'}"
        tests.append(test)
    return tests


def sound_comes(screen, packets=75):
    """A second and a half of sound both ways from now on; it ends a call when it does not."""
    def stats():
        answer = screen.ok("stats", call_id="call-1")
        return min(int(answer["sent"]), int(answer["received"]))
    before = stats()
    wait_until("sound both ways", lambda: stats() >= before + packets)


def a_call_goes_on(clock, hours, desk, peer, backend):
    screen = Screen(desk)
    screen.talk_to(peer, backend=backend.url)
    sound_comes(screen, 10)
    clock.step(hours)
    sound_comes(screen)
    clock.step(0)
    sound_comes(screen)
    assert screen.kinds() == ["dial", "ring", "answer"], screen.kinds()
    # Commands have their answer, the other side is told: SIP's own timers run.
    clock.step(hours)
    screen.ok("hold", call_id="call-1", on=True)
    screen.kind("hold")
    screen.ok("hold", call_id="call-1", on=False)
    screen.kind("resume")
    screen.ok("end", call_id="call-1")
    end = screen.kind("end")
    peer.wait_for("BYE")
    assert end["end"] == "by_agent"
    # What it notes is by the backend's time, which the step did not move.
    at = datetime.datetime.fromisoformat(end["at"].replace("Z", "+00:00"))
    off = (at - datetime.datetime.now(datetime.timezone.utc)).total_seconds()
    assert abs(off) < 600, off


def the_ring_limit_stays_what_it_is(clock, hours, desk, peer, backend):
    peer.answer = False
    screen = Screen(desk)
    screen.sign_in(peer.port, backend=backend.url)
    screen.dial("+32470000100", ring_limit_s=2)
    screen.kind("ring")
    clock.step(hours)
    assert screen.kind("end")["end"] == "no_answer"
    peer.wait_for("CANCEL")
    # Not at once either: a telephone that rings on after the step is answered.
    clock.step(0)
    screen.events.clear()
    screen.dial("+32470000101", call_id="call-2", ring_limit_s=30)
    screen.kind("ring")
    clock.step(hours)
    peer.answer = True
    peer.answer_now()
    screen.kind("answer")


def a_lost_screen_has_its_grace(clock, hours, desk, peer, backend):
    screen = Screen(desk)
    screen.talk_to(peer, backend=backend.url, grace_s=2)
    screen.close()
    wait_until("the desk is alone", lambda: len(backend.posts) == 1)
    clock.step(hours)
    again = Screen(desk)  # in time, whatever the clock says
    assert again.hello["call"]["state"] == "talking"
    again.ok("mute", call_id="call-1", on=True)
    again.close()
    wait_until("the desk is alone", lambda: len(backend.posts) == 2)
    clock.step(2 * hours)
    peer.wait_for("BYE")
    wait_until("the end is posted", lambda: any(
        e["kind"] == "end" and e["end"] == "screen_lost"
        for _, _, body in backend.posts for e in body["events"]))


if __name__ == "__main__":
    need("baresip")
    run([*both(a_call_goes_on), *both(the_ring_limit_stays_what_it_is),
         *both(a_lost_screen_has_its_grace)], at_once=3)
