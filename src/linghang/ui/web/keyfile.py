"""The file of data keys: read, checked, written as text. Plain Python, so that the supervisor can check it, too.

    {"current": "k1-5e0c2a", "fields": {"k1-5e0c2a": …}, "lookup": …, "chain": …}      256-bit keys, base64

`fields` encrypt values and are rotated; `lookup` makes blind indexes and `chain` the chain of the ledger: both stay.
`rotating` is there while a rotation has not reached the end.
"""

import base64
import binascii
import hashlib
import json
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

KEY_BYTES = 32
LONGEST_ID = 40
OTHERS = 0o077


class KeysUnusableError(Exception):
    """One sentence for the operator: what is wrong with the file of keys and what to do."""


@dataclass(frozen=True)
class DataKeys:
    """All keys of one installation; none of them is ever part of a repr."""

    current: str
    fields: Mapping[str, bytes] = field(repr=False)
    lookup: bytes = field(repr=False)
    chain: bytes = field(repr=False)
    rotating: bool = False

    def with_new_key(self) -> "DataKeys":
        """The same with one more key, which new values use from now on; a rotation has begun."""
        made = _new_id(len(self.fields) + 1)
        return replace(self, current=made, fields={**self.fields, made: secrets.token_bytes(KEY_BYTES)}, rotating=True)

    def text(self) -> str:
        """The content of the file."""
        content: dict[str, object] = {
            "current": self.current,
            "fields": {name: _encoded(key) for name, key in self.fields.items()},
            "lookup": _encoded(self.lookup),
            "chain": _encoded(self.chain),
        }
        return json.dumps(content | ({"rotating": True} if self.rotating else {}), indent=1)

    def fingerprints(self) -> frozenset[str]:
        """Tell keys apart and say nothing about them, since they are random."""
        every = {**self.fields, " lookup": self.lookup, " chain": self.chain}
        return frozenset(hashlib.sha256(name.encode() + b"\0" + key).hexdigest()[:16] for name, key in every.items())


def new_keys() -> DataKeys:
    """Fresh keys for a new installation."""
    first = _new_id(1)
    made = [secrets.token_bytes(KEY_BYTES) for _ in range(3)]
    return DataKeys(current=first, fields={first: made[0]}, lookup=made[1], chain=made[2])


def read_keys(path: Path, *, private: bool = True) -> DataKeys:
    """The keys of a file; raises KeysUnusableError. `private=False` is for a copy kept on another medium."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if private and mode & OTHERS:
            raise KeysUnusableError(
                f"密钥文件 {path} 可以被本机其他用户读取（权限 {mode:04o}），不能使用；请执行 chmod 600 {path} 后再试。"
            )
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeysUnusableError(
            f"找不到密钥文件 {path}；请把另外保管的密钥放回原处，没有它就读不出加密的内容。"
        ) from None
    except (OSError, UnicodeDecodeError) as reason:
        why = type(reason).__name__
        raise KeysUnusableError(f"密钥文件 {path} 读不出来（{why}）；请检查文件和它的权限。") from None
    return _parsed(text, path)


def _parsed(text: str, path: Path) -> DataKeys:
    """A wrong file is described without a word of its content."""
    try:
        content = json.loads(text)
        keys = DataKeys(
            current=content["current"],
            fields={_checked_id(name): _decoded(key) for name, key in content["fields"].items()},
            lookup=_decoded(content["lookup"]),
            chain=_decoded(content["chain"]),
            rotating=content.get("rotating", False) is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeysUnusableError(f"密钥文件 {path} 的内容不完整或已损坏；请放回另外保管的那一份。") from None
    if keys.current not in keys.fields:
        raise KeysUnusableError(f"密钥文件 {path} 里没有它所说的当前密钥；请放回另外保管的那一份。")
    return keys


def _new_id(number: int) -> str:
    """Random at the end: two installations, or one that lost its keys, never call different keys the same."""
    return f"k{number}-{secrets.token_hex(3)}"


def _checked_id(name: str) -> str:
    if not (name.isascii() and name.isprintable() and 0 < len(name) <= LONGEST_ID):
        raise ValueError("not a key id")
    return name


def _encoded(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _decoded(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError("not a 256-bit key")
    return key
