"""Writes of selections: open a round, nominate, record the votes, show it, decide by two, withdraw a title.

The system proposes a list and keeps the rules; every choice is a person's, and a choice against the order that points
and votes give carries its reason. Rows S3-28, S4-26, S5-27 of the mechanisms.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.data.selections import Choice, NomineeLine, RoundState
from linghang.apps.appraisal.models import Book, Nominee, PackVersion, SelectionRound
from linghang.apps.appraisal.policies.selections import may_do, need_different, refuse_choice
from linghang.apps.appraisal.queries.packs import binding_in_force, pack_of
from linghang.apps.appraisal.queries.receivers import only_receivers
from linghang.apps.appraisal.queries.selections import nominees_of, shortlist, year_points
from linghang.apps.loops.calendar import CALENDAR
from linghang.apps.org.queries.people import get_person
from linghang.engine.periods import Month
from linghang.engine.workdays import Counting
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.spans import month_words
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

LEAST_DAYS_SHOWN = 5


def open_round(
    *, node: UUID, scheme: str, selection: str, month: Month, title: str, quota: int, points_weight: int,
    actor: Viewer, now: datetime,
) -> UUID:  # fmt: skip
    """Begin a round with everybody who meets the conditions by final books below the place.

    Refused without a place to give, without a scheme in force, for an unknown list, and while no book of the span's
    last month is final.
    """
    with writing(actor, "open_round"):
        if quota < 1:
            raise DomainError("quota_needed", _("名额至少1个，请改正；没有名额就不用评选。"), field="quota")
        place = find_node(node)
        held = binding_in_force(node, scheme=scheme, month=month)
        if held is None or selection not in {one.id for one in pack_of(held.version).schemes[scheme].selections}:
            raise DomainError(
                "unknown_selection",
                _("这里 %(month)s 没有这项评选的办法，请先启用办法，或换一个月份。") % {"month": month_words(month)},
                field="selection",
            )
        rows = shortlist(place.path, scheme, selection, month)
        if not rows and not _any_final(place.path, scheme, month):
            raise DomainError(
                "not_final_yet",
                _("%(month)s 还没有定稿的积分，候选名单要等定稿以后才有。") % {"month": month_words(month)},
                field="month",
            )
        row = _create_round(
            node_id=place.key,
            version=PackVersion.objects.get(uuid=held.version),
            scheme=scheme,
            selection=selection,
            month=month.index,
            title=title,
            quota=quota,
            points_weight=points_weight,
            opened_by=_user(actor),
            opened_at=now,
        )
        Nominee.objects.bulk_create(
            Nominee(round=row, person=one.person, listed=True, points=year_points(one.subject, scheme, month.year))
            for one in rows
        )
        return row.uuid


def _create_round(**values: Any) -> SelectionRound:
    try:
        with transaction.atomic():
            return SelectionRound.objects.create(**values)
    except IntegrityError:
        raise DomainError("round_exists", _("这项评选已经开始，请在列表里打开它。"), status=409) from None


def _any_final(path: str, scheme: str, month: Month) -> bool:
    books = Book.objects.filter(scheme=scheme, month=month.index, node__path__startswith=path)
    return books.filter(state__in=FINAL_STATES).exists()


def nominate(*, round: UUID, person: UUID, reason: str, actor: Viewer) -> UUID:
    """Add somebody who is not on the proposal list; the reason is kept and shown beside his name."""
    with writing(actor, "nominate"):
        row = _locked(round, "nominate")
        if not reason.strip():
            raise DomainError(
                "reason_needed", _("他（她）不在候选名单里，提名要写明理由，公示时一并公布。"), field="reason"
            )
        found = get_person(person)
        if Nominee.objects.filter(round=row, person__uuid=person).exists():
            raise DomainError("nominated_already", _("已经在名单里，不用再提名。"), status=409, field="person")
        points = year_points(person, row.scheme, Month.from_index(row.month).year)
        made = Nominee.objects.create(round=row, person=found, listed=False, reason=reason.strip(), points=points)
        return made.uuid


def describe_deeds(*, nominee: UUID, deeds: str, actor: Viewer) -> None:
    """The deeds of a nominee in somebody's own words; the records behind them stand beside on the page."""
    with writing(actor, "describe_deeds"):
        row = _nominee(nominee)
        _locked(row.round.uuid, "describe_deeds")
        row.deeds = deeds.strip()
        row.save(update_fields=["deeds"])


def record_votes(*, round: UUID, ballots: int, votes: Mapping[UUID, int], voted_on: date, actor: Viewer) -> None:
    """How many ballots were cast and how many named each nominee; all at once, nobody may be left out."""
    with writing(actor, "record_votes"):
        row = _locked(round, "record_votes")
        nominees = list(row.nominees.all())
        if not nominees:
            raise DomainError("nobody_nominated", _("还没有提名，先提名再登记推荐票。"), status=409)
        if missing := [n for n in nominees if n.uuid not in votes]:
            raise DomainError(
                "votes_missing", _("还有 %(count)d 人没有填推荐票数，没有得票请填 0。") % {"count": len(missing)}
            )
        if any(not 0 <= votes[n.uuid] <= ballots for n in nominees):
            raise DomainError("votes_too_many", _("得票不能多于收回的推荐票，请核对。"), field="ballots")
        for nominee in nominees:
            nominee.votes = votes[nominee.uuid]
        Nominee.objects.bulk_update(nominees, ["votes"])
        row.ballots, row.voted_on, row.state = ballots, voted_on, RoundState.VOTED
        row.save()


def publish_round(*, round: UUID, receiver: UUID, manner: str, working_days: int, actor: Viewer, now: datetime) -> date:
    """公示 for so many working days, today included; returns the last day. At least five."""
    with writing(actor, "publish_round"):
        row = _locked(round, "publish_round")
        if working_days < LEAST_DAYS_SHOWN:
            raise DomainError(
                "shown_too_short",
                _("公示不少于 %(days)d 个工作日，请改正。") % {"days": LEAST_DAYS_SHOWN},
                field="working_days",
            )
        if not manner.strip():
            raise DomainError("manner_needed", _("请写明怎样提意见（电话、地点或意见箱）。"), field="manner")
        today = day_of(now)
        only_receivers(receiver, row.node.path, on=today)
        row.public_from = today
        row.public_until = CALENDAR.add_workdays(today, working_days, Counting.INCLUSIVE).day
        row.receiver = get_user_model().objects.get(uuid=receiver)
        row.manner, row.state = manner.strip(), RoundState.PUBLIC
        row.save()
        return row.public_until


def propose_decision(
    *, round: UUID, chosen: Sequence[Choice], title_from: date, title_until: date | None, document: str,
    actor: Viewer, now: datetime,
) -> None:  # fmt: skip
    """Name who is chosen, after the 公示 has ended; another person confirms. Within the quota, and with a reason for
    each choice that goes against the order of points and votes or decides between equals."""
    with writing(actor, "propose_decision"):
        row = _locked(round, "propose_decision")
        if row.public_until is not None and day_of(now) <= row.public_until:
            raise DomainError(
                "still_public", _("公示到 %(day)s 为止，期满后才能审定。") % {"day": row.public_until}, status=409
            )
        if title_until is not None and title_until < title_from:
            raise DomainError("dates_out_of_order", _("称号的止日不能早于起日，请改正。"), field="title_until")
        reasons = {choice.nominee: choice.reason.strip() for choice in chosen}
        _refuse_own(row, list(reasons), actor)
        lines = nominees_of(row)
        refuse_choice(lines, reasons, quota=row.quota)
        _mark_chosen(row, lines, reasons)
        row.title_from, row.title_until, row.document = title_from, title_until, document.strip()
        row.proposed_by, row.proposed_at, row.state = _user(actor), now, RoundState.PROPOSED
        row.save()


def _refuse_own(row: SelectionRound, chosen: Sequence[UUID], actor: Viewer) -> None:
    """Law 8: who is to be honoured neither proposes nor confirms the decision."""
    if actor.uuid and row.nominees.filter(uuid__in=chosen, person__user__uuid=actor.uuid).exists():
        message = _("选定的名单里有您本人，提出和审定都要回避，请由别的同志办理。")
        raise DomainError("own_matter", message, status=403)


def _mark_chosen(row: SelectionRound, lines: Sequence[NomineeLine], reasons: Mapping[UUID, str]) -> None:
    nominees = {n.uuid: n for n in row.nominees.all()}
    for line in lines:
        nominee = nominees[line.uuid]
        nominee.chosen, nominee.override = line.uuid in reasons, reasons.get(line.uuid, "")
    Nominee.objects.bulk_update(nominees.values(), ["chosen", "override"])


def confirm_decision(*, round: UUID, actor: Viewer, now: datetime) -> None:
    """The second, different person: the decision stands and the titles begin."""
    with writing(actor, "confirm_decision"):
        row = _locked(round, "confirm_decision")
        need_different(row.proposed_by.uuid if row.proposed_by else None, actor)
        _refuse_own(row, list(row.nominees.filter(chosen=True).values_list("uuid", flat=True)), actor)
        row.decided_by, row.decided_at, row.state = _user(actor), now, RoundState.DECIDED
        row.save()


def return_decision(*, round: UUID, actor: Viewer) -> None:
    """The second person does not agree: the proposal goes back, nothing is decided."""
    with writing(actor, "return_decision"):
        row = _locked(round, "confirm_decision")
        need_different(row.proposed_by.uuid if row.proposed_by else None, actor)
        Nominee.objects.filter(round=row).update(chosen=None, override="")
        row.proposed_by, row.proposed_at, row.state = None, None, RoundState.PUBLIC
        row.save()


def withdraw_title(*, nominee: UUID, reason: str, actor: Viewer, now: datetime) -> None:
    """Take a title back, with the reason; the round and its decision stay readable."""
    with writing(actor, "withdraw_title"):
        row = _nominee(nominee)
        _locked(row.round.uuid, "withdraw_title")
        if not row.chosen or row.withdrawn_on:
            raise DomainError("no_title_held", _("没有正在保持的称号，不用撤销。"), status=409)
        if not reason.strip():
            raise DomainError("reason_needed", _("请写明撤销称号的理由和依据。"), field="reason")
        row.withdrawn_on, row.withdrawn_reason = day_of(now), reason.strip()
        row.save(update_fields=["withdrawn_on", "withdrawn_reason"])


def _locked(round: UUID, step: str) -> SelectionRound:
    """The round, locked until the end of the transaction, in a state in which the step may be taken."""
    row = SelectionRound.objects.select_for_update(of=["self"]).filter(uuid=round).first()
    if row is None:
        raise not_found()
    may_do(step, row.state)
    return row


def _nominee(uuid: UUID) -> Nominee:
    row = Nominee.objects.select_related("round").filter(uuid=uuid).first()
    if row is None:
        raise not_found()
    return row


def _user(actor: Viewer) -> Any:
    return get_user_model().objects.get(uuid=UUID(str(actor.uuid)))
