"""Sending a month's sheet and judging it; each version and each verdict stays as it was."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.duty import Verdict
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.models import Book, DutyAudit, DutySheet
from linghang.apps.appraisal.operations.months import close_recording, open_books
from linghang.apps.appraisal.policies.duty import due_of, may_audit, may_send
from linghang.apps.appraisal.queries.duty import Place, content_of, lines_of
from linghang.engine.periods import Month
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

LONGEST_NOTE = 500


def send_sheet(*, place: UUID, month: Month, note: str, actor: Viewer, now: datetime) -> UUID:
    """Send the sheet as the records stand now and close the recording of the branch's books of that month.

    Refused while the month runs, while a version waits for its verdict, and once one has passed.
    """
    with writing(actor, "send_sheet"):
        where, today = Place(place), day_of(now)
        if not may_send(actor, where.path):
            words = _("工作单由本支部的书记或组织委员报送，您现在不能代报。")
            raise DomainError("not_your_step", words, status=403)
        if today <= month.last:
            words = _("%(month)s月还没有结束。月末次日起可以报送，现在可以先预填、补录。") % {"month": month.month}
            raise DomainError("month_runs", words, status=409)
        version = _next_version(where, month)
        lines = lines_of(where, month, today=today)
        _close_books(where, month, actor, now)
        row = DutySheet(
            place_id=where.key,
            node_id=where.node_key,
            month=month.index,
            version=version,
            content=content_of(lines, _checked(note)),
            due_on=due_of(month).day,
            sent_by_id=_account(actor),
            sent_at=now,
            sent_on=today,
        )
        _insert(row)
    return row.uuid


def _next_version(where: Place, month: Month) -> int:
    rows = DutySheet.objects.select_related("audit").filter(place_id=where.key, month=month.index)
    last = rows.order_by("-version").first()
    if last is None:
        return 1
    audit = DutyAudit.objects.filter(sheet=last).first()
    if audit is None:
        words = _("第%(n)s版已经报送，正在等上级审核，不用再报。") % {"n": last.version}
        raise DomainError("sheet_waits", words, status=409)
    if audit.verdict == Verdict.PASSED:
        words = _("这个月的工作单已经审核通过，审定的数不再改。之后补录的内容记在以后月份。")
        raise DomainError("sheet_passed", words, status=409)
    return last.version + 1


def _insert(row: DutySheet) -> None:
    """Two who send at once: the second hears that it was sent."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        words = _("刚才已经有人报送了这一版，请刷新后查看。")
        raise DomainError("sheet_waits", words, status=409) from error


def _close_books(where: Place, month: Month, actor: Viewer, now: datetime) -> None:
    """关账 of every scheme whose recording is still open; after a sheet came back they are closed already."""
    open_books(month=month, node=where.node, now=now)
    rows = Book.objects.filter(place_id=where.key, month=month.index, state=BookState.RECORDING)
    for book in rows.values_list("uuid", flat=True):
        close_recording(book=book, actor=actor, now=now)


def judge_sheet(*, sheet: UUID, verdict: str, remark: str, actor: Viewer, now: datetime) -> None:
    """Somebody above passes a version or returns it with a remark; each version is judged once, not by its sender."""
    with writing(actor, "judge_sheet"):
        rows = DutySheet.objects.select_related("node", "sent_by").select_for_update(of=["self"])
        row = rows.filter(uuid=sheet).first()  # two who judge at once: the second hears that it was judged
        if row is None:
            raise not_found()
        if not may_audit(actor, row.node.path):
            raise DomainError("not_your_step", _("工作单由上级党务干部审核，您现在不能审核。"), status=403)
        if row.sent_by.uuid == actor.uuid:
            raise DomainError("own_matter", _("自己报送的工作单，不能由自己审核。请由别的人审核。"), status=403)
        if verdict == Verdict.RETURNED and not remark.strip():
            raise DomainError("reason_needed", _("退回须写明要改什么，支部能看到。"), field="remark")
        newer = DutySheet.objects.filter(place_id=row.place_id, month=row.month, version__gt=row.version).exists()
        if newer or DutyAudit.objects.filter(sheet=row).exists():
            raise DomainError("sheet_judged", _("这一版已经审核过了，请刷新后查看。"), status=409)
        DutyAudit.objects.create(
            sheet=row, verdict=Verdict(verdict), remark=_checked(remark), by_id=_account(actor), at=now
        )


def _checked(words: str) -> str:
    text = words.strip()
    if len(text) > LONGEST_NOTE:
        raise DomainError("text_too_long", _("文字超过500字，请写短一些。"), field="note")
    return text


def _account(actor: Viewer) -> int:
    if actor.uuid is None:
        raise not_found()
    return get_user_model().objects.only("pk").get(uuid=actor.uuid).pk
