# SPDX-License-Identifier: Apache-2.0
"""What anybody could write to the desk's socket, and what must not come of it."""

import json
import socket

from deskkit import Desk, Screen, SipPeer, need, run


def refused(desk, line, word, code=None):
    """The line is answered with an error that holds the word, and the connection is closed."""
    screen = Screen(desk, hello=False)
    screen.send_bytes(line)
    answer = screen.message()
    assert answer and not answer["ok"] and word in answer["message"], (line[:60], answer)
    assert code is None or answer["code"] == code, answer
    assert screen.message() is None


def broken_lines_end_the_connection(folder):
    with Desk(folder) as desk:
        refused(desk, b"hello\n", "line 1")
        refused(desk, b"\xff\xfe\n", "line 1")
        refused(desk, b'{"v":1,"v":1}\n', "line 1")
        refused(desk, b'{"v":1} x\n', "line 1")
        refused(desk, b"[1]\n", "object")
        refused(desk, b"[" * 100 + b"]" * 100 + b"\n", "")
        refused(desk, b'{"a":"\x00"}\n', "line 1")
        refused(desk, b"\n", "line 1")
        refused(desk, b"x" * 70000, "64 KiB", "too-large")
        refused(desk, b'{"v":2,"id":"1","op":"hello","attach":"x"}\n', "version 1")
        assert Screen(desk).hello["ok"]


def hello_comes_first_and_needs_the_token(folder):
    with Desk(folder) as desk:
        refused(desk, b'{"v":1,"id":"1","op":"session"}\n', "hello")
        refused(desk, b'{"v":1,"id":"1","op":"hello","attach":"wrong"}\n', "token",
                "unauthenticated")
        refused(desk, b'{"v":1,"id":"1","op":"hello","attach":""}\n', "token")
        token = desk.token()
        wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
        refused(desk, b'{"v":1,"id":"1","op":"hello","attach":"%s"}\n' % wrong.encode(), "token")
        refused(desk, b'{"v":1,"id":"1","op":"hello","attach":7}\n', "")
        refused(desk, b'{"v":1,"id":"1","op":"hello"}\n', "")


def who_says_nothing_is_closed(folder):
    with Desk(folder) as desk:
        screen = Screen(desk, hello=False)
        assert "hello" in screen.message(40)["message"]
        assert screen.message() is None


def the_wrong_token_does_not_disturb_the_screen(folder):
    with Desk(folder) as desk:
        screen = Screen(desk)
        refused(desk, b'{"v":1,"id":"1","op":"hello","attach":"wrong"}\n', "token")
        crowd = [Screen(desk, hello=False) for _ in range(20)]
        assert screen.ok("call")["call"] is None
        for one in crowd:
            one.close()


def a_screens_mistakes_are_answered_and_forgiven(folder):
    mistakes = [
        ("fly", {}), ("session", {}), ("dial", {}), ("keep", {"keep": {}}),
        ("sign_in", {"backend": 5}), ("mute", {"call_id": "c"}), ("end", {"call_id": ["c"]}),
        ("dtmf", {"call_id": "c", "digits": "1" * 33}), ("ack", {"call_id": "c", "seq": "1"}),
        ("call", {"more": 1}), ("consult", {"call_id": "c"}), ("swap", {"call_id": "c"}),
        ("take_back", {}), ("transfer", {"call_id": "c", "uri": 5, "number": ""}),
    ]
    with Desk(folder) as desk:
        screen = Screen(desk)
        for op, fields in mistakes:
            answer = screen.ask(op, **fields)
            assert not answer["ok"], (op, answer)
        assert screen.ok("call")["call"] is None


def a_token_goes_to_no_other_machine_in_clear(folder):
    session = {"agent_id": "a", "token": "t", "journal_key": "k", "aor": "sip:a@127.0.0.1",
               "sip_secret": "", "outbound": "", "register": False, "screen_grace_s": 60}
    with Desk(folder) as desk:
        screen = Screen(desk)
        for backend in ("http://192.0.2.1/v1", "http://localhost.example.org/v1", "https:///v1",
                        "http://127.0.0.1.example.org/v1", "https://user@host/v1",
                        "ftp://localhost/v1", "http://127.0.0.1@192.0.2.1/v1"):
            answer = screen.ask("sign_in", backend=backend, **session)
            assert answer.get("code") == "invalid", (backend, answer)
        answer = screen.ask("sign_in", backend="https://h/v1", ca="x" * (32 * 1024 + 1), **session)
        assert answer.get("code") == "invalid", answer
        screen.ok("sign_in", backend="https://backend.example.org/v1", ca="x" * 32 * 1024, **session)


def only_numbers_are_dialled(folder):
    bad = [("+32 470", "sip:+32 470@h"), ("agent", "sip:agent@h"), ("", "sip:@h"),
           ("+32470000100", "sip:+32470000101@h"), ("+32470000100", "tel:+32470000100"),
           ("+32470000100", "sip:+32470000100@h\r\nX: y"), ("1" * 33, "sip:" + "1" * 33 + "@h"),
           ("+32470000100", "sip:+32470000100@h>;x=\"y\""), ("112", "sip:112")]
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        for number, uri in bad:
            answer = screen.ask("dial", call_id="call-1", call_token="t", number=number, uri=uri,
                                ring_limit_s=5)
            assert not answer["ok"], (number, uri, answer)
        for call_id in ("../x", "a/b", "", "x" * 65, "."):
            answer = screen.ask("dial", call_id=call_id, call_token="t", number="112",
                                uri="sip:112@127.0.0.1", ring_limit_s=5)
            assert not answer["ok"], call_id
        assert "INVITE" not in peer.methods()


def a_permit_that_grew_old_on_the_way_is_not_dialled(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        answer = screen.ask("dial", call_id="call-1", call_token="t", number="112",
                            uri="sip:112@127.0.0.1", ring_limit_s=5,
                            before_ms=screen.hello["clock_ms"])
        assert answer.get("code") == "state", answer
        assert screen.ok("call")["call"] is None
        assert "INVITE" not in peer.methods()
        screen.dial("112")


def a_call_is_named_or_nothing_happens(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        screen.dial("+32470000100")
        screen.kind("answer")
        for op, more in (("end", {}), ("mute", {"on": True}), ("hold", {"on": True}),
                         ("dtmf", {"digits": "1"}), ("stats", {}), ("take_back", {}),
                         ("swap", {"consult_id": "call-1"}),
                         ("transfer", {"number": "", "uri": "sip:x@127.0.0.1"}),
                         ("consult", {"consult_id": "call-2", "call_token": "t", "number": "",
                                      "uri": "sip:x@127.0.0.1", "ring_limit_s": 5})):
            answer = screen.ask(op, call_id="call-0", **more)
            assert answer["code"] == "not-found", answer
        assert screen.ask("dial", call_id="call-2", call_token="t", number="112",
                          uri="sip:112@127.0.0.1", ring_limit_s=5)["code"] == "state"
        assert screen.ok("call")["call"]["state"] == "talking"
        assert "BYE" not in peer.methods()


def what_is_kept_has_a_limit(folder):
    with Desk(folder) as desk:
        screen = Screen(desk)
        screen.sign_in(9, ready=False)
        screen.ok("keep", keep={"text": "x" * 40000})
        answer = screen.ask("keep", keep={"text": "x" * 50000})
        assert answer["code"] == "too-large", answer
        assert len(screen.ok("session")["keep"]["text"]) == 40000


def lines_may_come_in_pieces_and_in_heaps(folder):
    with Desk(folder) as desk:
        screen = Screen(desk)
        screen.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        for i in range(3):
            line = json.dumps({"v": 1, "id": f"p{i}", "op": "call"}).encode() + b"\n"
            for at in range(0, len(line), 7):
                screen.send_bytes(line[at:at + 7])
            assert screen.message()["id"] == f"p{i}"
        heap = b"".join(json.dumps({"v": 1, "id": f"h{i}", "op": "call"}).encode() + b"\n"
                        for i in range(200))
        screen.send_bytes(heap)
        assert [screen.message()["id"] for _ in range(200)] == [f"h{i}" for i in range(200)]


if __name__ == "__main__":
    need("baresip")
    run([broken_lines_end_the_connection, hello_comes_first_and_needs_the_token,
         who_says_nothing_is_closed, the_wrong_token_does_not_disturb_the_screen,
         a_screens_mistakes_are_answered_and_forgiven, only_numbers_are_dialled,
         a_token_goes_to_no_other_machine_in_clear,
         a_permit_that_grew_old_on_the_way_is_not_dialled,
         a_call_is_named_or_nothing_happens, what_is_kept_has_a_limit,
         lines_may_come_in_pieces_and_in_heaps], at_once=3)
