"""Reads of the pages of packs: what holds at a place, what is bound below, what waits for a second person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from linghang.apps.appraisal.data.packs import BindingLine, PackState, VersionLine, nearest
from linghang.apps.appraisal.queries.packs import above, binding_line, binding_rows, holding, pack_of
from linghang.engine.packs.versions import numbers
from linghang.engine.periods import Month
from linghang.ui.web.scope import system_scope


@dataclass(frozen=True)
class RuleHere:
    """A scheme that holds at a place: by which binding, on what document it stands, whether it is invented."""

    binding: BindingLine
    title: str
    subject: str
    document: str
    number: str
    invented: bool


@dataclass(frozen=True)
class BindingRow:
    """One binding inside the scope. `state`: waiting, later, now, over. `newer`: a later version that may follow it."""

    line: BindingLine
    state: str
    newer: VersionLine | None = None


def rules_here(path: str, month: Month) -> tuple[RuleHere, ...]:
    """What holds at a place that the caller has found in his scope or among his posts, by scheme."""
    lines = nearest(holding(above(path), month), path)
    return tuple(_here(line) for _, line in sorted(lines.items()))


def _here(line: BindingLine) -> RuleHere:
    pack = pack_of(line.version)
    scheme, document = pack.schemes[line.scheme], pack.identity.document
    return RuleHere(
        line, scheme.title["zh"], scheme.subject, document.get("name", ""), document.get("number", ""),
        pack.identity.invented,
    )  # fmt: skip


def bindings_page(month: Month, versions: Sequence[VersionLine]) -> tuple[BindingRow, ...]:
    """Every binding inside the scope that was not taken back, those that wait first, then by place and month.

    `versions`: those that the reader may see; of them the newest follows what goes on until further notice.
    """
    rows = binding_rows().filter(withdrawn_at=None).order_by("node__path", "scheme", "-since")
    lines = [binding_line(row) for row in rows]
    bound = {(line.node, line.scheme, line.version) for line in lines}
    found = [_row(line, month, _newer(line, versions, bound)) for line in lines]
    return tuple(sorted(found, key=lambda each: each.state != "waiting"))


def _newer(
    line: BindingLine, versions: Iterable[VersionLine], bound: set[tuple[UUID, str, UUID]]
) -> VersionLine | None:
    """The newest published version of the same scheme, if it came later and nobody has proposed it here yet."""
    if line.until is not None or line.confirmed_at is None:
        return None
    same = (each for each in versions if each.pack == line.pack and each.state is PackState.PUBLISHED)
    newest = max((each for each in same if line.scheme in each.schemes), key=_numbers, default=None)
    if newest is None or _numbers(newest) <= numbers(line.number) or (line.node, line.scheme, newest.uuid) in bound:
        return None
    return newest


def _numbers(version: VersionLine) -> tuple[int, ...]:
    return numbers(version.version)


def bindings_of(version: UUID) -> tuple[BindingLine, ...]:
    """Where a version holds or has held in the reader's unit, whoever asks: the rules are no secret."""
    with system_scope(reason="where a rule holds is known to everybody in the unit whose version it is"):
        rows = binding_rows().filter(version__uuid=version, withdrawn_at=None, confirmed_at__isnull=False)
        return tuple(binding_line(row) for row in rows.order_by("node__path", "-since"))


def _row(line: BindingLine, month: Month, newer: VersionLine | None) -> BindingRow:
    if line.confirmed_at is None:
        return BindingRow(line, "waiting")
    if month < line.since:
        return BindingRow(line, "later", newer)
    return BindingRow(line, "now" if line.holds(month) else "over", newer)


def schemes_of(versions: Iterable[VersionLine]) -> list[tuple[str, str]]:
    """('version uuid/scheme', title) of every scheme of the versions."""
    return [
        (f"{line.uuid}/{scheme}", f"{title} · {line.pack} {line.version}")
        for line in versions
        for scheme, title in line.schemes.items()
    ]
