"""Words and files against their salted hashes; what was erased must say so, and nothing else may be empty."""

import hashlib
from pathlib import Path

from linghang.apps.ledger.data.files import path_of
from linghang.apps.ledger.data.leaves import digest_of
from linghang.apps.ledger.verify.asking import Asking

TEXTS = """SELECT r.node_id, r.uuid, r.field, r.text, r.salt, r.digest, x.id IS NOT NULL
    FROM ledger_text r LEFT JOIN ledger_erasure x ON x.text_id = r.id WHERE """
EVIDENCE = """SELECT r.node_id, r.uuid, r.kind, concat(r.content, E'\\x1f', r.name, E'\\x1f', r.sha256),
    r.salt, r.digest, x.id IS NOT NULL, r.sha256
    FROM ledger_evidence r LEFT JOIN ledger_erasure x ON x.evidence_id = r.id WHERE """


def check_words(asking: Asking) -> None:
    """Every text and every proof."""
    for row in asking.stream("texts", TEXTS + asking.within("r.node_id")):
        node, uuid, field, text, salt, digest, erased = row
        _check(asking, asking.place(node), f"{field} {uuid}", text, bytes(salt), bytes(digest), erased)
    for row in asking.stream("evidence", EVIDENCE + asking.within("r.node_id")):
        node, uuid, kind, content, salt, digest, erased, sha256 = row
        about, place = f"{kind} {uuid}", asking.place(node)
        kept = content if salt else ""
        _check(asking, place, about, kept, bytes(salt), bytes(digest), erased)
        if kind == "file" and sha256:
            _check_file(asking, place, about, path_of(asking.files, uuid), sha256)


def _check(asking: Asking, place: str, about: str, content: str, salt: bytes, digest: bytes, erased: bool) -> None:
    if erased:
        if content or salt:
            asking.found.add("words-back", place, about)
    elif not salt:
        asking.found.add("words-lost", place, about)
    elif digest_of(salt, content) != digest:
        asking.found.add("words-changed", place, about)


def _check_file(asking: Asking, place: str, about: str, path: Path, sha256: str) -> None:
    asking.found.files += 1
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        asking.found.add("file-missing", place, about)
        return
    if found != sha256:
        asking.found.add("file-changed", place, about)
