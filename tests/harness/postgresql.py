#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of a test's own: in a private directory, on a Unix socket only, stopped by its
pid. It refuses to run as root, so that root gives it to the user postgres.

    postgresql.py COMMAND [-- COMMAND]...

runs test programs one after the other with PUPITRE_TEST_POSTGRESQL set to the server's URL, and joins
what they say (TAP)."""

import os
import pathlib
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

USER = "pupitre"
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0777
max_connections = 60
shared_buffers = 32MB
fsync = {fsync}
full_page_writes = {fsync}
log_min_messages = warning
deadlock_timeout = 100ms
autovacuum_naptime = 5s
"""


def programs():
    """Where initdb and postgres are; None when they are not installed."""
    folders = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
                     key=lambda p: float(p.parent.name), reverse=True)
    for folder in [*folders, pathlib.Path("/usr/bin"), pathlib.Path("/usr/local/bin")]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def skip_or_fail(missing):
    """What a test does without its tool: elsewhere skip, in CI fail."""
    if os.environ.get("CI"):
        print(f"1..1\nnot ok 1 - {missing} is missing")
        sys.exit(1)
    print(f"1..0 # SKIP {missing} is missing")
    sys.exit(0)


class Server:
    """Started by the constructor. The folder is below /tmp: a socket's path is short. durable: what is
    committed stays when the server is killed; else it is quick."""

    def __init__(self, durable=True):
        self.durable = durable
        self.bin = programs()
        if not self.bin:
            skip_or_fail("postgresql")
        self.as_user = None
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ppg."))
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            self.as_user = (entry.pw_uid, entry.pw_gid)
            os.chown(self.folder, *self.as_user)
        self.data = self.folder / "data"
        self.process = None
        self._make()
        self.start()
        self.sql(f"CREATE ROLE {USER} LOGIN CREATEDB", user="postgres")
        self.sql(f"GRANT CREATE ON DATABASE postgres TO {USER}", user="postgres")

    def _become(self):
        """Nothing of this is the server's: not its terminal, not our signals."""
        os.setsid()
        if self.as_user:
            os.setgroups([])
            os.setgid(self.as_user[1])
            os.setuid(self.as_user[0])

    def _run(self, *argv):
        done = subprocess.run([str(a) for a in argv], cwd=self.folder, preexec_fn=self._become,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise AssertionError(f"{argv[0]}: {done.stdout}{done.stderr}")

    def _make(self):
        self._run(self.bin / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync", "--no-instructions")
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as conf:
            conf.write(SETTINGS.format(folder=self.folder,
                                       fsync="on" if self.durable else "off"))

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [str(self.bin / "postgres"), "-D", str(self.data)], cwd=self.folder,
                preexec_fn=self._become, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + 30
        while self._psql("SELECT 1", "postgres", "postgres").returncode != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError("PostgreSQL does not start:\n" +
                                     (self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.02)

    def stop(self, how=signal.SIGINT):
        """SIGINT: sessions end and what was done is written. SIGQUIT: at once, as when it crashes."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
        self.process = None

    def close(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _psql(self, sql, database, user):
        return subprocess.run(
            [str(self.bin / "psql"), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h",
             str(self.folder), "-U", user, "-d", database, "-c", sql],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def sql(self, sql, database="postgres", user=USER):
        """What psql prints: a row a line, columns with '|' between."""
        done = self._psql(sql, database, user)
        if done.returncode != 0:
            raise AssertionError(f"{sql}: {done.stderr}")
        return done.stdout.strip()

    def url(self, database="postgres"):
        return f"postgresql://{USER}@/{database}?host={self.folder}"


def join_taps(commands, env):
    """Run all; the lines of each, counted on. What a program skips is about SQLite's own files: no
    case here."""
    count = failed = 0
    for command in commands:
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True, errors="replace", check=False)
        planned = None
        seen = 0
        for line in done.stdout.splitlines():
            result = re.match(r"(ok|not ok) \d+(.*)", line)
            plan = re.match(r"1\.\.(\d+)", line)
            if plan:
                planned = int(plan.group(1))
            elif result:
                seen += 1
                skipped = re.match(r" # SKIP (.*)", result.group(2))
                if skipped:
                    print(f"# not here: {skipped.group(1)}")
                    continue
                count += 1
                failed += result.group(1) != "ok"
                print(f"{result.group(1)} {count}{result.group(2)}")
            else:
                print(line if line.startswith("#") else f"# {line}")
        if planned is None or seen != planned or (done.returncode != 0 and not failed):
            count += 1
            failed += 1
            print(f"not ok {count} - {pathlib.Path(command[0]).name} ran to its end"
                  f" ({seen} of {planned}, status {done.returncode})")
        sys.stdout.flush()
    print(f"1..{count}")
    return failed


def main():
    commands = [[]]
    for word in sys.argv[1:]:
        if word == "--":
            commands.append([])
        else:
            commands[-1].append(word)
    with Server(durable=False) as server:
        env = dict(os.environ, PUPITRE_TEST_POSTGRESQL=server.url())
        failed = join_taps(commands, env)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
