# SPDX-License-Identifier: Apache-2.0
"""What other telephones and networks answer in place of taking the call: redirections, failures,
and the question who is calling. As in desk_foreign.py, sipp plays the other side."""

from deskkit import Desk, Screen, SipPeer, need, run
from foreign import (CHALLENGE, Foreign, called, challenged, digest_is_right, end_of, hang_up,
                     hung_up, inside, invited, invited_with_digest, recv, reply, reply_last, sdp,
                     tests_of, verify)


def nobody_sends_the_call_elsewhere(folder):
    """3xx: the number that was permitted is called, and no other."""
    with SipPeer() as other:
        for status in ("300 Multiple Choices", "301 Moved Permanently", "302 Moved Temporarily",
                       "305 Use Proxy", "380 Alternative Service"):
            with called(inside(folder, status[:3]), invited(),
                        reply(status, f"Contact: <sip:+32900123456@127.0.0.1:{other.port}>"),
                        recv("ACK")) as screen:
                end_of(screen, "unavailable", int(status[:3]), "The number was redirected")
                screen.ok("sign_out")
                screen.desk.process.wait(20)
                assert not screen.peer.said("900123456.* SIP/2.0")
        assert not other.requests, other.requests


def servers_that_fail_are_failed_lines(folder):
    for status in ("500 Server Internal Error", "501 Not Implemented", "502 Bad Gateway",
                   "503 Service Unavailable", "504 Server Time-out", "580 Precondition Failure"):
        with called(inside(folder, status[:3]), invited(), reply(status, "Retry-After: 1"), recv("ACK")) as screen:
            end_of(screen, "failed", int(status[:3]), status[4:])


def a_challenge_is_answered_with_the_logins_secret(folder):
    for status in ("401 Unauthorized", "407 Proxy Authentication Required"):
        with called(inside(folder, status[:3]), invited(), challenged(status, "one"), invited_with_digest(status, "one"),
                    reply("200 OK", body=sdp()), recv("ACK"), hung_up(),
                    secret="Secret7") as screen:
            screen.kind("answer")
            hang_up(screen)
            assert not screen.peer.said("Secret7") and "Secret7" not in screen.desk.log()


def a_challenge_that_grew_old_is_answered_anew(folder):
    status = "401 Unauthorized"
    with called(folder, invited(), challenged(status, "one"), invited_with_digest(status, "one"),
                challenged(status, "two", ", stale=true"), invited_with_digest(status, "two"),
                reply("200 OK", body=sdp()), recv("ACK"), hung_up(), secret="Secret7") as screen:
        screen.kind("answer")
        hang_up(screen)


def a_wrong_secret_is_said_in_words_and_not_tried_for_ever(folder):
    for status in ("401 Unauthorized", "407 Proxy Authentication Required"):
        with called(inside(folder, status[:3]), invited(), challenged(status, "one"), invited(), challenged(status, "two"),
                    secret="Wrong8") as screen:
            last = end_of(screen, "failed", int(status[:3]))
            assert last["text"], last


def a_challenge_without_end_ends(folder):
    """Each one says that the last answer was only late."""
    status = "407 Proxy Authentication Required"
    steps = []
    for i in range(30):
        steps += [invited(), challenged(status, f"nonce{i}", ", stale=true")]
    with called(folder, *steps, secret="Secret7", content=False) as screen:
        last = screen.kind("end")
        assert last["end"] == "failed", last
        assert len(screen.peer.said("^INVITE ")) == 4


def a_challenge_that_cannot_be_read_is_a_refusal(folder):
    for i, header in enumerate(("Digest", "Basic realm=\"edge\"",
                                "Digest realm=\"edge\", nonce=\"n\", algorithm=SHA-256",
                                "Digest realm=\"edge, nonce=\"n\"", "Digest nonce=\"n\"")):
        with called(inside(folder, i), invited(), reply("401 Unauthorized", f"WWW-Authenticate: {header}"),
                    recv("ACK"), secret="Secret7") as screen:
            assert screen.kind("end")["end"] == "failed"


def asked(nonce):
    """A REGISTER, and who is it."""
    return [recv("REGISTER"), reply_last(
        "401 Unauthorized", f"WWW-Authenticate: {CHALLENGE.format(nonce, '')}", tag="r")]


def is_registered(screen, on):
    return screen.wait(f"registered: {on}", lambda m: m.get("event") == "phone"
                       and m["state"] == "ready" and m["registered"] is on)


def a_login_is_known_at_the_edge_and_forgotten_when_it_signs_out(folder):
    known = [recv("REGISTER", 'username="agent1"', more=[verify()]), digest_is_right(),
             reply_last("200 OK", "Expires: 60", tag="r")]
    forgotten = [recv("REGISTER", "[Ee]xpires[=:] ?0"), reply_last("200 OK", tag="r")]
    with Foreign(folder, asked("one"), known, forgotten) as edge, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(edge.port, register=True, secret="Secret7")
        is_registered(screen, True)
        screen.ok("sign_out")
        edge.is_content()
        desk.process.wait(20)
        assert "Secret7" not in desk.log()


def a_login_that_is_not_known_is_said_in_words_and_not_tried_for_ever(folder):
    """One REGISTER and three answers; libre alone gives 15. Then no more until its next turn."""
    asks = [asked(f"nonce{i}") for i in range(30)]
    with Foreign(folder, asks) as edge, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(edge.port, register=True, secret="Wrong8")
        failed = screen.wait("refused", lambda m: m.get("event") == "phone"
                             and m["state"] == "failed")
        assert (failed["reason"], failed["registered"]) == ("The telephone's login was refused.",
                                                            False), failed
        assert len(edge.said("^REGISTER ")) == 4


if __name__ == "__main__":
    need("baresip", "sipp")
    run(tests_of(globals()), at_once=6)
