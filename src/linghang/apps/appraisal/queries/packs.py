"""Reads: versions of packs, and which of them holds where and since when.

Rules are no business data: which ones hold at a place is known to everybody who stands there. Drafts are not.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.packs import READABLE, BindingLine, PackState, VersionLine, nearest
from linghang.apps.appraisal.models.packs import Binding, PackVersion
from linghang.apps.org.packs import HeldPack
from linghang.engine.packs.model import Pack
from linghang.engine.packs.texts import load_texts
from linghang.engine.packs.versions import numbers
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_rows
from linghang.ui.web.kept_objects import kept_objects
from linghang.ui.web.scope import system_scope

ABOVE = "which rules hold at a place is known to everybody there, wherever above they were bound"


def binding_in_force(node: UUID, *, scheme: str, month: Month) -> BindingLine | None:
    """The binding of a scheme that holds at a place inside the open scope in a month: the nearest above wins."""
    return next((line for line in bindings_in_force(node, month=month) if line.scheme == scheme), None)


def bindings_in_force(node: UUID, *, month: Month) -> tuple[BindingLine, ...]:
    """One binding per scheme that holds at a place in a month, by scheme."""
    path = find_node(node).path
    return tuple(line for _, line in sorted(nearest(holding(above(path), month), path).items()))


def bindings_around(node: UUID, *, month: Month) -> tuple[BindingLine, ...]:
    """Every binding that holds in a month at a place, above it or below it; `nearest` says which one for a path."""
    return bindings_between(find_node(node).path, month, month)


def bindings_between(path: str, first: Month, last: Month) -> tuple[BindingLine, ...]:
    """The same for all that hold in one of several months; the caller has found the place in his scope."""
    return holding(above(path) | Q(node__path__startswith=path), first, last)


def bindings_at(paths: Iterable[str], *, month: Month) -> dict[str, dict[str, BindingLine]]:
    """Path → scheme → binding, for many places in one statement; the caller has read the paths in his scope."""
    wanted = set(paths)
    every = {
        "".join(f"{part}/" for part in path.split("/")[: n + 1]) for path in wanted for n in range(path.count("/"))
    }
    with system_scope(reason=ABOVE):
        rows = kept_objects(_holding_at, month.index, given=tuple(every), one_plan=True)
    lines = tuple(binding_line(row) for row in rows)
    return {path: nearest(lines, path) for path in wanted}


def above(path: str) -> Q:
    """A place and the ones above it."""
    return Q(node__path__in=_steps(path))


def _steps(path: str) -> list[str]:
    """'4/17/' → '4/', '4/17/'."""
    parts = path.split("/")[:-1]
    return ["".join(f"{part}/" for part in parts[: n + 1]) for n in range(len(parts))]


def holding(where: Q, month: Month, last: Month | None = None) -> tuple[BindingLine, ...]:
    """Confirmed bindings that hold in a month, or in one of those up to `last`."""
    with system_scope(reason=ABOVE):
        return tuple(binding_line(row) for row in _holding(where, month.index, (last or month).index))


def _holding_at(month: int, paths: Sequence[str]) -> QuerySet[Binding]:
    return _holding(Q(node__path__in=paths), month, month)


def _holding(where: Q, first: int, last: int) -> QuerySet[Binding]:
    during = Q(since__lte=last) & (Q(until=None) | Q(until__gte=first))
    rows = binding_rows().filter(where, during, confirmed_at__isnull=False, withdrawn_at=None)
    return rows.order_by("node__path", "scheme")


def held_packs(top: UUID | None) -> tuple[HeldPack, ...]:
    """The packs that hold or have held somewhere under a top organisation, or anywhere without one."""
    with system_scope(reason=ABOVE):
        found = kept_rows(_ever_held, given=() if top is None else (top,), one_plan=True)
    return tuple(
        HeldPack(pack_of(version), path, Month.from_index(since), None if until is None else Month.from_index(until))
        for version, path, since, until in found
    )


def _ever_held(tops: Sequence[UUID]) -> QuerySet[Binding, Any]:
    rows = Binding.objects.filter(confirmed_at__isnull=False, withdrawn_at=None)
    for top in tops:
        rows = rows.filter(Q(node__uuid=top) | Q(node__top__uuid=top))
    return rows.order_by("pk").values_list("version__uuid", "node__path", "since", "until")


def binding_rows() -> QuerySet[Binding]:
    return Binding.objects.select_related("node", "version", "offered_by", "confirmed_by").defer("version__files")


def get_binding(uuid: UUID) -> BindingLine:
    """One binding inside the open scope; outside it, it does not exist."""
    row = binding_rows().filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return binding_line(row)


def waiting_bindings(*, but_of: UUID) -> list[BindingLine]:
    """Bindings of the open scope that wait for a second person, those that somebody himself proposed left out."""
    if not kept_rows(_any_waiting, one_plan=True):
        return []
    rows = binding_rows().filter(confirmed_at=None, withdrawn_at=None).exclude(offered_by__uuid=but_of)
    return [binding_line(row) for row in rows.order_by("pk")]


def _any_waiting() -> QuerySet[Binding, Any]:
    """Nearly always none."""
    return Binding.objects.filter(confirmed_at=None, withdrawn_at=None).values_list("pk")[:1]


def binding_line(row: Binding) -> BindingLine:
    return BindingLine(
        key=row.pk,
        uuid=row.uuid,
        node_key=row.node_id,
        node=row.node.uuid,
        path=row.node.path,
        place=row.node.label,
        version_key=row.version_id,
        title=row.version.schemes.get(row.scheme, row.scheme),
        version=row.version.uuid,
        pack=row.version.pack,
        number=row.version.version,
        content_hash=row.version.content_hash,
        scheme=row.scheme,
        since=Month.from_index(row.since),
        until=None if row.until is None else Month.from_index(row.until),
        offered_by=row.offered_by.display_name if row.offered_by else "",
        offered_by_uuid=row.offered_by.uuid if row.offered_by else None,
        offered_at=row.offered_at,
        confirmed_by=row.confirmed_by.display_name if row.confirmed_by else "",
        confirmed_at=row.confirmed_at,
        withdrawn_at=row.withdrawn_at,
    )


# --- versions --------------------------------------------------------------------------------------------------------


def version_rows() -> QuerySet[PackVersion]:
    return PackVersion.objects.select_related("made_by", "offered_by", "published_by").defer("files")


def version_line(row: PackVersion) -> VersionLine:
    made, offered, published = (u.display_name if u else "" for u in (row.made_by, row.offered_by, row.published_by))
    return VersionLine(
        key=row.pk,
        uuid=row.uuid,
        pack=row.pack,
        version=row.version,
        title=row.title,
        schemes=row.schemes,
        content_hash=row.content_hash,
        state=PackState(row.state),
        shipped=row.owner_id is None,
        made_by=made,
        made_at=row.made_at,
        offered_by=offered,
        offered_at=row.offered_at,
        published_by=published,
        published_at=row.published_at,
    )


def scheme_titles(pack: Pack) -> dict[str, str]:
    """What a version keeps of its schemes, so that lists need not read the whole pack."""
    return {scheme.id: scheme.title["zh"] for scheme in pack.schemes.values()}


def shipped_version(pack: str) -> UUID:
    """The newest version of a pack that came with the product and may be bound."""
    rows = PackVersion.objects.filter(owner=None, pack=pack, state=PackState.PUBLISHED).defer("files")
    return max(rows, key=lambda row: numbers(row.version)).uuid


@lru_cache(maxsize=128)
def pack_of(version: UUID) -> Pack:
    """The pack of a published version, with all that it uses as it was locked; the same for ever, so kept.

    Whoever names a version has read it somewhere in his scope. Raises ProblemsFound when this program cannot read it.
    """
    with system_scope(reason="a published pack means the same whoever asks; the version was found inside a scope"):
        row = PackVersion.objects.get(uuid=version, state__in=READABLE)
        pack, problems = load_texts(row.files, library=locked_library(row))
    if pack is None:
        raise ProblemsFound(problems.errors)
    return pack


def locked_library(row: PackVersion) -> dict[str, dict[str, str]]:
    """The texts of the packs that a version uses, and of those that they use, as they were when it was locked."""
    found: dict[str, dict[str, str]] = {}
    waiting = dict(row.locked)
    while waiting:
        name, digest = waiting.popitem()
        used = _published(row, name).filter(content_hash=digest).first()
        if used is not None and name not in found:
            found[name] = used.files
            waiting |= used.locked
    return found


def newest_library(owner: int | None) -> dict[str, dict[str, str]]:
    """The texts of the newest published version of every pack that a unit may use, by the ids of the packs."""
    rows = PackVersion.objects.filter(Q(owner=None) | Q(owner_id=owner), state=PackState.PUBLISHED)
    newest: dict[str, PackVersion] = {}
    for row in sorted(rows, key=lambda each: numbers(each.version)):
        newest[row.pack] = row
    return {name: row.files for name, row in newest.items()}


def _published(row: PackVersion, name: str) -> QuerySet[PackVersion]:
    return PackVersion.objects.filter(Q(owner=None) | Q(owner_id=row.owner_id), pack=name, state__in=READABLE)
