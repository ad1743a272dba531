# SPDX-License-Identifier: Apache-2.0
"""Two calls at a desk: the person, and whom the agent consults. Each has a telephone of its own that
says which way sound was to go and counts what came."""

import contextlib
import os
import signal
import time

from deskkit import Backend, Citizens, Desk, Screen, SipPeer, free_port, need, run, tone_share, wait_until


@contextlib.contextmanager
def talking(folder, **expert):
    """A desk whose agent talks with the person; and somebody who may be consulted."""
    with SipPeer() as person, SipPeer(**expert) as other, Desk(folder) as desk:
        screen = Screen(desk)
        screen.desk = desk
        screen.talk_directly(person)
        yield screen, person, other


@contextlib.contextmanager
def consulting(folder, **expert):
    with talking(folder, **expert) as (screen, person, other):
        screen.consult(other)
        screen.kind("answer", "consult-1")
        yield screen, person, other


def hears_us(talker, held):
    """Sound reaches the one and not the other; their last offers said so."""
    heard = talker.packets()
    wait_until("sound", lambda: talker.packets() >= heard + 3)
    silent, heard = held.packets(), talker.packets()
    wait_until("more sound", lambda: talker.packets() >= heard + 5)
    assert held.packets() == silent, "who is on hold hears us"
    assert (talker.directions[-1], held.directions[-1]) == ("sendrecv", "sendonly")


def events_of(screen, call_id):
    return [(m["kind"], m["seq"]) for m in screen.events if m.get("event") == "call"
            and m["call_id"] == call_id and m["kind"] != "line"]


def the_person_is_held_while_the_expert_is_spoken_with(folder):
    with consulting(folder) as (screen, person, expert):
        assert screen.kinds("call-1") == ["dial", "ring", "answer", "hold"]
        assert screen.kinds("consult-1") == ["dial", "ring", "answer"]
        order = [(m["call_id"], m["kind"]) for m in screen.events if m.get("event") == "call"]
        assert order.index(("call-1", "hold")) < order.index(("consult-1", "dial"))
        assert screen.states() == ("held", "talking")
        hears_us(expert, person)
        began = time.monotonic()
        wait_until("half a second", lambda: len(expert.samples_since(began)) >= 4000)
        assert tone_share(expert.samples_since(began)[:4000], 400) > 0.9
        # Each event has its own call and its own number.
        for call_id in ("call-1", "consult-1"):
            assert [seq for _, seq in events_of(screen, call_id)] == list(
                range(1, len(events_of(screen, call_id)) + 1))


def swapping_forty_times_turns_the_sound_each_time(folder):
    with consulting(folder) as (screen, person, expert):
        for i in range(40):
            screen.ok("swap", call_id="call-1", consult_id="consult-1")
            talker, held = (person, expert) if i % 2 == 0 else (expert, person)
            assert screen.states() == (("talking", "held") if talker is person else
                                       ("held", "talking"))
            wait_until("the offer to who talks", lambda: talker.directions[-1] == "sendrecv")
            wait_until("the offer to who waits", lambda: held.directions[-1] == "sendonly")
            hears_us(talker, held)
        assert screen.kinds("call-1").count("resume") == 20
        assert screen.kinds("consult-1").count("hold") == 20
        assert "BYE" not in person.methods() + expert.methods()


def taking_back_ends_the_consult(folder):
    with consulting(folder) as (screen, person, expert):
        screen.ok("take_back", call_id="call-1")
        assert screen.kind("end", "consult-1")["end"] == "by_agent"
        screen.kind("resume", "call-1")
        expert.wait_for("BYE")
        wait_until("resumed", lambda: person.directions[-1] == "sendrecv")
        heard = person.packets()
        wait_until("the person hears us", lambda: person.packets() > heard + 10)
        assert screen.states() == ("talking", "ended")
        screen.ok("take_back", call_id="call-1")  # he is back: nothing happens
        assert screen.kinds("call-1")[-1] == "resume"
        # And somebody else may be asked.
        screen.consult(expert, consult_id="consult-2")
        screen.kind("answer", "consult-2")
        assert screen.ok("call")["consult"]["call_id"] == "consult-2"


def taking_back_stops_a_ringing_expert(folder):
    with talking(folder, answer=False) as (screen, person, expert):
        screen.consult(expert)
        screen.kind("ring", "consult-1")
        refused = screen.ask("hold", call_id="call-1", on=False)
        assert refused["code"] == "state", refused  # both would be heard when the expert answers
        screen.ok("take_back", call_id="call-1")
        assert screen.kind("end", "consult-1")["end"] == "by_agent"
        screen.kind("resume", "call-1")
        expert.wait_for("CANCEL")
        assert screen.states() == ("talking", "ended")


def a_consult_that_fails_leaves_the_person_on_hold(folder):
    answers = [("486 Busy Here", "busy"), ("404 Not Found", "bad_number"),
               ("480 Temporarily Unavailable", "unavailable"), ("603 Decline", "declined"),
               ("503 Service Unavailable", "failed")]
    with talking(folder, final="none") as (screen, person, expert):
        for i, (answer, end) in enumerate(answers):
            expert.final = answer
            screen.consult(expert, consult_id=f"consult-{i}")
            last = screen.kind("end", f"consult-{i}")
            status, text = answer.split(" ", 1)
            assert (last["end"], last["sip_status"], last["text"]) == (end, int(status), text), last
            assert screen.states() == ("held", "ended")
        assert screen.kinds("call-1") == ["dial", "ring", "answer", "hold"]
        assert person.directions == ["sendrecv", "sendonly"], person.directions
        screen.ok("take_back", call_id="call-1")
        wait_until("taken back", lambda: person.directions[-1] == "sendrecv")
        assert screen.states() == ("talking", "ended")


def citizens_are_consulted(folder):
    """sipp's: who picks up, is busy, does not exist, declines, picks up and hangs up."""
    with Citizens() as citizens, talking(folder) as (screen, person, _):
        for digit, kinds, end in (("01", ["dial", "end"], "busy"),
                                  ("03", ["dial", "end"], "bad_number"),
                                  ("04", ["dial", "end"], "declined"),
                                  ("05", ["dial", "ring", "answer", "end"], "by_person"),
                                  ("00", ["dial", "ring", "answer"], None)):
            answer = screen.ask("consult", call_id="call-1", consult_id=f"consult-{digit}",
                                call_token="t", number=f"+324700001{digit}", ring_limit_s=30,
                                uri=f"sip:+324700001{digit}@127.0.0.1:{citizens.port}")
            assert answer["ok"], answer
            last = screen.kind(kinds[-1], f"consult-{digit}")
            assert last.get("end") == end and screen.kinds(f"consult-{digit}") == kinds
            assert screen.states() == ("held", "ended" if end else "talking")
        wait_until("who picked up speaks", lambda: screen.ok(
            "stats", call_id="consult-00")["received"] > 20)
        assert person.directions == ["sendrecv", "sendonly"]


def who_does_not_take_our_hold_hears_nothing_of_the_expert(folder):
    with talking(folder) as (screen, person, expert):
        person.final_inside = "488 Not Acceptable Here"
        screen.consult(expert)
        screen.kind("answer", "consult-1")
        heard = expert.packets()
        wait_until("the expert hears us", lambda: expert.packets() >= heard + 5)
        silent, heard = person.packets(), expert.packets()
        wait_until("more of it", lambda: expert.packets() >= heard + 20)
        assert person.packets() == silent, "the person hears what is said to the expert"
        assert "BYE" not in person.methods()
        person.final_inside = None
        screen.ok("take_back", call_id="call-1")
        heard = person.packets()
        wait_until("the person hears us", lambda: person.packets() > heard + 10)


def a_person_whose_call_is_gone_at_the_hold_is_gone(folder):
    """481: his telephone knows the call no more."""
    with talking(folder) as (screen, person, expert):
        person.final_inside = "481 Call/Transaction Does Not Exist"
        screen.consult(expert)
        assert screen.kind("end", "call-1")["end"] in ("failed", "by_person")
        screen.kind("answer", "consult-1")
        assert screen.states() == ("ended", "talking")


def a_telephone_that_hangs_is_missed_with_a_consult_asked_for(folder):
    with talking(folder) as (screen, _, expert):
        os.kill(screen.desk.baresip_pid(), signal.SIGSTOP)
        answer = screen.ask_consult(expert)
        assert answer["code"] == "unavailable", answer
        assert screen.kind("end", "call-1")["end"] == "phone_lost"
        screen.wait("it is back", lambda m: m.get("state") == "ready")
        assert screen.states() == ("ended", None)


def an_expert_who_does_not_answer_is_given_up(folder):
    with talking(folder, answer=False) as (screen, person, expert):
        screen.consult(expert, ring_limit_s=1)
        assert screen.kind("end", "consult-1")["end"] == "no_answer"
        expert.wait_for("CANCEL")
        assert screen.states() == ("held", "ended")
        assert "BYE" not in person.methods()


def an_expert_nobody_hears_of_is_given_up(folder):
    with talking(folder) as (screen, person, _):
        answer = screen.ask("consult", call_id="call-1", consult_id="consult-1", call_token="t",
                            number="+32470000200", uri=f"sip:+32470000200@127.0.0.1:{free_port()}",
                            ring_limit_s=1)
        assert answer["ok"], answer
        assert screen.kind("end", "consult-1")["end"] == "failed"
        assert screen.states() == ("held", "ended")
        assert "BYE" not in person.methods()


def an_expert_who_hangs_up_leaves_the_person_on_hold(folder):
    with consulting(folder) as (screen, person, expert):
        expert.request("BYE")
        assert screen.kind("end", "consult-1")["end"] == "by_person"
        assert screen.states() == ("held", "ended")
        screen.ok("hold", call_id="call-1", on=False)
        wait_until("taken back", lambda: person.directions[-1] == "sendrecv")


def a_person_who_hangs_up_leaves_the_expert_on_the_line(folder):
    with consulting(folder) as (screen, person, expert):
        person.request("BYE")
        assert screen.kind("end", "call-1")["end"] == "by_person"
        assert screen.states() == ("ended", "talking")
        heard = expert.packets()
        wait_until("the expert hears us", lambda: expert.packets() > heard + 10)
        for op, more in (("take_back", {}), ("swap", {"consult_id": "consult-1"})):
            assert screen.ask(op, call_id="call-1", **more)["code"] == "state"
        answer = screen.ask("dial", call_id="call-2", call_token="t", number="112",
                            uri="sip:112@127.0.0.1", ring_limit_s=5)
        assert answer["code"] == "state", answer  # first the expert is taken leave of
        screen.ok("end", call_id="consult-1")
        assert screen.kind("end", "consult-1")["end"] == "by_agent"
        expert.wait_for("BYE")
        screen.dial("+32470000101", call_id="call-2", host=f"127.0.0.1:{person.port}")
        screen.kind("answer", "call-2")
        assert screen.ok("call")["consult"] is None


def each_call_ends_by_its_own_name(folder):
    with consulting(folder) as (screen, person, expert):
        screen.ok("end", call_id="call-1")
        assert screen.kind("end", "call-1")["end"] == "by_agent"
        person.wait_for("BYE")
        assert screen.states() == ("ended", "talking")
        assert "BYE" not in expert.methods()


def holding_and_resuming_either_keeps_them_apart(folder):
    with consulting(folder) as (screen, person, expert):
        screen.ok("hold", call_id="consult-1", on=True)
        assert screen.states() == ("held", "held")
        assert screen.ask("swap", call_id="call-1", consult_id="consult-1")["code"] == "state"
        screen.ok("hold", call_id="call-1", on=False)
        assert screen.states() == ("talking", "held")
        screen.ok("hold", call_id="consult-1", on=False)  # the person is held first
        assert screen.states() == ("held", "talking")
        wait_until("held", lambda: person.directions[-1] == "sendonly")
        wait_until("resumed", lambda: expert.directions[-1] == "sendrecv")
        hears_us(expert, person)


def mute_and_digits_go_to_the_call_that_is_named(folder):
    with consulting(folder) as (screen, person, expert):
        screen.ok("mute", call_id="call-1", on=True)
        screen.ok("dtmf", call_id="consult-1", digits="42#")
        assert screen.ask("dtmf", call_id="call-1", digits="1")["code"] == "state"
        wait_until("the digits", lambda: len(expert.digits()) >= 3)
        assert expert.digits() == "42#" and person.digits() == ""
        answer = screen.ok("call")
        assert (answer["call"]["muted"], answer["consult"]["muted"]) == (True, False)
        sent = screen.ok("stats", call_id="consult-1")["sent"]
        wait_until("the expert is spoken to",
                   lambda: screen.ok("stats", call_id="consult-1")["sent"] > sent)


def what_makes_no_sense_is_refused(folder):
    with talking(folder) as (screen, person, expert):
        for op, more, code in [
                ("swap", {"call_id": "call-1", "consult_id": "consult-1"}, "not-found"),
                ("swap", {"call_id": "call-0", "consult_id": "consult-1"}, "not-found"),
                ("take_back", {"call_id": "consult-1"}, "not-found"),
                ("end", {"call_id": "consult-1"}, "not-found")]:
            assert screen.ask(op, **more)["code"] == code, op
        assert screen.ask_consult(expert, consult_id="call-1")["code"] == "invalid"
        assert screen.ask_consult(expert, consult_id="../x")["code"] == "invalid"
        assert screen.ask_consult(expert, call_id="call-0")["code"] == "not-found"
        assert screen.ask_consult(expert, before_ms=0)["code"] == "state"
        for number, uri in (("", "sip:@h"), ("", "sip:a b@h"), ("", "tel:1"), ("", "sip:expert"),
                            ("12", "sip:13@h"), ("a", "sip:a@h"), ("", "sip:e@h>;x")):
            answer = screen.ask("consult", call_id="call-1", consult_id="consult-1",
                                call_token="t", number=number, uri=uri, ring_limit_s=5)
            assert not answer["ok"], (number, uri)
        screen.ok("hold", call_id="call-1", on=False)
        screen.consult(expert)
        screen.kind("answer", "consult-1")
        assert screen.ask_consult(expert, consult_id="consult-2")["code"] == "state"
        assert screen.ask("sign_out")["code"] == "state"
        assert screen.states() == ("held", "talking")


def a_new_screen_finds_both(folder):
    with consulting(folder) as (screen, person, expert):
        screen.close()
        again = Screen(screen.desk)
        call, consult = again.hello["call"], again.hello["consult"]
        assert (call["call_id"], call["state"]) == ("call-1", "held")
        assert (consult["call_id"], consult["state"]) == ("consult-1", "talking")
        assert [e["kind"] for e in consult["events"]] == ["dial", "ring", "answer"]
        again.ok("ack", call_id="consult-1", seq=3)
        again.ok("take_back", call_id="call-1")
        expert.wait_for("BYE")


def without_a_screen_both_end_and_both_are_told(folder):
    with SipPeer() as person, SipPeer() as expert, Backend(200) as backend, Desk(folder) as desk:
        screen = Screen(desk)
        screen.talk_directly(person, backend=backend.url, grace_s=1)
        screen.consult(expert)
        screen.kind("answer", "consult-1")
        screen.close()
        person.wait_for("BYE")
        expert.wait_for("BYE")

        def told(path):
            return [e for at, _, body in list(backend.posts) if at == path for e in body["events"]]
        for call_id, token in (("call-1", "call-token"), ("consult-1", "consult-token")):
            path = f"/calls/{call_id}/events"
            wait_until(f"the end of {call_id} is posted",
                       lambda: any(e["kind"] == "end" for e in told(path)))
            assert told(path)[-1]["end"] == "screen_lost"
            assert [e["seq"] for e in told(path)] == list(range(1, len(told(path)) + 1))
            assert {headers["Authorization"] for at, headers, _ in backend.posts
                    if at == path} == {f"Bearer {token}"}
        hello = Screen(desk).hello
        assert hello["call"]["end"] == hello["consult"]["end"] == "screen_lost"


def a_dead_telephone_ends_both(folder):
    """The one that takes over says goodbye to both."""
    with consulting(folder) as (screen, person, expert):
        os.kill(screen.desk.baresip_pid(), signal.SIGKILL)
        for call_id in ("call-1", "consult-1"):
            assert screen.kind("end", call_id)["end"] == "phone_lost"
        assert screen.states() == ("ended", "ended")
        person.wait_for("BYE")
        expert.wait_for("BYE")


def a_dead_desk_hangs_up_on_both(folder):
    with consulting(folder) as (screen, person, expert):
        screen.desk.process.kill()
        person.wait_for("BYE")
        expert.wait_for("BYE")
        screen.desk.process.wait()


def the_line_is_watched_of_the_one_who_talks(folder):
    with consulting(folder) as (screen, person, expert):
        def told(call_id, **wanted):
            return screen.wait(f"the line of {call_id}", lambda m: m.get("event") == "line" and
                               m["call_id"] == call_id and all(
                                   m[key] == value for key, value in wanted.items()), seconds=60)
        told("consult-1", grade="good")
        screen.ok("swap", call_id="call-1", consult_id="consult-1")
        told("consult-1", grade="unknown")
        told("call-1", grade="good")
        person.speaks = False
        told("call-1", grade="poor", fault="silent")
        for call_id, text in (("call-1", "poor silent"), ("consult-1", "good")):
            screen.wait("it is an event of that call", lambda m: m.get("kind") == "line" and (
                m["call_id"], m["text"]) == (call_id, text))


def calls_from_outside_disturb_neither(folder):
    """At every moment: one call, the expert rings, both up, both held, the person alone."""
    with talking(folder, answer=False) as (screen, person, expert):
        def one_calls():
            before = len(person.replies)
            person.request("INVITE", new=True)
            wait_until("it is declined", lambda: [
                status for status, text in person.replies[before:] if status >= 300])
            final = [status for status, text in person.replies[before:] if status >= 200]
            assert final == [486], final
            # Acknowledged, so that it is not sent again and again.
            person.request("ACK", new=True)
            return screen.states()

        assert one_calls() == ("talking", None)
        screen.consult(expert)
        screen.kind("ring", "consult-1")
        assert one_calls() == ("held", "ringing")
        expert.answer_now()
        screen.kind("answer", "consult-1")
        assert one_calls() == ("held", "talking")
        screen.ok("hold", call_id="consult-1", on=True)
        assert one_calls() == ("held", "held")
        screen.ok("take_back", call_id="call-1")
        screen.kind("end", "consult-1")
        assert one_calls() == ("talking", "ended")
        assert screen.kinds("call-1") == ["dial", "ring", "answer", "hold", "resume"]
        assert "BYE" not in person.methods()
        heard = person.packets()
        wait_until("sound goes on", lambda: person.packets() > heard + 10)


if __name__ == "__main__":
    need("baresip", "sipp", "sox")
    run([the_person_is_held_while_the_expert_is_spoken_with,
         swapping_forty_times_turns_the_sound_each_time, taking_back_ends_the_consult,
         taking_back_stops_a_ringing_expert, a_consult_that_fails_leaves_the_person_on_hold,
         citizens_are_consulted, who_does_not_take_our_hold_hears_nothing_of_the_expert,
         a_person_whose_call_is_gone_at_the_hold_is_gone,
         a_telephone_that_hangs_is_missed_with_a_consult_asked_for,
         an_expert_who_does_not_answer_is_given_up, an_expert_nobody_hears_of_is_given_up,
         an_expert_who_hangs_up_leaves_the_person_on_hold,
         a_person_who_hangs_up_leaves_the_expert_on_the_line, each_call_ends_by_its_own_name,
         holding_and_resuming_either_keeps_them_apart,
         mute_and_digits_go_to_the_call_that_is_named, what_makes_no_sense_is_refused,
         a_new_screen_finds_both, without_a_screen_both_end_and_both_are_told,
         a_dead_telephone_ends_both, a_dead_desk_hangs_up_on_both,
         the_line_is_watched_of_the_one_who_talks, calls_from_outside_disturb_neither], at_once=5)
