# SPDX-License-Identifier: Apache-2.0
"""Devices of a desk: listed, chosen, remembered, measured; and pulled out in the midst of a call.

The headsets are ALSA's to baresip (tests/net/alsa_fake.c): each has a folder, is plugged in while
a file `plugged` lies there, picks up the tone that the file names, and writes down what it plays."""

import math
import os
import stat
import struct
import time

from deskkit import BUILD, Desk, Screen, SipPeer, need, rms, run, tone_share, wait_until

PEER_HZ = 1100
LONG_NAME = "x" * 300


def sample_to_ulaw(sample):
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 0x84
    exponent = magnitude.bit_length() - 8
    return ~(sign | exponent << 4 | magnitude >> (exponent + 3) & 0x0F) & 0xFF


PEER_SAYS = bytes(sample_to_ulaw(round(9000 * math.sin(2 * math.pi * PEER_HZ * i / 8000)))
                  for i in range(8000))


class Peer(SipPeer):
    """The other end speaks a tone."""

    def says(self, seq):
        at = seq * 160 % 8000
        return PEER_SAYS[at:at + 160]


class Headset:
    def __init__(self, folder, name, hz=700, label=None):
        self.name = name
        self.label = label or f"The {name}"
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        self.plug(hz)

    def plug(self, hz):
        with open(f"{self.folder}/new", "w", encoding="ascii") as f:
            f.write(str(hz))
        os.rename(f"{self.folder}/new", f"{self.folder}/plugged")

    def pull(self):
        os.unlink(f"{self.folder}/plugged")

    def conf(self):
        return (f'pcm.raw_{self.name} {{ type pupitre_fake folder "{self.folder}" }}\n'
                f'pcm.{self.name} {{ type plug slave.pcm "raw_{self.name}"\n'
                f'  hint {{ show on description "{self.label}" }} }}\n')

    def played(self):
        """How much was: a mark for heard()."""
        path = f"{self.folder}/heard"
        return os.path.getsize(path) if os.path.exists(path) else 0

    def heard(self, since=0):
        """Samples of the left channel, 48,000 a second, since a mark."""
        if not self.played():
            return []
        with open(f"{self.folder}/heard", "rb") as f:
            f.seek(since)
            data = f.read()
        return [left for left, _ in struct.iter_unpack("<hh", data[:len(data) // 4 * 4])]


def alsa(folder, *headsets, more=""):
    """An environment in which these are all the devices there are."""
    path = os.path.join(folder, "asound.conf")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f'pcm_type.pupitre_fake {{ lib "{BUILD}/tests/net/alsa_fake.so" }}\n')
        f.write("".join(h.conf() for h in headsets) + more)
    return {"ALSA_CONFIG_PATH": path}


def talking(desk, peer, ready=None):
    screen = Screen(desk)
    screen.sign_in(peer.port)
    if ready:
        ready(screen)
    screen.dial("+32470000100")
    screen.kind("answer")
    return screen


def sound(screen, what, match, seconds=10):
    return screen.wait(what, lambda m: m.get("event") == "sound" and match(m), seconds)


def assert_peer_hears(peer, hz, seconds=10):
    """A quarter of a second of that tone and nothing else, from now on."""
    since = time.monotonic()
    wait_until(f"the other side hears {hz} Hz",
               lambda: tone_share(peer.samples_since(since)[-2000:], hz) > 0.9, seconds)
    assert rms(peer.samples_since(since)[-2000:]) > 3000


def assert_peer_hears_silence(peer):
    since = time.monotonic()
    wait_until("silence arrives, and it arrives",
               lambda: len(peer.samples_since(since)) > 2000
               and rms(peer.samples_since(since)[-1600:]) < 20)


def assert_agent_hears(headset, hz=PEER_HZ, seconds=10):
    mark = headset.played()
    wait_until(f"the agent hears {hz} Hz",
               lambda: tone_share(headset.heard(mark)[-12000:], hz, 48000) > 0.9
               and len(headset.heard(mark)) > 12000, seconds)


def devices_are_listed_by_name(folder):
    env = alsa(folder, Headset(folder, "headset"), Headset(folder, "loudspeaker"))
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = Screen(desk)
        assert screen.ask("devices")["code"] == "unauthenticated"
        screen.sign_in(peer.port)
        answer = screen.ok("devices")
        expected = [{"name": "headset", "label": "The headset"},
                    {"name": "loudspeaker", "label": "The loudspeaker"}]
        for way in ("inputs", "outputs"):
            assert sorted(answer[way], key=lambda d: d["name"]) == expected, answer
        assert answer["input"] == {"chosen": "", "volume": 50, "in_use": "", "label": "",
                                   "works": True}, answer
        screen.dial("+32470000100")
        screen.kind("answer")
        sound(screen, "it is in use", lambda m: m["input"]["label"] == m["output"]["label"]
              == "The headset")
        assert screen.ok("devices")["output"]["in_use"] == "headset"
        screen.ok("end", call_id="call-1")
        sound(screen, "it is in use no more", lambda m: not m["input"]["label"]
              and not m["output"]["label"] and m["input"]["works"])


def a_headset_pulled_out_while_talking_is_missed_and_comes_back(folder):
    headset = Headset(folder, "headset")
    env = alsa(folder, headset)
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = talking(desk, peer)
        assert_peer_hears(peer, 700)
        assert_agent_hears(headset)
        for hz in (500, 900):
            screen.events.clear()
            at = time.monotonic()
            headset.pull()
            sound(screen, "both are missed", lambda m: not m["input"]["works"]
                  and not m["output"]["works"] and m["input"]["label"] == "The headset")
            assert time.monotonic() - at < 3  # mostly much less; the machine may be busy
            screen.wait("the phone has no sound", lambda m: m.get("event") == "phone"
                        and not m["sound"] and m["reason"] == "There is no sound device.")
            assert_peer_hears_silence(peer)
            assert desk.baresip_pid() and "end" not in screen.kinds()
            screen.events.clear()
            headset.plug(hz)
            sound(screen, "both are back", lambda m: m["input"]["works"]
                  and m["output"]["works"])
            assert_peer_hears(peer, hz)
            assert_agent_hears(headset)
            screen.wait("the phone has sound",
                        lambda m: m.get("event") == "phone" and m["sound"])
        screen.ok("end", call_id="call-1")
        assert screen.kind("end")["end"] == "by_agent"


def controls_work_without_a_headset(folder):
    """Held, muted and both when it goes; taken back and un-muted while it is away."""
    headset = Headset(folder, "headset")
    env = alsa(folder, headset)
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = talking(desk, peer)
        assert_peer_hears(peer, 700)
        screen.ok("hold", call_id="call-1", on=True)
        screen.ok("mute", call_id="call-1", on=True)
        screen.events.clear()
        headset.pull()
        sound(screen, "it is missed", lambda m: not m["output"]["works"])
        screen.ok("hold", call_id="call-1", on=False)
        screen.ok("mute", call_id="call-1", on=False)
        screen.ok("dtmf", call_id="call-1", digits="42")
        wait_until("the digits arrive", lambda: peer.digits() == "42")
        screen.ok("mute", call_id="call-1", on=True)
        screen.events.clear()
        headset.plug(900)
        sound(screen, "it is back", lambda m: m["input"]["works"] and m["output"]["works"])
        assert_agent_hears(headset)
        assert_peer_hears_silence(peer)  # muted is muted, whatever the device did
        screen.ok("mute", call_id="call-1", on=False)
        assert_peer_hears(peer, 900)
        screen.ok("hold", call_id="call-1", on=True)
        headset.pull()
        screen.ok("end", call_id="call-1")
        assert screen.kind("end")["end"] == "by_agent"
        peer.wait_for("BYE")


def a_headset_pulled_out_while_it_rings_ends_no_call(folder):
    headset = Headset(folder, "headset")
    env = alsa(folder, headset)
    with Peer(answer=False) as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        screen.dial("+32470000100")
        screen.kind("ring")
        wait_until("the ringback tone is heard", lambda: rms(headset.heard()) > 100)
        headset.pull()
        sound(screen, "it is missed", lambda m: not m["output"]["works"])
        peer.answer_now()
        screen.kind("answer")
        assert_peer_hears_silence(peer)
        headset.plug(600)
        assert_peer_hears(peer, 600)
        assert_agent_hears(headset)


def another_device_takes_over_until_the_chosen_one_is_back(folder):
    headset = Headset(folder, "headset", 700)
    other = Headset(folder, "other", 900)
    env = alsa(folder, headset, other)
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = talking(desk, peer)
        assert_peer_hears(peer, 700)
        screen.events.clear()
        headset.pull()
        sound(screen, "the other one is told", lambda m: m["input"]["label"] == "The other"
              and m["output"]["label"] == "The other" and m["output"]["works"])
        assert_peer_hears(peer, 900)
        assert_agent_hears(other)
        headset.plug(500)
        assert_peer_hears(peer, 500)
        assert_agent_hears(headset)
        sound(screen, "the chosen one is told", lambda m: m["input"]["label"] == "The headset"
              and m["output"]["label"] == "The headset")


def another_device_is_chosen_in_a_call_and_remembered(folder):
    headset = Headset(folder, "headset", 700)
    other = Headset(folder, "other", 900)
    env = alsa(folder, headset, other)
    path = f"{folder}/state/pupitre/sound-t"
    with Peer() as peer:
        with Desk(folder, audio="alsa:headset", env=env) as desk:
            screen = talking(desk, peer)
            assert_peer_hears(peer, 700)
            assert_agent_hears(headset)
            screen.ok("choose", input="other")
            assert_peer_hears(peer, 900)
            assert_agent_hears(headset)
            screen.ok("choose", output="other")
            assert_agent_hears(other)
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
            screen.ok("end", call_id="call-1")
        with Desk(folder, audio="alsa:headset", env=env) as desk:
            screen = talking(desk, peer)
            assert_peer_hears(peer, 900)
            assert_agent_hears(other)
            chosen = screen.ok("devices")
            assert chosen["input"]["chosen"] == chosen["output"]["chosen"] == "other", chosen
            screen.ok("choose", input="", output="")
            assert_peer_hears(peer, 700)
        os.unlink(path)
        with open(path, "w", encoding="ascii") as f:
            f.write('{"input": {"device": 7, "volume": 900}, "output": "\x00')
        with Desk(folder, audio="alsa:headset", env=env) as desk:
            screen = talking(desk, peer)
            assert_peer_hears(peer, 700)
            assert screen.ok("devices")["input"]["volume"] == 50


def the_telephone_that_is_started_again_knows_the_choice(folder):
    headset = Headset(folder, "headset", 700)
    other = Headset(folder, "other", 900)
    env = alsa(folder, headset, other)
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        screen.ok("choose", input="other", output="other")
        screen.events.clear()
        os.kill(desk.baresip_pid(), 9)
        screen.wait("it is back", lambda m: m.get("event") == "phone" and m["state"] == "ready")
        screen.dial("+32470000100")
        screen.kind("answer")
        assert_peer_hears(peer, 900)


def the_volume_counts_at_once(folder):
    headset = Headset(folder, "headset", 700)
    env = alsa(folder, headset)
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = talking(desk, peer)

        def loudness():
            since = time.monotonic()
            wait_until("sound", lambda: len(peer.samples_since(since)) > 6000)
            return rms(peer.samples_since(since)[-1600:])

        assert_peer_hears(peer, 700)
        normal = loudness()
        screen.ok("volume", input=25)
        assert 0.2 < loudness() / normal < 0.3
        screen.ok("volume", input=0)
        assert loudness() < 20
        screen.ok("volume", input=60)
        assert 1.3 < loudness() / normal < 1.6
        mark = headset.played()
        screen.ok("volume", output=0)
        wait_until("nothing is heard", lambda: len(headset.heard(mark)) > 30000
                   and rms(headset.heard(mark)[-4800:]) < 20)
        for bad in ({"input": 101}, {"output": -1}, {"input": "50"}):
            assert screen.ask("volume", **bad)["code"] == "invalid"


def the_sound_is_tested_before_the_work(folder):
    headset = Headset(folder, "headset", 700)
    env = alsa(folder, headset)
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        screen.ok("sound_test", on=True, tone=True)
        level = screen.wait("a level", lambda m: m.get("event") == "level" and m["level_db"] > -20)
        assert level["on"] and -12 <= level["level_db"] <= -6, level  # 12000 of 32767
        wait_until("the tone", lambda: tone_share(headset.heard(), 440, 48000) > 0.5)
        count = len([m for m in screen.events if m.get("event") == "level"])
        headset.plug(0)  # digital silence
        screen.wait("silence", lambda m: m.get("event") == "level" and m["level_db"] == -96)
        # A tone that stays as it is is no news: the line to the screen may be slow.
        assert count <= 4, screen.events
        screen.ok("sound_test", on=True)
        mark = headset.played()
        screen.ok("sound_test", on=False)
        sound(screen, "nothing is in use", lambda m: not m["input"]["label"]
              and not m["output"]["label"])
        assert rms(headset.heard(mark)[-1000:]) < 20
        # In a call: the other side gets none of the tone.
        headset.plug(700)
        screen.dial("+32470000100")
        screen.kind("answer")
        screen.ok("sound_test", on=True, tone=True)
        assert_peer_hears(peer, 700)
        screen.close()
        again = Screen(desk)
        assert again.hello["ok"]
        assert_peer_hears(peer, 700)


def a_silent_microphone_is_told_while_the_agent_talks(folder):
    headset = Headset(folder, "headset", 0)
    env = alsa(folder, headset)
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = talking(desk, peer)
        sound(screen, "it is silent", lambda m: m["silent"], 20)
        screen.events.clear()
        screen.ok("mute", call_id="call-1", on=True)
        sound(screen, "nobody wants to hear it", lambda m: not m["silent"])
        screen.events.clear()
        screen.ok("mute", call_id="call-1", on=False)
        sound(screen, "it is silent again", lambda m: m["silent"])
        headset.plug(700)
        sound(screen, "it is not", lambda m: not m["silent"])


def a_driver_that_hangs_takes_no_call_with_it(folder):
    headset = Headset(folder, "headset", 700)
    env = alsa(folder, headset)
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = talking(desk, peer)
        assert_peer_hears(peer, 700)
        with open(f"{headset.folder}/hangs", "w", encoding="ascii"):
            pass
        sound(screen, "it is missed", lambda m: not m["input"]["works"]
              or not m["output"]["works"])
        screen.ok("mute", call_id="call-1", on=True)
        screen.ok("mute", call_id="call-1", on=False)
        os.unlink(f"{headset.folder}/hangs")
        assert_peer_hears(peer, 700)
        assert_agent_hears(headset)
        screen.ok("end", call_id="call-1")
        screen.kind("end")
        screen.ok("sign_out")
        assert desk.process.wait(10) == 0


def hostile_names_do_no_harm(folder):
    headset = Headset(folder, "headset", 700, label="\x1b[2J\x1b]0;evil\x07Head\u202eset \u009b31m")
    long = Headset(folder, "long", 700, label=LONG_NAME)
    more = ("".join(f'pcm.d{i} {{ type null hint {{ show on description "{i}" }} }}\n'
                    for i in range(100)) +
            # libasound itself aborts on a name of more than 122 characters; labels may be longer.
            f'pcm.{LONG_NAME[:120]} {{ type null hint {{ show on description "long" }} }}\n'
            'pcm."esc\x1b[31m" { type null hint { show on description "x" } }\n')
    env = alsa(folder, headset, long, more=more)
    with open(env["ALSA_CONFIG_PATH"], "ab") as f:
        f.write(b'pcm."bad\xff\xfe" { type null hint { show on description "y\xff\xfe" } }\n'
                b'pcm.latin { type null hint { show on description "Caf\xe9" } }\n')
    with Peer() as peer, Desk(folder, audio="alsa:headset", env=env) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        answer = screen.ok("devices")
        assert 3 <= len(answer["inputs"]) <= 32 and len(answer["outputs"]) <= 32
        for row in answer["inputs"] + answer["outputs"]:
            for text in row.values():
                assert len(text.encode()) < 128, row
                assert all(c.isprintable() and not 0x200B <= ord(c) <= 0x206F for c in text), row
        for bad in (LONG_NAME, "a\x1b[31m", "a\nb", "\u202e"):
            assert screen.ask("choose", input=bad)["code"] == "invalid"
        screen.ok("choose", input="no such thing, \"quoted\" 'n all", output="a,b;c#d")
        screen.dial("+32470000100")
        screen.kind("answer")
        assert_peer_hears(peer, 700)  # what is not there is not waited for


if __name__ == "__main__":
    need("baresip")
    run([devices_are_listed_by_name,
         a_headset_pulled_out_while_talking_is_missed_and_comes_back,
         controls_work_without_a_headset,
         a_headset_pulled_out_while_it_rings_ends_no_call,
         another_device_takes_over_until_the_chosen_one_is_back,
         another_device_is_chosen_in_a_call_and_remembered,
         the_telephone_that_is_started_again_knows_the_choice,
         the_volume_counts_at_once,
         the_sound_is_tested_before_the_work,
         a_silent_microphone_is_told_while_the_agent_talks,
         a_driver_that_hangs_takes_no_call_with_it,
         hostile_names_do_no_harm], at_once=3)
