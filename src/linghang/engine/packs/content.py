"""The content hash: over what a pack says, not over its bytes. Comments, layout, order of keys and places do not count.

Fields that hold their default are left out, so that a later version of the model keeps the hashes of older packs.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any

from linghang.engine.packs.model import Attribute
from linghang.engine.periods import Month

FORMAT = "linghang-pack-1"


def content_hash(parts: Mapping[str, Any], locked: Mapping[str, str]) -> str:
    """SHA-256 in hex over a pack's own parts and the hashes of the packs that it uses."""
    said = {"format": FORMAT, "locked": dict(locked), **{name: canonical(part) for name, part in parts.items()}}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> Any:
    """Plain lists, dicts with sorted keys, texts and integers that say the same as `value`."""
    if isinstance(value, Month):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return _record(value)
    if isinstance(value, Mapping):
        return {str(key): canonical(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [canonical(inner) for inner in value]
    return value.value if isinstance(value, Enum) else value


def _record(value: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"is": type(value).__name__}
    for of in fields(value):
        held = getattr(value, of.name)
        if of.compare and not _is_default(of, held):
            told[of.name] = canonical(held)
    if isinstance(value, Attribute) and value.ordered:
        told["order"] = list(value.values)
    return told


def _is_default(of: Field[Any], held: Any) -> bool:
    if of.default is not MISSING:
        return bool(held == of.default)
    return of.default_factory is not MISSING and bool(held == of.default_factory())
