"""One person who was entered twice: the second entry goes, what is on record of it is carried, and it can be undone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.access.operations import user_of
from linghang.apps.org.data import TITLES, Effect
from linghang.apps.org.data.hooks import Merge, on_people_merged
from linghang.apps.org.models import (
    Link,
    Membership,
    Mobility,
    Person,
    PersonClass,
    PersonMerge,
    Post,
    Standing,
    Transfer,
)
from linghang.apps.org.operations.careers import open_roles
from linghang.apps.org.operations.finding import forget_people, index_people, words_of
from linghang.apps.org.operations.lives import Deeds, people_held, void
from linghang.apps.org.operations.people import LONGEST_REASON, SHORTEST_REASON
from linghang.apps.org.operations.spans import keep_in_step
from linghang.apps.org.operations.undoing import undo_effects
from linghang.apps.org.queries.contacts import last_contact
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

LIVES: tuple[type[Standing | PersonClass | Membership | Post | Mobility], ...] = (
    Standing,
    PersonClass,
    Membership,
    Post,
    Mobility,
)


def merge_people(*, kept: UUID, gone: UUID, reason: str, actor: Viewer, now: datetime) -> UUID:
    """The entry `gone` becomes part of `kept`; both lie inside the open scope. Returns the merge, which can be undone.

    What has room beside the rows of `kept` goes over, the rest is taken back; rooms above carry their own records.
    """
    with writing(actor, "merge_people"):
        if len(reason.strip()) < SHORTEST_REASON:
            raise DomainError("reason_needed", _("请写明怎样核对的，至少四个字。"), field="reason")
        keep, double = _both(kept, gone)
        deeds = Deeds(actor, now)
        _refuse(keep, double, actor)
        with system_scope(reason="what is on record of the double goes along, wherever it hangs"):
            _carry(keep, double, deeds)
            _take_back(keep, double, deeds)
            carried = on_people_merged.carry(Merge(keep.uuid, double.uuid, actor, now))
            effects = [_plain(effect) for effect in deeds.effects()]
            by = user_of(actor)
            row = PersonMerge.objects.create(
                kept=keep, gone=double, reason=reason.strip()[:LONGEST_REASON], effects=effects, carried=carried,
                merged_at=now, merged_by=by,
            )  # fmt: skip
            _in_step(keep, double, actor, gone=True)
            open_roles(keep, deeds)
    return row.uuid


def undo_merge(*, merge: UUID, actor: Viewer, now: datetime) -> None:
    """Take a merge apart again: both entries stand as before. Refused where either was changed since."""
    with writing(actor, "undo_merge"):
        held = PersonMerge.objects.select_for_update(of=("self",), no_key=True).select_related("kept")
        row = held.filter(uuid=merge, undone_at__isnull=True).first()
        if row is None:
            raise not_found()
        double = Person._base_manager.get(pk=row.gone_id)
        with system_scope(reason="what went along with the double comes back to it, wherever it hangs"):
            undone = undo_effects(effects=[_effect(one) for one in row.effects], actor=actor, now=now)
            if undone.kept:
                words = _("合并以后这两条又有了变动，不能整个撤销。请先改回，或重新登记另一个人。")
                raise DomainError("changed_since", words, status=409)
            on_people_merged.give_back(Merge(row.kept.uuid, double.uuid, actor, now), row.carried)
            row.undone_at, row.undone_by = now, user_of(actor)
            row.save(update_fields=["undone_at", "undone_by"])
            keep = Person.objects.get(pk=row.kept_id)
            keep.contacted_on = last_contact(keep.pk)
            keep.save(update_fields=["contacted_on"])
            _in_step(keep, double, actor, gone=False)


def _both(kept: UUID, gone: UUID) -> tuple[Person, Person]:
    """Both rows, held in one order, so that two merges never wait for each other in a circle."""
    found = {row.uuid: row for row in people_held().filter(uuid__in=[kept, gone])}
    if kept == gone or len(found) < 2:
        raise not_found()
    return found[kept], found[gone]


def _refuse(keep: Person, double: Person, actor: Viewer) -> None:
    if keep.top_id != double.top_id:
        raise not_found()
    if actor.uuid is not None and actor.uuid in {row.user.uuid for row in (keep, double) if row.user is not None}:
        words = _("自己的登记不能由自己合并，请由另一位党务干部办理。")
        raise DomainError("own_entry", words, status=403, field="other")
    if double.user_id is not None and keep.user_id is None:
        words = _("要去掉的一条有账号，要留下的没有。请反过来：打开有账号的那一条来合并。")
        raise DomainError("account_there", words, field="other")
    with system_scope(reason="a post or a transfer of the double stands in the way, whoever sees it"):
        post = Post.objects.filter(person=double, valid_to__isnull=True).select_related("organisation").first()
        if post is not None:
            words = _("要去掉的一条还任“%(title)s”（%(place)s），请先免去，合并后再任。")
            values = {"title": str(TITLES[post.title].label), "place": post.organisation.name}
            raise DomainError("post_there", words % values, field="other")
        if Transfer.objects.filter(person=double, received_on__isnull=True, cancelled_on__isnull=True).exists():
            raise DomainError("transfer_there", _("要去掉的一条有在途的转接，请先办结或撤回。"), field="other")


def _carry(keep: Person, double: Person, deeds: Deeds) -> None:
    for model in LIVES:
        for row in model._default_manager.filter(person=double).order_by("valid_from"):
            _move_or_void(row, "person_id", keep.pk, deeds)
    for transfer in Transfer.objects.filter(person=double).order_by("pk"):
        _set(transfer, deeds, person_id=keep.pk)
    for link in Link.objects.filter(Q(left_person=double) | Q(right_person=double)).order_by("pk"):
        if {link.left_person_id, link.right_person_id} <= {keep.pk, double.pk}:
            void(link, deeds)  # nobody is linked to himself
        for side in ("left_person_id", "right_person_id"):
            if getattr(link, side) == double.pk and link.voided_at is None:
                _move_or_void(link, side, keep.pk, deeds)


def _move_or_void(row: Any, column: str, key: int, deeds: Deeds) -> None:
    """Where the kept entry has a row of those days already, that one stands. A row that opens a post ends with it."""
    before = getattr(row, column)
    opens = getattr(row, "grant_id", None) is not None and (row.valid_to is None or row.valid_to >= deeds.today)
    if not opens:
        try:
            with transaction.atomic():
                setattr(row, column, key)
                row.save(update_fields=[column.removesuffix("_id")])
        except IntegrityError:
            setattr(row, column, before)
        else:
            deeds.changed(row, **{column: before})
            return
    void(row, deeds)


def _set(row: Any, deeds: Deeds, **values: Any) -> None:
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=[name.removesuffix("_id") for name in values])
    deeds.changed(row, **before)


def _take_back(keep: Person, double: Person, deeds: Deeds) -> None:
    """The double is taken back; its name and code, where they differ, lead to the kept one."""
    deeds.changed(double, voided_at=None)
    double.voided_at = deeds.now
    double.save(update_fields=["voided_at"])
    names = [name for name in (double.name, *double.aliases) if name != keep.name]
    _set(
        keep,
        deeds,
        aliases=list(dict.fromkeys([*keep.aliases, *names])),
        code=keep.code or double.code,
        born_year=keep.born_year or double.born_year,
    )
    keep.search_text = words_of(keep)
    later = [day for day in (keep.contacted_on, double.contacted_on) if day is not None]
    keep.contacted_on = max(later, default=None)
    keep.save(update_fields=["search_text", "contacted_on"])


def _in_step(keep: Person, double: Person, actor: Viewer, *, gone: bool) -> None:
    keep_in_step([keep.pk, double.pk], actor=actor)
    index_people([keep.pk] if gone else [keep.pk, double.pk])
    if gone:
        forget_people([double.pk])


def _plain(effect: Effect) -> dict[str, Any]:
    return {
        "table": effect.table,
        "uuid": str(effect.uuid),
        "action": effect.action,
        "before": dict(effect.before),
        "after": dict(effect.after),
    }


def _effect(told: dict[str, Any]) -> Effect:
    return Effect(told["table"], UUID(told["uuid"]), told["action"], told["before"], told["after"])
