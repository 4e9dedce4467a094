"""The tables of a result on disk: written once by a child, then only read."""

import json
import zlib
from typing import Any

RESULT_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE members (
    position INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL, name TEXT NOT NULL, branch TEXT NOT NULL,
    type TEXT NOT NULL, state TEXT NOT NULL, total INTEGER, grade_total INTEGER, band TEXT NOT NULL,
    band_state TEXT NOT NULL, search TEXT NOT NULL
);
CREATE TABLE statements (
    code TEXT NOT NULL, month TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (code, month)
) WITHOUT ROWID;
"""

REACH_TABLES = """
CREATE TABLE IF NOT EXISTS reach (code TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
"""


def packed(body: Any) -> bytes:
    """A statement as it is stored: a tenth of its text."""
    return zlib.compress(json.dumps(body, ensure_ascii=False).encode(), 1)


def unpacked(stored: bytes) -> Any:
    return json.loads(zlib.decompress(stored))
