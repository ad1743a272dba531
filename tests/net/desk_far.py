# SPDX-License-Identifier: Apache-2.0
"""A screen on another machine: lent tokens, who keeps the desk, a backend that the desk cannot reach."""

import json
import socket

from deskkit import Backend, Desk, Screen, SipPeer, run, wait_until


class Keeper(Screen):
    """Who brings the desk's socket to a server, as pupitre-desk ssh does."""

    def __init__(self, desk, token=None):
        super().__init__(desk, hello=False)
        self.answer = self.ask("admit", attach=token or desk.token())


class FarScreen(Screen):
    """A screen that knows the lent token and nothing else."""

    def __init__(self, desk, token):
        super().__init__(desk, hello=False)
        self.hello = self.ask("hello", attach=token)


def a_lent_token_is_good_as_long_as_the_line(folder):
    with Desk(folder) as desk:
        keeper = Keeper(desk)
        token = keeper.answer["attach"]
        assert keeper.answer["ok"] and len(token) == 64 and token != desk.token()
        assert not keeper.answer["signed_in"] and not keeper.answer["call"]
        screen = FarScreen(desk, token)
        assert screen.hello["ok"] and screen.ok("ping")
        # Another login: its token is another one, and the screen changes hands.
        second = Keeper(desk)
        other = FarScreen(desk, second.answer["attach"])
        assert second.answer["attach"] != token and other.hello["ok"]
        assert screen.message()["event"] == "replaced"
        keeper.close()
        wait_until("the first token is dead", lambda: not FarScreen(desk, token).hello["ok"])
        assert other.ok("ping")
        assert FarScreen(desk, second.answer["attach"]).hello["ok"]


def a_keeper_asks_nothing_else(folder):
    with Desk(folder) as desk:
        keeper = Keeper(desk)
        refused = keeper.ask("session")
        assert not refused["ok"] and keeper.message() is None
        wrong = Keeper(desk, "0" * 64)
        assert wrong.answer["code"] == "unauthenticated" and "attach" not in wrong.answer
        screen = Screen(desk)
        assert not screen.ask("admit", attach=desk.token())["ok"]
        assert screen.message() is None  # and that ended it


def a_kept_desk_stays_after_signing_out(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        keeper = Keeper(desk)
        screen = FarScreen(desk, keeper.answer["attach"])
        screen.sign_in(peer.port)
        screen.ok("keep", keep={"answers": [1]})
        screen.ok("sign_out")
        assert screen.message() is None  # as if the desk were another one
        again = FarScreen(desk, keeper.answer["attach"])
        assert again.hello["ok"] and not again.hello["signed_in"]
        assert again.ask("session")["code"] == "unauthenticated"
        again.sign_in(peer.port)
        again.dial("+32470000100")
        again.kind("answer")
        again.ok("end", call_id="call-1")
        again.kind("end")
        keeper.close()
        again.ok("sign_out")  # nobody keeps it now
        assert desk.process.wait(15) == 0


def a_listening_desk_stays_without_a_keeper(folder):
    with SipPeer() as peer, Desk(folder, extra=["--listen"]) as desk:
        screen = Screen(desk)
        screen.sign_in(peer.port)
        screen.ok("sign_out")
        assert screen.message() is None
        assert not Screen(desk).hello["signed_in"]


def who_comes_back_hears_of_the_call_and_its_time(folder):
    with SipPeer() as peer, Desk(folder) as desk:
        keeper = Keeper(desk)
        screen = FarScreen(desk, keeper.answer["attach"])
        screen.talk_to(peer, grace_s=50)
        assert Keeper(desk).answer["grace_s"] == 0  # somebody is there
        screen.close()
        keeper.close()
        wait_until("it counts", lambda: 0 < Keeper(desk).answer["grace_s"] <= 50)
        keeper = Keeper(desk)
        assert keeper.answer["signed_in"] and keeper.answer["call"]
        screen = FarScreen(desk, keeper.answer["attach"])
        assert screen.hello["call"]["state"] == "talking"
        screen.ok("end", call_id="call-1")


def a_backend_out_of_reach_is_not_asked_and_the_screen_hears_all(folder):
    with SipPeer() as peer, Backend(200) as backend, Desk(folder) as desk:
        screen = Screen(desk)
        screen.ok("sign_in", backend=backend.url, agent_id="a", token="t", journal_key="k",
                  aor="sip:agent1@127.0.0.1", sip_secret="", outbound=f"sip:127.0.0.1:{peer.port}",
                  register=False, screen_grace_s=1, posts=False)
        screen.wait("ready", lambda m: m.get("event") == "phone" and m["state"] == "ready")
        screen.dial("+32470000100")
        screen.kind("answer")
        screen.close()
        peer.wait_for("BYE")
        again = Screen(desk)
        wait_until("it ended", lambda: again.ok("call")["call"]["end"] == "screen_lost")
        kinds = [e["kind"] for e in again.ok("call")["call"]["events"] if e["kind"] != "line"]
        assert kinds == ["dial", "ring", "answer", "end"], kinds
        assert backend.posts == []


def another_version_is_told_so(folder):
    with Desk(folder) as desk:
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(f"{desk.dir}/desk.sock")
            s.sendall(b'{"v":2,"id":"1","op":"hello","attach":"x"}\n')
            answer = json.loads(s.makefile().readline())
        assert answer["v"] == 1 and "version 1" in answer["message"]


if __name__ == "__main__":
    run([a_lent_token_is_good_as_long_as_the_line, a_keeper_asks_nothing_else,
         a_kept_desk_stays_after_signing_out, a_listening_desk_stays_without_a_keeper,
         who_comes_back_hears_of_the_call_and_its_time,
         a_backend_out_of_reach_is_not_asked_and_the_screen_hears_all, another_version_is_told_so])
