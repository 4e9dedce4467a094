"""Writes of 结果运用 (row S2-44): rules by document, lists from final grades, a second person who confirms.

The system proposes; it pays nobody and decides nothing. Only grades of organisations have effects here: points and
grades of persons are never tied to pay.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.data.uses import NewRule
from linghang.apps.appraisal.models import GradeResult, PackVersion, UseList, UseRow, UseRule
from linghang.apps.appraisal.queries.packs import binding_in_force, pack_of
from linghang.apps.appraisal.queries.uses import SUBJECTS
from linghang.engine.packs.model import Scheme
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.spans import month_words
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

NO_EFFECT = "—"


def add_use_rule(*, new: NewRule, actor: Viewer) -> UUID:
    """From a month on a band has an effect at a place; the rule before it ends the month before."""
    with writing(actor, "add_use_rule"):
        place = find_node(new.node)
        scheme = _scheme_at(new.node, new.scheme, new.since)
        grade = next((one for one in scheme.grades if one.id == new.grade), None)
        if grade is None or new.band not in {band.id for band in grade.bands}:
            raise DomainError("unknown_band", _("办法里没有这一档，请重新选择。"), field="band")
        if not new.document.strip():
            raise DomainError("document_needed", _("结果运用要有依据文件，请写明文号。"), field="document")
        same = UseRule.objects.filter(node_id=place.key, scheme=new.scheme, grade=new.grade, band=new.band)
        later = same.filter(since__gte=new.since.index).exists()
        if later:
            raise DomainError(
                "rule_exists", _("这一档从这个月或以后已有规定，请先看已有的规定。"), field="since", status=409
            )
        same.filter(until=None).update(until=new.since.index - 1)
        return UseRule.objects.create(
            node_id=place.key, scheme=new.scheme, grade=new.grade, band=new.band, effect=new.effect.strip(),
            coefficient=new.coefficient, document=new.document.strip(), since=new.since.index,
        ).uuid  # fmt: skip


def _scheme_at(node: UUID, scheme: str, month: Month) -> Scheme:
    held = binding_in_force(node, scheme=scheme, month=month)
    if held is None:
        raise DomainError(
            "unknown_scheme", _("这里 %(month)s 没有这个办法。") % {"month": month_words(month)}, field="grade"
        )
    found = pack_of(held.version).schemes[scheme]
    if found.subject not in SUBJECTS:
        raise DomainError(
            "persons_not_for_pay",
            _("个人的积分和星级不与薪酬挂钩，这里只能选对支部、单位的考核。"),
            field="grade",
        )
    return found


def make_use_list(*, node: UUID, scheme: str, grade: str, month: Month, actor: Viewer, now: datetime) -> UUID:
    """A draft from the final grades of the span that ends with `month`; every row exactly as its rule says."""
    with writing(actor, "make_use_list"):
        place = find_node(node)
        _scheme_at(node, scheme, month)
        held = binding_in_force(node, scheme=scheme, month=month)
        rows = GradeResult.objects.filter(
            scheme=scheme, grade=grade, month=month.index, final=True, organisation__isnull=False,
            node__path__startswith=place.path, book__state__in=FINAL_STATES,
        )  # fmt: skip
        if not rows.exists() or held is None:
            raise DomainError(
                "not_final_yet",
                _("%(month)s 还没有定稿的等次，名单要等定稿以后才有。") % {"month": month_words(month)},
                status=409,
            )
        made = _create_list(
            node_id=place.key,
            version=PackVersion.objects.get(uuid=held.version),
            scheme=scheme,
            grade=grade,
            month=month.index,
            made_by=_user(actor),
            made_at=now,
        )
        effects = _effects(place.path, scheme, grade, month)
        UseRow.objects.bulk_create(
            UseRow(
                list=made, organisation=row.organisation, total=row.total, band=row.band,
                effect=effects.get(row.band, (NO_EFFECT, None))[0],
                coefficient=effects.get(row.band, (NO_EFFECT, None))[1],
            )
            for row in rows.select_related("organisation")
        )  # fmt: skip
        return made.uuid


def _create_list(**values: Any) -> UseList:
    try:
        with transaction.atomic():
            return UseList.objects.create(**values)
    except IntegrityError:
        raise DomainError("list_exists", _("这一期的名单已经生成，请在列表里打开它。"), status=409) from None


def _effects(path: str, scheme: str, grade: str, month: Month) -> Mapping[str, tuple[str, Decimal | None]]:
    """Band → effect and coefficient; the nearest place above that has a rule for the band decides."""
    above = [int(step) for step in path.split("/") if step]
    rules = UseRule.objects.filter(node__in=above, scheme=scheme, grade=grade, since__lte=month.index)
    held = [rule for rule in rules.select_related("node") if rule.until is None or rule.until >= month.index]
    found: dict[str, tuple[str, Decimal | None]] = {}
    for rule in sorted(held, key=lambda one: len(one.node.path)):
        found[rule.band] = (rule.effect, rule.coefficient)
    return found


def confirm_use_list(*, list: UUID, document: str, actor: Viewer, now: datetime) -> None:
    """The committee has decided: a second, different person confirms with the number of the decision."""
    with writing(actor, "confirm_use_list"):
        row = UseList.objects.select_for_update(of=["self"]).filter(uuid=list).first()
        if row is None:
            raise not_found()
        if row.confirmed_at:
            raise DomainError("list_confirmed", _("这份名单已经确认。"), status=409)
        if row.made_by and row.made_by.uuid == actor.uuid:
            raise DomainError("same_person", _("生成名单和确认要由两个人分别办理，请另一位同志确认。"), status=403)
        if not document.strip():
            raise DomainError("document_needed", _("请写明会议或决定的文号。"), field="document")
        row.confirmed_by, row.confirmed_at, row.document = _user(actor), now, document.strip()
        row.save()


def _user(actor: Viewer) -> Any:
    return get_user_model().objects.get(uuid=UUID(str(actor.uuid)))
