"""A fact: one thing that one subject did or met with on one day. It carries no price; schemes price it.

Kinds of facts are declared in packs (`packs/*/facts.yaml`): subject type, unit, closed-domain attributes, meaning tags.
A fact holds ids, typed closed-domain attributes and numbers only; free text lives elsewhere.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from linghang.engine.points import UNIT
from linghang.engine.problems import Place


@dataclass(frozen=True)
class Fact:
    """One fact.

    kind        id of a fact kind, for example `meeting.attendance`
    subject     code of the subject in the roster
    occurred_on the day it happened (Asia/Shanghai)
    quantity    in ten-thousandths of the kind's unit; one occurrence is 10000
    attributes  attribute id → value id, as the kind declares them
    event       id of the event it stems from ("" = none): a meeting gives each subject one fact
    sequence    given order within the source (row number), the second key of the canonical order
    reverses    key of the one fact that this one cancels ("" = none)
    source      where it was recorded: sheet!cell, or the ledger's reference
    """

    kind: str
    subject: str
    occurred_on: date
    quantity: int = UNIT
    attributes: Mapping[str, str] = field(default_factory=dict)
    event: str = ""
    sequence: int = 0
    reverses: str = ""
    source: Place = field(default_factory=Place, compare=False)

    @property
    def key(self) -> str:
        """Content hash: equal content has an equal key on every machine; the last key of the canonical order."""
        parts = [
            self.kind,
            self.subject,
            self.occurred_on.isoformat(),
            str(self.quantity),
            self.event,
            str(self.sequence),
        ]
        parts += [f"{name}={value}" for name, value in sorted(self.attributes.items())]
        parts.append(self.reverses)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]

    @property
    def order(self) -> tuple[date, int, str]:
        """The canonical order (day, given sequence, key): never the order of arrival."""
        return (self.occurred_on, self.sequence, self.key)


@dataclass(frozen=True)
class FactFile:
    """A Parquet file of facts in the columns that `settle.fact_file` describes; `codes` when subjects are codes."""

    path: Path
    codes: bool = False


@dataclass(frozen=True)
class FactTable:
    """A table or view of facts inside the database that settles, in the columns that `settle.fact_file` describes.

    `name` as in `schema.table`; `codes` when subjects are codes. `rows` and `digest`: what it held when it was checked.
    """

    name: str
    codes: bool = False
    rows: int = 0
    digest: str = ""


Stored = FactFile | FactTable  # facts that are no objects


def cancel_reversed(facts: list[Fact]) -> list[Fact]:
    """The facts that stand: a reversal and the one fact of its subject that it cancels both leave; canonical order."""
    open_reversals = Counter((f.subject, f.reverses) for f in facts if f.reverses)
    standing = []
    for fact in sorted((f for f in facts if not f.reverses), key=lambda f: f.order):
        if open_reversals and open_reversals[fact.subject, fact.key]:
            open_reversals[fact.subject, fact.key] -= 1
        else:
            standing.append(fact)
    return standing
