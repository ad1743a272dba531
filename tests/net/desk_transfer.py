# SPDX-License-Identifier: Apache-2.0
"""The person is handed to somebody else. Whatever the other telephone makes of that, the person is
either with somebody else or back with the agent, who is told why."""

import contextlib
import os
import re
import subprocess

from deskkit import Desk, Screen, SipPeer, free_port, need, run, wait_until


@contextlib.contextmanager
def talking(folder, ring_limit_s=30, **person):
    with SipPeer(**person) as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.desk = desk
        screen.talk_directly(peer, ring_limit_s=ring_limit_s)
        yield screen, peer


def asked(screen, peer):
    """Ask for a transfer; the other telephone has the REFER."""
    answer = screen.transfer(peer)
    assert answer["ok"], answer
    screen.kind("transfer")
    peer.wait_for("REFER")


def is_back(screen, peer):
    """The person hears and is heard again, and nobody hung up on him."""
    screen.kind("resume")
    wait_until("the offer", lambda: peer.directions[-1] == "sendrecv")
    heard = peer.packets()
    wait_until("sound", lambda: peer.packets() > heard + 10)
    call = screen.ok("call")["call"]
    assert (call["state"], call["end"]) == ("talking", "none"), call
    assert "BYE" not in peer.methods(), peer.methods()


def who_answers_in_our_place_has_the_person(folder):
    with talking(folder) as (screen, peer):
        asked(screen, peer)
        refer = [text for method, text in peer.requests if method == "REFER"][0]
        assert re.search(r"^Refer-To: *<sip:\+32470000999@[^>]*>", refer, re.M), refer
        assert peer.directions[-1] == "sendonly"
        assert screen.states() == ("transferring", None)
        assert peer.notify("100 Trying") == 200
        assert peer.notify("180 Ringing") == 200
        assert screen.states() == ("transferring", None)
        peer.notify("200 OK", "terminated;reason=noresource")
        last = screen.kind("end")
        assert (last["end"], last["text"]) == ("transferred", ""), last
        peer.wait_for("BYE")  # RFC 5589 6: we take leave
        assert screen.kinds() == ["dial", "ring", "answer", "hold", "transfer", "end"]


def a_target_that_refuses_gives_the_person_back(folder):
    with talking(folder) as (screen, peer):
        for i, words in enumerate(["486 Busy Here", "404 Not Found", "603 Decline",
                                   "500 Server Error"]):
            screen.events.clear()
            assert screen.transfer(peer)["ok"]
            peer.wait_for("REFER", i + 1)
            peer.notify("100 Trying")
            peer.notify(words, "terminated;reason=noresource")
            failed = screen.kind("transfer_failed")
            status, text = words.split(" ", 1)
            assert (failed["sip_status"], failed["text"]) == (int(status), text), failed
            is_back(screen, peer)


def a_telephone_that_transfers_nothing_gives_the_person_back(folder):
    with talking(folder) as (screen, peer):
        for words in ["501 Not Implemented", "603 Decline", "405 Method Not Allowed",
                      "403 Forbidden"]:
            screen.events.clear()
            peer.refer = words
            assert screen.transfer(peer)["ok"]
            failed = screen.kind("transfer_failed")
            status, text = words.split(" ", 1)
            assert (failed["sip_status"], failed["text"]) == (int(status), text), failed
            is_back(screen, peer)


def a_transfer_may_be_tried_again(folder):
    with talking(folder) as (screen, peer):
        for i in range(3):
            screen.events.clear()
            asked(screen, peer)
            peer.notify("486 Busy Here", "terminated;reason=noresource")
            screen.kind("transfer_failed")
            is_back(screen, peer)
        screen.events.clear()
        assert screen.transfer(peer)["ok"]
        peer.wait_for("REFER", 4)
        peer.notify("200 OK", "terminated;reason=noresource")
        assert screen.kind("end")["end"] == "transferred"


def a_target_that_rings_for_ever_is_given_up(folder):
    with talking(folder, ring_limit_s=2) as (screen, peer):
        asked(screen, peer)
        peer.notify("180 Ringing")
        failed = screen.kind("transfer_failed")
        assert failed["sip_status"] == 0 and failed["text"], failed
        is_back(screen, peer)
        # It answers after all: then it has the person, and that is what we say.
        peer.notify("200 OK", "terminated;reason=noresource")
        assert screen.kind("end")["end"] == "transferred"
        peer.wait_for("BYE")


def a_telephone_that_does_not_answer_the_refer_is_given_up(folder):
    with talking(folder, ring_limit_s=2, refer=None) as (screen, peer):
        asked(screen, peer)
        assert screen.kind("transfer_failed")["sip_status"] == 0
        is_back(screen, peer)
        # The REFER's own end (32 s) changes nothing more; a word that comes late neither.
        peer.notify("486 Busy Here", "terminated;reason=noresource")
        screen.ok("mute", call_id="call-1", on=True)
        assert screen.states() == ("talking", None)
        assert screen.kinds().count("transfer_failed") == 1


def who_was_on_hold_comes_back_too(folder):
    with talking(folder, refer="603 Decline") as (screen, peer):
        screen.ok("hold", call_id="call-1", on=True)
        assert screen.transfer(peer)["ok"]
        screen.kind("transfer_failed")
        is_back(screen, peer)
        assert peer.directions == ["sendrecv", "sendonly", "sendrecv"]
        assert screen.kinds() == ["dial", "ring", "answer", "hold", "transfer", "transfer_failed",
                                  "resume"]


def a_person_who_hangs_up_meanwhile_hung_up(folder):
    with talking(folder) as (screen, peer):
        asked(screen, peer)
        peer.notify("180 Ringing")
        peer.request("BYE")
        assert screen.kind("end")["end"] == "by_person"
        assert peer.wait_reply("BYE") == 200


def the_agent_may_hang_up_meanwhile(folder):
    with talking(folder) as (screen, peer):
        asked(screen, peer)
        for op, more in (("hold", {"on": False}), ("hold", {"on": True}), ("take_back", {}),
                         ("dtmf", {"digits": "1"})):
            assert screen.ask(op, call_id="call-1", **more)["code"] == "state", op
        assert screen.transfer(peer)["code"] == "state"
        assert screen.ask_consult(peer)["code"] == "state"
        screen.ok("end", call_id="call-1")
        assert screen.kind("end")["end"] == "by_agent"
        peer.wait_for("BYE")


def garbage_in_a_notify_changes_nothing(folder):
    with talking(folder) as (screen, peer):
        def says(body, *headers, new=False):
            before = len(peer.replies)
            peer.request("NOTIFY", *(headers or (
                "Event: refer", "Subscription-State: active;expires=60",
                "Content-Type: message/sipfrag")), body=body, new=new)
            wait_until("an answer", lambda: len(peer.replies) > before)
            return peer.replies[-1][0]

        # Nothing was asked: nobody answers in our place.
        assert says("SIP/2.0 200 OK\r\n") >= 400
        assert screen.states() == ("talking", None)
        asked(screen, peer)
        for body in ("", "200 OK", "SIP/2.0", "SIP/2.0 OK\r\n", "SIP/3.0 200 OK\r\n", "\0" * 40,
                     "SIP/2.0 -1 x\r\n", "x" * 1200, "INVITE sip:x SIP/2.0\r\n\r\n"):
            says(body)
        says("SIP/2.0 200 OK\r\n", "Event: presence", "Subscription-State: active")
        says("SIP/2.0 200 OK\r\n", "Event: refer", "Subscription-State: active",
             "Content-Type: text/plain", new=True)
        assert screen.states() == ("transferring", None)
        words = "999 \x1b[31mRed\x07" + "x" * 300
        says(f"SIP/2.0 {words}\r\n")
        failed = screen.kind("transfer_failed")
        assert len(failed["text"]) <= 80 and failed["text"].isprintable(), failed
        is_back(screen, peer)


def calls_from_outside_do_not_disturb_a_transfer(folder):
    with talking(folder) as (screen, peer):
        asked(screen, peer)
        peer.request("INVITE", new=True)
        assert peer.wait_reply("INVITE") == 486
        peer.request("ACK", new=True)
        assert screen.states() == ("transferring", None)
        peer.notify("486 Busy Here", "terminated;reason=noresource")
        is_back(screen, peer)


def a_new_screen_finds_the_transfer(folder):
    with talking(folder) as (screen, peer):
        asked(screen, peer)
        screen.close()
        again = Screen(screen.desk)
        assert again.hello["call"]["state"] == "transferring"
        peer.notify("486 Busy Here", "terminated;reason=noresource")
        is_back(again, peer)


def a_transfer_ends_the_consult(folder):
    """The expert takes the person over: his telephone is free for that."""
    with SipPeer() as expert, talking(folder) as (screen, peer):
        screen.consult(expert)
        screen.kind("answer", "consult-1")
        assert screen.transfer(expert)["ok"]
        assert screen.kind("end", "consult-1")["end"] == "by_agent"
        expert.wait_for("BYE")
        peer.wait_for("REFER")
        assert screen.states() == ("transferring", "ended")
        # The person was on hold for the expert's sake: that is over.
        peer.notify("486 Busy Here", "terminated;reason=noresource")
        screen.kind("transfer_failed")
        is_back(screen, peer)


class Phone:
    """Debian's baresip as it comes: picks up, and does what a REFER asks of it."""

    MODULES = ("account", "g711", "ausine", "aubridge")

    def __init__(self, folder):
        home = os.path.join(folder, "phone")
        os.mkdir(home)
        self.port = free_port()
        with open(f"{home}/config", "w", encoding="ascii") as f:
            f.write(f"sip_listen 127.0.0.1:{self.port}\nnet_interface 127.0.0.1\n"
                    "audio_player aubridge,x\naudio_source ausine,700\naudio_alert aubridge,x\n"
                    "ausrc_srate 48000\nausrc_channels 2\nstatmode_default off\n"
                    "module_path /usr/lib/baresip/modules\n"
                    "module_app menu.so\nmenu_bell no\n"  # which obeys a REFER
                    + "".join(f"module {name}.so\n" for name in self.MODULES))
        with open(f"{home}/accounts", "w", encoding="ascii") as f:
            f.write("<sip:+32470000100@127.0.0.1>;regint=0;answermode=auto;call_transfer=yes\n")
        self.process = subprocess.Popen(["baresip", "-4", "-f", home], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        mark = f":{self.port:04X} "
        wait_until("the phone listens",
                   lambda: mark in open("/proc/net/udp", encoding="ascii").read())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def a_real_telephone_calls_in_our_place(folder):
    """It is asked to call one who is busy, and is ours again; then one who answers, and has him."""
    with Phone(folder) as person, SipPeer(final="486 Busy Here") as other, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_directly(person)

        def hears_person():
            return screen.ok("stats", call_id="call-1")["received"]

        wait_until("he is heard", lambda: hears_person() > 20)
        assert screen.transfer(other)["ok"]
        failed = screen.kind("transfer_failed")
        assert (failed["sip_status"], failed["text"]) == (486, "Busy Here"), failed
        screen.kind("resume")
        before = hears_person()
        wait_until("he is heard again", lambda: hears_person() > before + 20)
        assert screen.states() == ("talking", None)
        assert screen.ok("call")["call"]["end"] == "none"

        other.final = None
        screen.events.clear()
        assert screen.transfer(other)["ok"]
        assert screen.kind("end")["end"] == "transferred"
        heard = other.packets()
        wait_until("they talk with each other", lambda: other.packets() > heard + 20)
        assert person.process.poll() is None


def only_numbers_and_names_are_called_in_our_place(folder):
    with talking(folder) as (screen, peer):
        for number, uri in (("", "sip:@h"), ("12", "sip:13@h"), ("", "tel:12"), ("x", "sip:x@h"),
                            ("", "sip:e@h\r\nX: y"), ("", "sip:e@h>,<sip:f@h")):
            answer = screen.ask("transfer", call_id="call-1", number=number, uri=uri)
            assert not answer["ok"], (number, uri)
        assert screen.kinds() == ["dial", "ring", "answer"]  # not even held for a moment
        assert "REFER" not in peer.methods()
        assert screen.ask("transfer", call_id="call-0", number="", uri="sip:e@h")[
            "code"] == "not-found"


if __name__ == "__main__":
    need("baresip")
    run([who_answers_in_our_place_has_the_person, a_target_that_refuses_gives_the_person_back,
         a_telephone_that_transfers_nothing_gives_the_person_back, a_transfer_may_be_tried_again,
         a_target_that_rings_for_ever_is_given_up,
         a_telephone_that_does_not_answer_the_refer_is_given_up, who_was_on_hold_comes_back_too,
         a_person_who_hangs_up_meanwhile_hung_up, the_agent_may_hang_up_meanwhile,
         garbage_in_a_notify_changes_nothing, calls_from_outside_do_not_disturb_a_transfer,
         a_new_screen_finds_the_transfer, a_transfer_ends_the_consult,
         a_real_telephone_calls_in_our_place,
         only_numbers_and_names_are_called_in_our_place], at_once=5)
