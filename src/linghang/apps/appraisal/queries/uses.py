"""Reads of 结果运用: rules, lists with their rows, and what was used about one organisation."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from linghang.apps.access.queries import nodes_in_scope
from linghang.apps.appraisal.data.uses import UsedLine, UseListLine, UseRowLine, UseRuleLine
from linghang.apps.appraisal.models import UseList, UseRow, UseRule
from linghang.apps.appraisal.queries.packs import bindings_around, pack_of
from linghang.apps.appraisal.words import title_in_language
from linghang.engine.packs.model import Grade
from linghang.engine.periods import Month
from linghang.ui.web.errors import not_found
from linghang.ui.web.paging import Page, page_of

SUBJECTS = ("branch", "unit", "department", "team")  # grades of persons are never used for pay


def rules_in_scope() -> list[UseRuleLine]:
    """Every rule, the newest first."""
    rows = UseRule.objects.select_related("node").order_by("-since", "scheme", "grade", "pk")
    return [_rule(row) for row in rows]


def _rule(row: UseRule) -> UseRuleLine:
    return UseRuleLine(
        uuid=row.uuid,
        place=row.node.label,
        scheme=row.scheme,
        grade=row.grade,
        band=row.band,
        effect=row.effect,
        coefficient=row.coefficient,
        document=row.document,
        since=Month.from_index(row.since),
        until=None if row.until is None else Month.from_index(row.until),
    )


def grades_in_force(*, on: date) -> dict[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """`scheme/grade` → its title and its bands (id, title), of schemes whose subjects are organisations."""
    found: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {}
    for node in nodes_in_scope(on=on)[:1]:
        for line in bindings_around(node.uuid, month=Month.of(on)):
            scheme = pack_of(line.version).schemes[line.scheme]
            for grade in scheme.grades if scheme.subject in SUBJECTS else ():
                bands = tuple((band.id, title_in_language(band.title)) for band in grade.bands)
                title = f"{title_in_language(grade.title)} · {title_in_language(scheme.title)}"
                found[f"{scheme.id}/{grade.id}"] = (title, bands)
    return found


def lists_page(*, number: int) -> Page[UseListLine]:
    return page_of(_lists().order_by("-month", "pk"), number, _list_line)


def list_card(uuid: UUID) -> tuple[UseListLine, tuple[UseRowLine, ...]]:
    """One list with its rows, by name of the organisation."""
    row = _lists().filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    bands = {band.id: title_in_language(band.title) for band in grade_of(row).bands}
    rows = UseRow.objects.filter(list=row).select_related("organisation").order_by("organisation__name")
    return _list_line(row), tuple(
        UseRowLine(
            r.organisation.uuid, r.organisation.name, r.total, bands.get(r.band, r.band), r.effect, r.coefficient
        )
        for r in rows
    )


def _lists() -> "QuerySet[UseList]":
    return UseList.objects.select_related("node", "version", "made_by", "confirmed_by")


def grade_of(row: UseList) -> Grade:
    scheme = pack_of(row.version.uuid).schemes[row.scheme]
    return next(grade for grade in scheme.grades if grade.id == row.grade)


def _list_line(row: UseList) -> UseListLine:
    return UseListLine(
        uuid=row.uuid,
        place=row.node.label,
        grade=title_in_language(grade_of(row).title),
        scheme=row.scheme,
        month=Month.from_index(row.month),
        made_by=row.made_by.display_name if row.made_by else "",
        made_at=row.made_at,
        confirmed_by=row.confirmed_by.display_name if row.confirmed_by else "",
        confirmed_at=row.confirmed_at,
        document=row.document,
        pack_label=f"{row.version.pack} {row.version.version} · {row.version.content_hash[:8]}",
    )


def used_about(organisation: UUID) -> tuple[UsedLine, ...]:
    """Confirmed lists in which the organisation stands, newest first: what was used, by which document."""
    rows = UseRow.objects.filter(organisation__uuid=organisation, list__confirmed_at__isnull=False)
    return tuple(_used(rows.select_related("list__version").order_by("-list__month", "pk")))


def _used(rows: "Iterable[UseRow]") -> Iterable[UsedLine]:
    for row in rows:
        if row.list.confirmed_at is None:
            continue
        grade = grade_of(row.list)
        bands = {band.id: title_in_language(band.title) for band in grade.bands}
        yield UsedLine(
            list=row.list.uuid,
            grade=title_in_language(grade.title),
            month=Month.from_index(row.list.month),
            band=bands.get(row.band, row.band),
            effect=row.effect,
            coefficient=row.coefficient,
            document=row.list.document,
            confirmed_at=row.list.confirmed_at,
        )
