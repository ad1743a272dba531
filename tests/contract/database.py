# SPDX-License-Identifier: Apache-2.0
"""Beside the programs: the database of a world, on either store."""

import contextlib
import csv
import io
import os
import sqlite3
import subprocess


class Refused(Exception):
    """The database does not take it."""


class Database:
    """data: the data directory; with $PUPITRE_STORE the database is there, and in PostgreSQL."""

    def __init__(self, data):
        self.path = data / "pupitre.db"
        self.url = os.environ.get("PUPITRE_STORE")

    def _postgresql(self, text):
        done = subprocess.run(["psql", "-X", "-q", "--csv", "-v", "ON_ERROR_STOP=1", self.url, "-c", text],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Refused(done.stderr)
        lines = list(csv.reader(io.StringIO(done.stdout)))
        rows = [tuple(int(v) if v.lstrip("-").isdigit() else v or None for v in line) for line in lines[1:]]
        return (lines[0] if lines else []), rows

    def _sqlite(self, text):
        try:
            with contextlib.closing(sqlite3.connect(self.path, timeout=10)) as db:
                cursor = db.execute(text)
                names = [column[0] for column in cursor.description or ()]
                rows = cursor.fetchall()
                db.commit()
        except sqlite3.IntegrityError as error:
            raise Refused(str(error)) from error
        return names, rows

    def hex_of(self, column):
        """An expression: bytes as hexadecimal digits, small ones."""
        return f"encode({column}, 'hex')" if self.url else f"lower(hex({column}))"

    def both(self, text):
        return self._postgresql(text) if self.url else self._sqlite(text)

    def rows(self, text):
        """Tuples; what is written is committed."""
        return self.both(text)[1]

    def dicts(self, text):
        names, rows = self.both(text)
        return [dict(zip(names, row)) for row in rows]
