# SPDX-License-Identifier: Apache-2.0
"""What other telephones say in a call, judged by sipp on their side and by the desk's events on
ours. Each scenario is a list of steps (foreign.py)."""

from deskkit import need, run, wait_until
from foreign import (answered, answered_somehow, answers, called, cancelled, end_of, hang_up,
                     hung_up, inside, invited, pause, recv, reinvite, reply, reply_last, request,
                     says_bye, sdp, tests_of)


# --- before the answer ---

def an_announcement_before_the_answer_counts_as_ringing(folder):
    with called(folder, invited(), reply("183 Session Progress", body=sdp()), pause(300),
                reply("200 OK", body=sdp()), recv("ACK"), hung_up()) as screen:
        assert screen.kind("ring")["sip_status"] == 183
        screen.kind("answer")
        hang_up(screen)


def every_provisional_answer_is_borne(folder):
    with called(folder, invited(), reply("100 Trying", tag=""), reply("181 Call Is Being Forwarded"),
                reply("182 Queued"), reply("199 Early Dialog Terminated", tag="z"),
                reply("180 Ringing"), reply("180 Ringing"), reply("183 Session Progress"),
                reply("200 OK", body=sdp()), recv("ACK"), hung_up()) as screen:
        screen.kind("answer")
        hang_up(screen)
        assert screen.kinds()[0] == "dial" and screen.kinds()[-2:] == ["answer", "end"]


def who_wants_his_183_acknowledged_is_answered_all_the_same(folder):
    """PRACK (RFC 3262) is not spoken here, and not offered either."""
    with called(folder, invited(),
                reply("183 Session Progress", "Require: 100rel", "RSeq: 1", body=sdp()), pause(200),
                reply("183 Session Progress", "Require: 100rel", "RSeq: 1", body=sdp()),
                reply("200 OK", body=sdp()), recv("ACK"), hung_up()) as screen:
        screen.kind("answer")
        hang_up(screen)
        assert not screen.peer.said("^Supported:.*100rel")


def one_of_several_telephones_that_ring_answers(folder):
    with called(folder, invited(), reply("180 Ringing", tag="a"), reply("180 Ringing", tag="b"),
                reply("183 Session Progress", tag="c", body=sdp()), reply("180 Ringing", tag="a"),
                reply("200 OK", tag="b", body=sdp()), recv("ACK", "To:.*;tag=b"),
                recv("BYE", "To:.*;tag=b"), reply_last("200 OK")) as screen:
        screen.kind("answer")
        hang_up(screen)
        assert screen.kinds().count("answer") == 1


def of_two_who_answer_the_first_is_talked_to(folder):
    """The second one is not acknowledged: it gives up by itself (RFC 3261 13.3.1.4)."""
    with called(folder, invited(), reply("180 Ringing", tag="a"), reply("180 Ringing", tag="b"),
                reply("200 OK", tag="a", body=sdp(), retrans=False), recv("ACK", "To:.*;tag=a"),
                [[reply("200 OK", tag="b", body=sdp(), retrans=False), pause(50)] * 3],
                recv("BYE", "To:.*;tag=a"), reply_last("200 OK")) as screen:
        screen.kind("answer")
        wait_until("the second answers", lambda: len(screen.peer.said("^SIP/2.0 200")) >= 4)
        before = screen.ok("stats", call_id="call-1")["sent"]
        wait_until("sound goes on",
                   lambda: screen.ok("stats", call_id="call-1")["sent"] > before + 10)
        hang_up(screen)
        assert screen.kinds() == ["dial", "ring", "answer", "end"], screen.kinds()


def who_only_says_100_is_given_up_at_the_ring_limit(folder):
    with called(folder, invited(), reply("100 Trying", tag=""), cancelled(),
                ring_limit_s=1) as screen:
        end_of(screen, "failed")
        assert screen.kinds() == ["dial", "end"]


def an_answer_that_repeats_is_acknowledged_again(folder):
    """Our ACK was lost."""
    with called(folder, invited(), reply("200 OK", body=sdp(), retrans=False), recv("ACK"),
                reply("200 OK", body=sdp(), retrans=False), hung_up()) as screen:
        screen.kind("answer")
        wait_until("the second ACK", lambda: len(screen.peer.said("^ACK ")) >= 2)
        hang_up(screen)
        assert screen.kinds() == ["dial", "answer", "end"]


def an_answer_without_a_session_is_no_call(folder):
    with called(folder, invited(), reply("180 Ringing"), reply("200 OK"), recv("ACK"),
                hung_up()) as screen:
        end_of(screen, "failed", text="No common sound format")
        assert screen.kinds() == ["dial", "ring", "end"]


def the_session_may_come_before_the_answer(folder):
    with called(folder, invited(), reply("183 Session Progress", body=sdp()), reply("200 OK"),
                recv("ACK"), hung_up()) as screen:
        screen.kind("answer")
        hang_up(screen)


def an_answer_that_cannot_be_spoken_through_is_no_call(folder):
    bodies = (sdp(codec=18), sdp(port=0), sdp(media="video", codec=31),
              "v=0\nthis is no session\nm=audio x y z")
    for i, body in enumerate(bodies):
        with called(inside(folder, i), invited(), reply("200 OK", body=body), recv("ACK"),
                    hung_up()) as screen:
            assert end_of(screen, "failed")["text"]
            assert screen.kinds() == ["dial", "end"]


# --- the other side changes the session ---

def a_new_codec_and_a_new_port_change_nothing_for_us(folder):
    with called(folder, answers(), reinvite(2, "m=audio [0-9]+ RTP/AVP 8", codec=8),
                reinvite(3, "m=audio [0-9]+ RTP/AVP 0", codec=0, port="[media_port+4]"),
                reinvite(4, "m=audio", codec=[8, 0]), hung_up()) as screen:
        screen.kind("answer")
        wait_until("three offers", lambda: len(screen.peer.said("^ACK sip:agent")) >= 3
                   or len(screen.peer.said("CSeq: 4 ACK")) >= 1)
        before = screen.ok("stats", call_id="call-1")["sent"]
        wait_until("sound goes on",
                   lambda: screen.ok("stats", call_id="call-1")["sent"] > before + 10)
        hang_up(screen)
        assert screen.kinds() == ["dial", "ring", "answer", "end"], screen.kinds()


def an_offer_that_cannot_be_taken_is_refused_and_the_call_goes_on(folder):
    bad = [[request("INVITE", i + 2, body=body), answered(status), request("ACK", i + 2)]
           for i, (body, status) in enumerate((("v=0\nrubbish", 488),))]
    with called(folder, answers(), bad, reinvite(7), hung_up()) as screen:
        screen.kind("answer")
        wait_until("the last offer", lambda: screen.peer.said("CSeq: 7 ACK"))
        assert screen.ok("call")["call"]["state"] == "talking"
        hang_up(screen)


def every_way_to_hold_us_is_shown(folder):
    """sendonly, inactive, the address 0.0.0.0 of RFC 2543, and no port at all; each resumed."""
    holds = (({"direction": "sendonly"}, "a=recvonly"), ({"direction": "inactive"}, "a=inactive"),
             ({"address": "0.0.0.0"}, "m=audio"), ({"port": 0}, "m=audio 0"))
    steps, cseq = [], 2
    for session, check in holds:
        steps += [reinvite(cseq, check, **session), reinvite(cseq + 1, "a=sendrecv")]
        cseq += 2
    with called(folder, answers(), steps, hung_up()) as screen:
        screen.kind("answer")
        wait_until("the last offer", lambda: screen.peer.said(f"CSeq: {cseq - 1} ACK"))
        hang_up(screen)
        assert screen.kinds() == ["dial", "ring", "answer", *["peer_hold", "peer_resume"] * 4,
                                  "end"], screen.kinds()


def who_is_asked_for_an_offer_is_held_by_its_answer(folder):
    """A re-INVITE without a session: we offer, and the answer in the ACK holds us."""
    def asked(cseq, direction):
        return [request("INVITE", cseq), answered(200, "m=audio [0-9]+ RTP/AVP"),
                request("ACK", cseq, body=sdp(direction=direction, version=cseq))]
    with called(folder, answers(), asked(2, "sendonly"), asked(3, "sendrecv"),
                hung_up()) as screen:
        screen.kind("answer")
        screen.kind("peer_hold")
        screen.kind("peer_resume")
        assert not screen.ok("call")["call"]["peer_holds"]
        hang_up(screen)


def who_answers_on_hold_is_shown_to_hold(folder):
    with called(folder, answers(direction="sendonly"), reinvite(2), hung_up()) as screen:
        screen.kind("peer_hold")
        screen.kind("peer_resume")
        hang_up(screen)
        assert screen.kinds() == ["dial", "ring", "answer", "peer_hold", "peer_resume", "end"]


def ours(offered, answer="sendrecv"):
    """Our re-INVITE, answered."""
    return [recv("INVITE", f"a={offered}"), reply_last("200 OK", body=sdp(answer, version=9)),
            recv("ACK")]


def our_hold_and_theirs_are_two_things(folder):
    """Held by both, taken back by each alone."""
    with called(folder, answers(), ours("sendonly", "recvonly"),
                reinvite(2, "a=inactive|a=sendonly|a=recvonly", direction="sendonly"),
                ours("sendrecv", "sendonly"), reinvite(3, "a=sendrecv"),
                ours("sendonly", "inactive"), ours("sendrecv"), hung_up()) as screen:
        screen.kind("answer")
        screen.ok("hold", call_id="call-1", on=True)
        screen.kind("peer_hold")
        assert screen.ok("call")["call"]["state"] == "held"
        wait_until("its ACK", lambda: screen.peer.said("CSeq: 2 ACK"))
        screen.ok("hold", call_id="call-1", on=False)
        screen.kind("peer_resume")
        wait_until("its ACK", lambda: screen.peer.said("CSeq: 3 ACK"))
        screen.ok("hold", call_id="call-1", on=True)
        wait_until("our hold is answered", lambda: len(screen.peer.said("^ACK ")) >= 6)
        screen.ok("hold", call_id="call-1", on=False)
        wait_until("our resume is answered", lambda: len(screen.peer.said("^ACK ")) >= 7)
        hang_up(screen)
        assert screen.kinds() == ["dial", "ring", "answer", "hold", "peer_hold", "resume",
                                  "peer_resume", "hold", "resume", "end"], screen.kinds()


def who_does_not_understand_our_hold_is_held_all_the_same(folder):
    """488 to the re-INVITE: nothing is sent to them, and the call goes on."""
    refused = [recv("INVITE", "a=sendonly"), reply_last("488 Not Acceptable Here"), recv("ACK")]
    with called(folder, answers(), refused, ours("sendrecv"), hung_up()) as screen:
        screen.kind("answer")
        screen.ok("hold", call_id="call-1", on=True)
        wait_until("refused", lambda: screen.peer.said("^ACK ") and screen.peer.said("488 Not"))
        sent = screen.ok("stats", call_id="call-1")["sent"]
        screen.ok("hold", call_id="call-1", on=False)
        wait_until("taken back", lambda: len(screen.peer.said("a=sendrecv")) >= 2)
        assert screen.ok("stats", call_id="call-1")["sent"] >= sent
        hang_up(screen)


def two_offers_that_cross_are_sorted_out(folder):
    """Ours and theirs at once: 491 to theirs (RFC 3261 14.2), and ours is answered."""
    with called(folder, answers(), recv("INVITE", "a=sendonly", name="hold"),
                request("INVITE", 2, body=sdp(version=2), retrans=False), answered(491),
                request("ACK", 2), reply("200 OK", to="hold", body=sdp("recvonly", version=3)),
                recv("ACK"), reinvite(3, "a=sendonly", direction="recvonly"),
                hung_up()) as screen:
        screen.kind("answer")
        screen.ok("hold", call_id="call-1", on=True)
        wait_until("their next offer", lambda: screen.peer.said("CSeq: 3 ACK"))
        assert screen.ok("call")["call"]["state"] == "held"
        hang_up(screen)
        assert screen.kinds() == ["dial", "ring", "answer", "hold", "end"], screen.kinds()


# --- the end ---

def who_hangs_up_during_our_hold_hung_up(folder):
    with called(folder, answers(), ours("sendonly", "recvonly"), says_bye()) as screen:
        screen.kind("answer")
        screen.ok("hold", call_id="call-1", on=True)
        end_of(screen, "by_person")


def who_hangs_up_during_their_hold_hung_up(folder):
    with called(folder, answers(), reinvite(2, direction="inactive"), says_bye()) as screen:
        end_of(screen, "by_person")
        assert screen.kinds() == ["dial", "ring", "answer", "peer_hold", "end"]


def an_answer_that_crosses_our_giving_up_is_hung_up(folder):
    """They answered in the moment that we gave up: ACK, then BYE, so that nobody talks to nobody."""
    with called(folder, invited(), reply("180 Ringing"), recv("CANCEL", name="CANCEL"),
                reply("200 OK", body=sdp(), retrans=False), recv("ACK"),
                reply("200 OK", to="CANCEL", retrans=False), hung_up(), ring_limit_s=1) as screen:
        end_of(screen, "no_answer")


def an_answer_that_comes_late_is_hung_up(folder):
    """The CANCEL was taken, and the 200 comes in place of the 487."""
    with called(folder, invited(), reply("180 Ringing"), recv("CANCEL"), reply_last("200 OK"),
                pause(500), reply("200 OK", body=sdp(), retrans=False), recv("ACK"), hung_up(),
                ring_limit_s=1) as screen:
        end_of(screen, "no_answer")


def who_knows_nothing_of_our_call_any_more_ends_it(folder):
    """481 to our re-INVITE: that call is gone."""
    with called(folder, answers(), recv("INVITE"),
                reply_last("481 Call/Transaction Does Not Exist"), recv("ACK")) as screen:
        screen.kind("answer")
        screen.ok("hold", call_id="call-1", on=True)
        last = screen.kind("end")
        assert last["end"] in ("failed", "by_person"), last


def two_byes_that_cross_end_the_call_once(folder):
    with called(folder, answers(), recv("BYE"), request("BYE", 2, retrans=False),
                answered_somehow(200, 481)) as screen:
        screen.kind("answer")
        hang_up(screen)
        assert screen.kinds().count("end") == 1


def a_bye_for_no_call_ends_none(folder):
    with called(folder, answers(), request("BYE", 2, tag="wrong"), answered(481), hung_up()) as screen:
        screen.kind("answer")
        wait_until("refused", lambda: screen.peer.said("^SIP/2.0 481"))
        assert screen.ok("call")["call"]["state"] == "talking"
        hang_up(screen)


def other_requests_in_the_call_are_answered_and_change_nothing(folder):
    steps = []
    for i, (method, header, body) in enumerate((
            ("OPTIONS", "Accept: application/sdp", ""), ("INFO", "Content-Type: application/dtmf-relay",
                                                        "Signal=5\nDuration=160"),
            ("INFO", "Content-Type: application/media_control+xml", "<media_control/>"),
            ("MESSAGE", "Content-Type: text/plain", "Call me at \x1bc+32900"),
            ("UPDATE", "Session-Expires: 90;refresher=uas", ""),
            ("SUBSCRIBE", "Event: dialog", ""), ("NOTIFY", "Event: refer", ""),
            ("PUBLISH", "Event: presence", ""), ("PRACK", "RAck: 1 1 INVITE", ""),
            ("REFER", "Refer-To: <sip:+32900123456@127.0.0.1>", ""),
            ("NONSENSE", "X: y", ""))):
        steps += [request(method, i + 2, header, body=body),
                  answered_somehow(200, 202, 400, 403, 404, 405, 415, 420, 481, 489, 501, 603)]
    with called(folder, answers(), steps, hung_up()) as screen:
        screen.kind("answer")
        wait_until("the last one is answered",
                   lambda: screen.peer.said(r"^CSeq: 12 NONSENSE\s*$").__len__() >= 2)
        assert screen.ok("call")["call"]["state"] == "talking"
        hang_up(screen)
        assert screen.kinds() == ["dial", "ring", "answer", "end"], screen.kinds()
        assert not screen.peer.said("^INVITE.*900123456")


if __name__ == "__main__":
    need("baresip", "sipp")
    run(tests_of(globals()), at_once=6)
