"""One book of the month with all that is known of it, for its pages: read by its columns, in words that are kept."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from linghang.apps.appraisal.data.months import Approved, BookCard, RunKind, RunLine, Shown, Thin, open_objections
from linghang.apps.appraisal.models import Adjustment, Approval, Book, GradeResult, Publication, Statement
from linghang.apps.appraisal.queries.months import LINE, Columns, book_columns, book_line, count_too_late
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.ui.web.errors import not_found
from linghang.ui.web.kept import kept_rows

BOOK = (
    "binding__version__version", "closed_by__display_name", "thin", "checked_at", "checked_by__display_name",
    "public_from", "provisional_deadline", "receiver__uuid", "receiver__display_name", "manner", "unclosed_reason",
    "announced_by__display_name", "final_hash",
)  # fmt: skip
RUN = (
    "run__kind", "run__at", "run__started_by__display_name", "run__engine", "run__result_hash", "run__subjects",
    "run__watermark", "run__notes",
)  # fmt: skip
ALL = (*LINE, *BOOK, *RUN)
Books = Sequence[UUID]


def book_of(uuid: UUID) -> BookCard:
    """A book inside the open scope with all that is known of it."""
    for columns in kept_rows(_book, given=(uuid,)):
        return _card(uuid, dict(zip(ALL, columns, strict=True)))
    raise not_found()


def _card(uuid: UUID, found: dict[str, Any]) -> BookCard:
    line = book_line(found[name] for name in LINE)
    pack = pack_of(line.version)
    return BookCard(
        line=line,
        title=pack.schemes[line.scheme].title["zh"],
        pack=pack.label,
        version=found["binding__version__version"],
        document=dict(pack.identity.document),
        invented=pack.identity.invented,
        closed_by=found["closed_by__display_name"] or "",
        thin=tuple(Thin(**spot) for spot in json.loads(found["thin"])),
        run=_run(line.run, found),
        checked_at=found["checked_at"],
        checked_by=found["checked_by__display_name"] or "",
        public_from=found["public_from"],
        provisional_deadline=found["provisional_deadline"],
        receiver=found["receiver__uuid"],
        receiver_name=found["receiver__display_name"] or "",
        manner=found["manner"],
        unclosed_reason=found["unclosed_reason"],
        announced_by=found["announced_by__display_name"] or "",
        final_hash=found["final_hash"],
        publications=tuple(Shown(*each) for each in kept_rows(_publications, given=(uuid,))),
        approvals=tuple(Approved(*each) for each in kept_rows(_approvals, given=(uuid,))),
        states=dict(kept_rows(_states, given=(uuid,))),
        bands=_bands(uuid),
        adjustments=sum(count for _book, count in kept_rows(_adjustments, given=(uuid,))),
        open_objections=open_objections.of([uuid]).get(uuid, 0),
        previous=next(map(book_line, kept_rows(_previous, given=(uuid,))), None) if line.month.month > 1 else None,
    )


def _run(uuid: UUID | None, found: dict[str, Any]) -> RunLine | None:
    if uuid is None:
        return None
    return RunLine(
        uuid=uuid,
        kind=RunKind(found["run__kind"]),
        at=found["run__at"],
        by=found["run__started_by__display_name"] or "",
        engine=found["run__engine"],
        result_hash=found["run__result_hash"],
        subjects=found["run__subjects"],
        watermark={int(node): seq for node, seq in json.loads(found["run__watermark"]).items()},
        too_late=count_too_late(json.loads(found["run__notes"])),
    )


def _bands(uuid: UUID) -> dict[str, dict[str, int]]:
    """Grade → band → how many; those without a band under ""."""
    found: dict[str, dict[str, int]] = {}
    for grade, band, count in kept_rows(_counted_bands, given=(uuid,)):
        found.setdefault(grade, {})[band] = count
    return found


# --- statements whose words are kept ---------------------------------------------------------------------------------


def _book(asked: Books) -> QuerySet[Book, Columns]:
    return book_columns().filter(uuid__in=asked).values_list(*ALL)


def _previous(asked: Books) -> QuerySet[Book, Columns]:
    """The one of the month before at the same place."""
    same = Book._base_manager.filter(uuid__in=asked, scheme=OuterRef("scheme"), place=OuterRef("place"))
    return book_columns().filter(Exists(same.filter(month=OuterRef("month") + 1)))


def _publications(asked: Books) -> QuerySet[Publication, Columns]:
    rows = Publication.objects.filter(book__uuid__in=asked).order_by("pk")
    who = ("receiver__display_name", "manner", Coalesce("by__display_name", Value("")))
    return rows.values_list("uuid", "run__uuid", "public_from", "public_until", *who, "at")


def _approvals(asked: Books) -> QuerySet[Approval, Columns]:
    """Each with whether it is of the settlement that the book shows."""
    stands = ExpressionWrapper(Q(run_id=F("book__run_id")), output_field=BooleanField())
    rows = Approval.objects.filter(book__uuid__in=asked).order_by("pk")
    return rows.values_list("person__uuid", "person__display_name", "at", stands)


def _states(asked: Books) -> QuerySet[Statement, Columns]:
    return Statement.objects.filter(book__uuid__in=asked).values_list("state").annotate(Count("pk")).order_by("state")


def _counted_bands(asked: Books) -> QuerySet[GradeResult, Columns]:
    rows = GradeResult.objects.filter(book__uuid__in=asked).values_list("grade", "band").annotate(Count("pk"))
    return rows.order_by("grade", "band")


def _adjustments(asked: Books) -> QuerySet[Adjustment, Columns]:
    return Adjustment.objects.filter(book__uuid__in=asked).order_by().values_list("book").annotate(Count("pk"))
