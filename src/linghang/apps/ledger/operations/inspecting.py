"""What inspection writes down: a verification that was made, a sample that was drawn, numbers reported elsewhere."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node, nodes_in_scope
from linghang.apps.ledger.models import Draw, Reported, Subject, VerificationRun
from linghang.apps.ledger.operations.recording import account_key
from linghang.apps.ledger.operations.subjects import ensure_subjects
from linghang.apps.ledger.queries.pages_inspection import population
from linghang.apps.ledger.queries.pages_reach import ALWAYS
from linghang.apps.ledger.queries.verification import verify
from linghang.apps.ledger.verify.report import Progress, silent
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

LARGEST = 500
VERIFY = "ledger.verify"  # the kind of the job


def verify_and_keep(*, actor: Viewer, now: datetime, progress: Progress = silent) -> VerificationRun:
    """Verify the chains of all places inside the open scope, and keep what was found with its time."""
    nodes = nodes_in_scope(on=ALWAYS)
    if not nodes:
        raise not_found()
    found = verify(now=now, nodes=[node.key for node in nodes], progress=progress)
    with writing(actor, "verify_and_keep"):
        return VerificationRun.objects.create(
            node_id=nodes[0].key,
            at=now,
            by_id=account_key(actor.uuid),
            passed=found.passed,
            rows=found.rows,
            entries=found.entries,
            files=found.files,
            damages=[str(damage) for damage in found.damages],
        )


def verdict(passed: bool, damages: int) -> str:
    """The one line that the inspector reads."""
    return _("核验通过") if passed else _("核验发现%(n)s处异常，详见核验页") % {"n": damages}


def draw_sample(
    *, place: UUID, since: date, until: date, kind: str, size: int, seed: str, actor: Viewer, now: datetime
) -> UUID:
    """Draw records at random; without a seed one is made. The same seed and time give the same records again."""
    if not 1 <= size <= LARGEST:
        words = _("一次抽查1至%(n)s条，请修改数量。") % {"n": LARGEST}
        raise DomainError("sample_size", words, field="size")
    if since > until:
        raise DomainError("days_reversed", _("起止日期颠倒了，请核对。"), field="until")
    with writing(actor, "draw_sample"):
        node = find_node(place)
        asked = {"since": since, "until": until, "kind": kind, "at": now}
        row = Draw.objects.create(
            node_id=node.key,
            at=now,
            by_id=account_key(actor.uuid),
            seed=seed.strip() or secrets.token_hex(8),
            size=size,
            population=population(asked, place),
            filters={"since": since.isoformat(), "until": until.isoformat(), "kind": kind},
        )
        return row.uuid


def report_numbers(
    *, norm: str, since: date, until: date, numbers: Mapping[UUID, int], source: str, actor: Viewer, now: datetime
) -> int:
    """Keep what organisations inside the open scope reported elsewhere; a new number of the same period replaces the
    old one, which stays readable. Returns how many were new."""
    if not source.strip():
        raise DomainError("source_needed", _("请写明数字的来源，例如上报表的名称和日期。"), field="source")
    with writing(actor, "report_numbers"):
        known = ensure_subjects(uuids=numbers, actor=actor)
        if set(numbers) - known:
            raise not_found()
        subjects = Subject.objects.select_related("organisation").filter(uuid__in=set(numbers))
        latest = _latest(norm, since, until, numbers)
        rows = [
            Reported(
                node_id=subject.organisation.node_id,
                subject=subject,
                at=now,
                by_id=account_key(actor.uuid),
                norm=norm,
                since=since,
                until=until,
                number=numbers[subject.uuid],
                source=source.strip(),
            )
            for subject in subjects
            if subject.organisation and latest.get(subject.uuid) != (numbers[subject.uuid], source.strip())
        ]
        Reported.objects.bulk_create(rows)
        return len(rows)


def _latest(norm: str, since: date, until: date, numbers: Mapping[UUID, int]) -> dict[UUID, tuple[int, str]]:
    rows = Reported.objects.filter(norm=norm, since=since, until=until, subject__uuid__in=set(numbers))
    ordered = rows.order_by("at", "pk").values_list("subject__uuid", "number", "source")
    return {uuid: (number, source) for uuid, number, source in ordered}
