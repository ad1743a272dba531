# SPDX-License-Identifier: Apache-2.0
"""Test Anything Protocol: one line a case, so that Meson counts them."""

import sys
import traceback


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def say(self, good, name, why=""):
        self.count += 1
        if not good:
            self.failed += 1
            for line in str(why).splitlines():
                print(f"# {line}")
        print(f"{'ok' if good else 'not ok'} {self.count} - {name.replace('#', '%')}", flush=True)

    def case(self, name, function, *args):
        """Run one case; an exception is its failure. Returns what the function returned."""
        try:
            result = function(*args)
        except Exception as error:  # noqa: BLE001: whatever goes wrong fails the case
            self.say(False, name, f"{error}\n{traceback.format_exc(limit=-3)}")
            return None
        self.say(True, name)
        return result

    def end(self):
        print(f"1..{self.count}")
        sys.exit(1 if self.failed else 0)


def expect(condition, message):
    if not condition:
        raise AssertionError(message)
