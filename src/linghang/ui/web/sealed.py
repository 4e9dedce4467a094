"""Values that nobody reads in the database: encrypted in the column, found by a keyed hash, shown masked.

    class Person(models.Model):
        phone = SealedTextField(null=True)                          # bytes: key id, nonce, ciphertext
        phone_lookup = models.CharField(max_length=64, blank=True)  # lookup_hash("phone", normal_phone(…))

    person.phone = "13812345678"      # sealed at once: the row never holds the words
    person.phone.open()               # the words; only where a reason was given, or to be masked

A value is bound to its table and column: copied to another column it does not open. Sealed columns do not belong into
history tables, which nobody can rotate.
"""

import hmac
import logging
import os
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from linghang.ui.web.errors import DomainError
from linghang.ui.web.keyfile import DataKeys, KeysUnusableError, read_keys

NONCE_BYTES = 12
SHOWN = "[已加密]"

log = logging.getLogger(__name__)


class SealedUnreadableError(DomainError):
    """A value does not open: its key is missing or it was changed. The details are for the log, never the value."""

    def __init__(self, code: str, details: str) -> None:
        message = _("加密的内容现在读不出来，其他内容不受影响。请联系系统管理员检查密钥文件。")
        super().__init__(code, message, status=503)
        self.details = details


class _Loaded:
    """The keys in use, read again when the file was replaced: a rotation needs no restart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: tuple[object, ...] = ()
        self._keys: DataKeys | None = None

    def keys(self) -> DataKeys:
        path = settings.DATA_KEYS_FILE
        state = (path, *_state_of(path))
        with self._lock:
            if self._keys is None or state != self._state:
                self._keys, self._state = read_keys(path), state
            return self._keys


def _state_of(path: Path) -> tuple[int, ...]:
    try:
        about = os.stat(path)
    except OSError:
        return ()
    return about.st_ino, about.st_mtime_ns, about.st_mode


_loaded = _Loaded()


def data_keys() -> DataKeys:
    """The keys in force; a file that cannot be used is a refusal to the reader and a sentence in the log."""
    try:
        return _loaded.keys()
    except KeysUnusableError as reason:
        log.error("%s", reason)
        raise SealedUnreadableError("keys_unusable", str(reason)) from reason


class Sealed:
    """One encrypted value as it lies in the column. Neither its repr nor its text shows what is inside."""

    __slots__ = ("content", "place")

    def __init__(self, content: bytes, place: str) -> None:
        self.content = content
        self.place = place

    @classmethod
    def of(cls, value: str, place: str, keys: DataKeys | None = None) -> Self:
        """Encrypt under the current key; `place` is `table.column`."""
        keys = keys or data_keys()
        nonce = secrets.token_bytes(NONCE_BYTES)
        head = key_prefix(keys.current)
        hidden = AESGCM(keys.fields[keys.current]).encrypt(nonce, value.encode(), head + place.encode())
        return cls(head + nonce + hidden, place)

    @property
    def key_id(self) -> str:
        return self.content[1 : 1 + self.content[0]].decode("ascii", "replace") if self.content else ""

    def open(self, keys: DataKeys | None = None) -> str:
        """The words; raises SealedUnreadableError."""
        keys = keys or data_keys()
        key = keys.fields.get(self.key_id)
        if key is None:
            raise SealedUnreadableError("key_missing", f"{self.place}: no key {self.key_id!r}")
        head = key_prefix(self.key_id)
        rest = self.content[len(head) :]
        try:
            opened = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + self.place.encode())
        except (InvalidTag, ValueError):
            raise SealedUnreadableError("value_changed", f"{self.place}: changed or moved here") from None
        return opened.decode()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and (self.content, self.place) == (other.content, other.place)

    def __hash__(self) -> int:
        return hash((self.content, self.place))

    def __repr__(self) -> str:
        return SHOWN

    __str__ = __repr__


def key_prefix(key_id: str) -> bytes:
    """How every value sealed under a key begins: the length of the id, then the id."""
    return bytes([len(key_id)]) + key_id.encode("ascii")


class _SealingAttribute(DeferredAttribute):
    """Seals at assignment, so that an instance never holds readable words."""

    field: "SealedTextField"

    def __set__(self, instance: models.Model, value: "str | Sealed | None") -> None:
        instance.__dict__[self.field.attname] = self.field.sealed(value)


if TYPE_CHECKING:
    _Base = models.Field["str | Sealed | None", "Sealed | None"]
else:
    _Base = models.Field


class SealedTextField(_Base):
    """Text, encrypted in the column. It cannot be searched or sorted; keep a `lookup_hash` beside it for finding."""

    descriptor_class = _SealingAttribute
    empty_strings_allowed = False

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002  Django's signature
        return "bytea"

    def get_internal_type(self) -> str:
        return "BinaryField"

    @property
    def place(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def sealed(self, value: "str | Sealed | None") -> Sealed | None:
        """What an instance keeps: words are sealed for this column, sealed values stay as they are."""
        if value is None or isinstance(value, Sealed):
            return value
        return Sealed.of(value, self.place) if value else None

    def from_db_value(self, value: Any, _expression: object, _connection: object) -> Sealed | None:
        return None if value is None else Sealed(bytes(value), self.place)

    def to_python(self, value: Any) -> Any:
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ARG002  as Django calls it
        if value is None:
            return None
        if isinstance(value, Sealed) and value.place != self.place:
            raise ValueError(f"a value of {value.place} cannot be written to {self.place}")
        kept = self.sealed(value)
        return None if kept is None else connection.Database.Binary(kept.content)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only 有没有 can be asked; everything else would compare ciphertexts and find nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


def lookup_hash(purpose: str, value: str, keys: DataKeys | None = None) -> str:
    """A blind index: equal for equal values of one purpose, 64 hexadecimal digits, '' for ''.

    HMAC-SHA-256 with the lookup key: without that key nobody can try all numbers. Normalise the value first. For many
    values hand in `keys`: otherwise each looks whether the file is still the same.
    """
    if not value:
        return ""
    return hmac.digest((keys or data_keys()).lookup, f"{purpose}\0{value}".encode(), "sha256").hex()
