# SPDX-License-Identifier: Apache-2.0
"""Who dies, and what becomes of the call."""

import contextlib
import os
import resource
import signal
import socket
import stat
import subprocess
import wave

from deskkit import Backend, Desk, Screen, SipPeer, free_port, need, run, wait_until


def talking(desk, peer, **sign_in):
    screen = Screen(desk)
    screen.talk_to(peer, **sign_in)
    return screen


def a_new_screen_finds_session_and_call(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        first = talking(desk, peer)
        first.ok("mute", call_id="call-1", on=True)
        first.ok("keep", keep={"answers": ["one", "two"]})
        first.close()  # what the desk sees of a killed screen
        second = Screen(desk)
        call = second.hello["call"]
        assert second.hello["signed_in"] and second.hello["phone"] == "ready"
        assert (call["state"], call["muted"]) == ("talking", True)
        assert [e["kind"] for e in call["events"]] == ["dial", "ring", "answer", "mute"]
        session = second.ok("session")
        assert session["token"] == "session-token" and session["journal_key"] == "journal-key"
        assert session["keep"] == {"answers": ["one", "two"]}
        second.ok("end", call_id="call-1")
        assert second.kind("end")["seq"] >= 5
        peer.wait_for("BYE")


def a_part_replaces_what_was_kept(folder):
    with Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(free_port(), ready=False)
        assert screen.ask("keep", keep={"a": 1}, part=True)["code"] == "state"
        screen.ok("keep", keep={"script": "x" * 30000, "answers": [1], "note": "n"}, part=False)
        screen.ok("keep", keep={"answers": [1, {"two": 2}], "note": None, "new": True}, part=True)
        kept = screen.ok("session")["keep"]
        assert kept == {"script": "x" * 30000, "answers": [1, {"two": 2}], "new": True}, kept
        answer = screen.ask("keep", keep={"more": "y" * 30000}, part=True)
        assert answer["code"] == "too-large", answer
        assert screen.ok("session")["keep"] == kept
        screen.ok("keep", keep={"answers": []})  # the whole of it
        assert screen.ok("session")["keep"] == {"answers": []}


def a_second_screen_replaces_the_first(folder):
    with Desk(folder) as desk:
        first = Screen(desk)
        second = Screen(desk)
        assert first.message()["event"] == "replaced"
        assert first.message() is None
        assert second.ok("call")["call"] is None


def without_a_screen_the_desk_ends_the_call_and_tells_the_backend(folder):
    with SipPeer() as peer, Backend(500, 200) as backend, Desk(folder) as desk:
        screen = talking(desk, peer, backend=backend.url, grace_s=1)
        screen.ok("ack", call_id="call-1", seq=1)
        screen.close()
        peer.wait_for("BYE")
        wait_until("the end is posted", lambda: any(
            e["kind"] == "end" for _, _, body in backend.posts for e in body["events"]))
        path, headers, body = backend.posts[0]
        assert path == "/calls/call-1/events"
        assert headers["Authorization"] == "Bearer call-token"
        assert [e["kind"] for e in body["events"]] == ["ring", "answer"]  # dial: the screen's
        # The same batch again, with the same key, because the first answer was 500.
        assert backend.posts[1][1]["Idempotency-Key"] == headers["Idempotency-Key"]
        assert backend.posts[1][2] == body
        last = [e for _, _, body in backend.posts for e in body["events"]][-1]
        assert last["end"] == "screen_lost" and last["seq"] == 4
        assert Screen(desk).hello["call"]["end"] == "screen_lost"


def a_refused_post_is_not_repeated(folder):
    with SipPeer() as peer, Backend(409) as backend, Desk(folder) as desk:
        screen = talking(desk, peer, backend=backend.url, grace_s=1)
        screen.close()
        peer.wait_for("BYE")
        again = Screen(desk)
        wait_until("the call ended", lambda: again.ok("call")["call"]["end"] == "screen_lost")
        assert len(backend.posts) == 1


def un_registered(peer):
    last = [text for method, text in peer.requests if method == "REGISTER"][-1].lower()
    return "expires=0" in last or "expires: 0" in last


def a_killed_desk_hangs_up_and_un_registers(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = talking(desk, peer, register=True)
        screen.wait("it is registered", lambda m: m.get("event") == "phone" and m["registered"])
        phone = desk.baresip_pid()
        desk.process.kill()
        peer.wait_for("BYE")
        wait_until("un-REGISTER", lambda: un_registered(peer))
        wait_until("baresip is gone", lambda: not os.path.exists(f"/proc/{phone}"))
        desk.process.wait()
    # What it left behind is not in the next one's way.
    with Desk(folder) as desk:
        assert Screen(desk).hello["ok"]


def a_phone_that_hangs_at_sign_out_is_killed(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        phone = desk.baresip_pid()
        os.kill(phone, signal.SIGSTOP)
        screen.ok("sign_out")
        assert desk.process.wait(15) == 0
        assert not os.path.exists(f"/proc/{phone}")


def a_phone_that_hangs_in_a_call_is_missed_and_started_again(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = talking(desk, peer)
        screen.events.clear()
        os.kill(desk.baresip_pid(), signal.SIGSTOP)
        answer = screen.ask("mute", call_id="call-1", on=True)
        assert not answer["ok"] and answer["code"] == "unavailable", answer
        assert screen.kind("end")["end"] == "phone_lost"
        screen.wait("it is back", lambda m: m.get("state") == "ready")


def a_dead_gateway_fails_the_call(folder):
    with Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(free_port())
        answer = screen.ask("dial", call_id="call-1", call_token="t", number="+32470000100",
                            uri="sip:+32470000100@127.0.0.1", ring_limit_s=40)
        assert answer["ok"]
        assert screen.kind("end", seconds=45)["end"] == "failed"


def a_call_that_never_rang_is_not_one_that_nobody_answered(folder):
    with Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(free_port())
        screen.dial("+32470000100", ring_limit_s=1)
        assert screen.kind("end")["end"] == "failed"
        assert screen.kinds() == ["dial", "end"]


def a_gateway_that_cannot_be_named_fails_the_call(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        answer = screen.ask("dial", call_id="call-1", call_token="t", number="+32470000100",
                            uri="sip:+32470000100@", ring_limit_s=5)
        assert not answer["ok"] and answer["code"] == "phone", answer


def no_sound_device_is_said_before_the_first_call(folder):
    """An ALSA device that does not exist, on any machine."""
    with SipPeer() as peer, Desk(folder, audio="alsa:no_such_device") as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        phone = [m for m in screen.events if m.get("event") == "phone"][-1]
        assert phone["sound"] is False and phone["reason"] == "There is no sound device.", phone
        answer = screen.ok("dial", call_id="call-1", call_token="t", number="+32470000100",
                           uri="sip:+32470000100@127.0.0.1", ring_limit_s=5)
        assert answer["sip_call_id"] == ""
        assert screen.kind("end")["end"] == "no_sound"
        assert "INVITE" not in peer.methods()


def a_headset_that_is_plugged_in_is_found(folder):
    """A device of ALSA's own kind that swallows everything comes and goes with its definition."""
    conf = os.path.join(folder, "asound.conf")

    def plugged(yes):
        with open(conf + ".new", "w", encoding="ascii") as f:
            f.write("pcm.headset { type null }\n" if yes else "# nothing\n")
        os.rename(conf + ".new", conf)

    plugged(False)
    with SipPeer(answer=False) as peer, \
            Desk(folder, audio="alsa:headset", env={"ALSA_CONFIG_PATH": conf}) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        phone = [m for m in screen.events if m.get("event") == "phone"][-1]
        assert phone["sound"] is False, phone
        log = desk.log()
        screen.events.clear()
        plugged(True)
        screen.wait("it is found", lambda m: m.get("event") == "phone" and m["sound"])
        assert desk.log() == log  # looking again and again is not news
        screen.dial("+32470000100")
        screen.kind("ring")
        screen.ok("end", call_id="call-1")
        screen.kind("end")
        screen.events.clear()
        plugged(False)  # seen at the next call at the latest
        screen.ok("dial", call_id="call-2", call_token="t", number="+32470000100",
                  uri="sip:+32470000100@127.0.0.1", ring_limit_s=5)
        assert screen.kind("end")["end"] == "no_sound"
        assert peer.methods().count("INVITE") == 1


def a_device_that_goes_during_a_call_is_missed_at_once(folder):
    """A sound file that ends, and then is not there any more: the call goes on in silence. (Real
    devices, pulled out and plugged in again: desk_sound.py.)"""
    path = os.path.join(folder, "speech.wav")
    with wave.open(path, "wb") as w:
        w.setnchannels(1)
        w.setsampwidth(2)
        w.setframerate(8000)
        w.writeframes(bytes(2 * 16000))
    with SipPeer() as peer, Desk(folder, audio=f"file:{path}") as desk:
        screen = talking(desk, peer)
        os.unlink(path)
        phone = screen.wait("it is missed",
                            lambda m: m.get("event") == "phone" and not m["sound"])
        assert phone["state"] == "ready" and "microphone" in phone["reason"], phone
        sent = screen.ok("stats", call_id="call-1")["sent"]
        wait_until("sound is sent all the same",
                   lambda: screen.ok("stats", call_id="call-1")["sent"] > sent + 10)
        screen.ok("end", call_id="call-1")
        assert screen.kind("end")["end"] == "by_agent"


def taken_ports_are_avoided(folder):
    """Three of four ports for sound are somebody else's; SIP takes any that is free."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8000), hard))
    with contextlib.ExitStack() as taken:
        for port in range(16384, 32766, 2):
            if port % 8:
                other = taken.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                with contextlib.suppress(OSError):  # taken already: the better
                    other.bind(("127.0.0.1", port))
        with SipPeer() as peer, Desk(folder) as desk:
            screen = talking(desk, peer)
            wait_until("sound both ways", lambda: min(
                screen.ok("stats", call_id="call-1")[k] for k in ("sent", "received")) >= 50)
            screen.ok("end", call_id="call-1")
            screen.kind("end")


def another_baresip_is_refused_with_a_sentence(folder):
    with open("/usr/bin/baresip", "rb") as f:
        program = f.read().replace(b"baresip v1.0.0 (", b"baresip v1.1.0 (")
    path = os.path.join(folder, "baresip")
    with open(path, "wb") as f:
        f.write(program)
    os.chmod(path, 0o700)
    with Desk(folder, extra=["--baresip", path]) as desk:
        screen = Screen(desk)
        screen.sign_in(free_port(), ready=False)
        phone = screen.wait("it is refused", lambda m: m.get("state") == "failed")
        assert "1.1.0" in phone["reason"] and "baresip-core" in phone["reason"], phone
        assert not screen.ask("dial", call_id="c", call_token="t", number="112",
                              uri="sip:112@127.0.0.1", ring_limit_s=5)["ok"]


def a_baresip_without_one_of_our_functions_is_refused_by_name(folder):
    with open("/usr/bin/baresip", "rb") as f:
        program = f.read().replace(b"\0call_send_digit\0", b"\0call_send_digix\0")
    path = os.path.join(folder, "baresip")
    with open(path, "wb") as f:
        f.write(program)
    os.chmod(path, 0o700)
    with Desk(folder, extra=["--baresip", path]) as desk:
        screen = Screen(desk)
        screen.sign_in(free_port(), ready=False)
        phone = screen.wait("it is refused", lambda m: m.get("state") == "failed")
        assert "no function call_send_digit." in phone["reason"], phone
        assert "baresip-core of Debian 12" in phone["reason"], phone


def a_phone_that_does_not_start_is_tried_again_and_again(folder):
    """The pauses are voice_backoff's; here is that they have an end."""
    path, tries = os.path.join(folder, "baresip"), os.path.join(folder, "tries")
    with open(path, "w", encoding="ascii") as f:
        f.write(f"#!/bin/sh\n[ -e '{folder}/good' ] && exec /usr/bin/baresip \"$@\"\n"
                f"echo >> '{tries}'\nexit 1\n")
    os.chmod(path, 0o700)
    with SipPeer() as peer, Desk(folder, extra=["--baresip", path]) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port, ready=False)
        phone = screen.wait("it is said", lambda m: m.get("state") == "failed")
        assert "does not start" in phone["reason"], phone
        with open(os.path.join(folder, "good"), "w", encoding="ascii"):
            pass
        screen.wait("it is back", lambda m: m.get("state") == "ready")
        with open(tries, encoding="ascii") as f:
            assert len(f.read()) >= 3
        screen.dial("+32470000100")
        screen.kind("answer")


def it_registers_and_un_registers(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port, register=True)
        screen.wait("it is registered",
                    lambda m: m.get("event") == "phone" and m["registered"])
        screen.ok("sign_out")
        assert desk.process.wait(10) == 0
        assert un_registered(peer)


def nobody_signs_out_during_a_call(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = talking(desk, peer)
        answer = screen.ask("sign_out")
        assert not answer["ok"] and answer["code"] == "state"
        screen.ok("end", call_id="call-1")
        screen.kind("end")
        screen.ok("sign_out")
        assert desk.process.wait(10) == 0
        assert not os.path.exists(f"{desk.dir}/desk.sock")
        assert not os.path.exists(f"{desk.dir}/attach")


def another_sign_in_brings_another_account(folder):
    with SipPeer() as first, SipPeer() as second, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(first.port)
        phone = desk.baresip_pid()
        screen.events.clear()
        screen.talk_to(second)
        assert desk.baresip_pid() == phone and not first.requests
        answer = screen.ask("sign_in", backend="http://127.0.0.1:9", agent_id="a", token="t",
                            journal_key="", aor="sip:a@127.0.0.1", sip_secret="", outbound="",
                            register=False, screen_grace_s=60)
        assert answer["code"] == "state", answer
        screen.ok("end", call_id="call-1")
        screen.kind("end")
        # An edge outside this machine: other addresses, so a new process.
        screen.events.clear()
        screen.ok("sign_in", backend="http://127.0.0.1:9", agent_id="a", token="t",
                  journal_key="", aor="sip:a@192.0.2.1", sip_secret="", outbound="",
                  register=False, screen_grace_s=60)
        screen.wait("the phone is ready",
                    lambda m: m.get("event") == "phone" and m["state"] == "ready")
        assert desk.baresip_pid() != phone and not os.path.exists(f"/proc/{phone}")


def two_desks_share_a_machine_and_one_name_has_one_desk(folder):
    with SipPeer() as peer, Desk(folder, "a") as one, Desk(folder, "b") as two:
        screens = [talking(one, peer), talking(two, peer)]
        third = subprocess.run([*one.argv, "--foreground"], env=one.env, stderr=subprocess.PIPE,
                               check=False)
        assert third.returncode == 75 and b"running already" in third.stderr
        for screen in screens:
            screen.ok("end", call_id="call-1")
            screen.kind("end")


def everything_private_is_private(folder):
    with Desk(folder) as desk:
        Screen(desk).sign_in(free_port())
        for name, mode in (("", 0o700), ("desk.sock", 0o600), ("attach", 0o600),
                           ("baresip", 0o700), ("baresip/config", 0o600), ("desk.log", 0o600)):
            found = stat.S_IMODE(os.stat(os.path.join(desk.dir, name)).st_mode)
            assert found == mode, (name, oct(found))
        config = open(f"{desk.dir}/baresip/config", encoding="ascii").read()
        assert "auth_pass" not in config and "ctrl_tcp" not in config and "menu" not in config
        with open(f"/proc/{desk.baresip_pid()}/limits", encoding="ascii") as f:
            core = [line for line in f if line.startswith("Max core file size")][0]
        assert core.split()[4:6] == ["0", "0"], core


if __name__ == "__main__":
    need("baresip")
    run([a_new_screen_finds_session_and_call, a_part_replaces_what_was_kept, a_second_screen_replaces_the_first,
         without_a_screen_the_desk_ends_the_call_and_tells_the_backend,
         a_refused_post_is_not_repeated, a_killed_desk_hangs_up_and_un_registers,
         a_phone_that_does_not_start_is_tried_again_and_again, a_phone_that_hangs_at_sign_out_is_killed,
         a_phone_that_hangs_in_a_call_is_missed_and_started_again,
         a_dead_gateway_fails_the_call,
         a_call_that_never_rang_is_not_one_that_nobody_answered,
         a_gateway_that_cannot_be_named_fails_the_call,
         no_sound_device_is_said_before_the_first_call,
         a_headset_that_is_plugged_in_is_found,
         a_device_that_goes_during_a_call_is_missed_at_once, taken_ports_are_avoided,
         another_baresip_is_refused_with_a_sentence,
         a_baresip_without_one_of_our_functions_is_refused_by_name, it_registers_and_un_registers,
         another_sign_in_brings_another_account,
         nobody_signs_out_during_a_call, two_desks_share_a_machine_and_one_name_has_one_desk,
         everything_private_is_private], at_once=5)
