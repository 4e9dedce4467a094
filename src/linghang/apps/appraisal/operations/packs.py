"""Writes: packs that came with the product, and which pack holds where: two people say so together."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.months import BookState
from linghang.apps.appraisal.data.packs import BindingLine, PackState
from linghang.apps.appraisal.models.books import Book
from linghang.apps.appraisal.models.packs import Binding, PackVersion
from linghang.apps.appraisal.policies.packs import refuse_preset
from linghang.apps.appraisal.queries.packs import binding_line, binding_rows, pack_of, scheme_titles
from linghang.apps.appraisal.queries.presets import preset_at
from linghang.apps.org.packs import forget_packs
from linghang.engine.packs.load import load_pack
from linghang.engine.packs.model import Pack
from linghang.engine.packs.texts import read_texts
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.scope import system_scope
from linghang.ui.web.spans import month_words
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM, writing

OPEN_STATES = (BookState.RECORDING, BookState.CLOSED)  # nobody has settled such a month yet


def install_shipped(*, now: datetime) -> tuple[str, ...]:
    """Hold what came with the product as published versions; returns 'pack version' of those that were not there yet.

    A version that is held never changes: where a folder says something else under the same number, the one that is
    held goes on, until the folder has a new number. Safe to call at every start.
    """
    with writing(SYSTEM, "install_shipped"), system_scope(reason="packs of the product belong to no unit"):
        return tuple(f"{row.pack} {row.version}" for row in _missing(now))


def _missing(now: datetime) -> list[PackVersion]:
    held = {(row.pack, row.version): row for row in PackVersion.objects.filter(owner=None).defer("files")}
    found = []
    for folder in sorted(path.parent for path in Path(settings.PACKS_DIR).glob("*/pack.yaml")):
        pack, problems = load_pack(folder)
        if pack is None:
            raise ProblemsFound(problems.errors)
        row = held.get((pack.identity.id, pack.identity.version))
        if row is not None and row.content_hash == pack.content_hash and row.schemes != scheme_titles(pack):
            row.schemes = scheme_titles(pack)
            row.save(update_fields=["schemes"])
        elif row is None:
            found.append(PackVersion.objects.create(**_content(pack, read_texts(folder)), **_shipped(now)))
    return found


def _content(pack: Pack, files: dict[str, str]) -> dict[str, object]:
    identity = pack.identity
    return {
        "pack": identity.id,
        "version": identity.version,
        "title": identity.title["zh"],
        "content_hash": pack.content_hash,
        "files": files,
        "locked": dict(pack.locked),
        "schemes": scheme_titles(pack),
    }


def _shipped(now: datetime) -> dict[str, object]:
    return {"owner": None, "state": PackState.PUBLISHED, "made_at": now, "published_at": now}


# --- what holds where ------------------------------------------------------------------------------------------------


def bind(
    *, node: UUID, version: UUID, scheme: str, since: Month, actor: Viewer, now: datetime, until: Month | None = None
) -> BindingLine:
    """Propose that a scheme of a published version holds at a place inside the scope, and below, from a month on.

    It holds when another person has confirmed it. Refused for drafts, unknown schemes and months in the wrong order.
    """
    with writing(actor, "bind"):
        place = find_node(node)
        row = PackVersion.objects.filter(uuid=version).first()
        if row is None:
            raise not_found()
        if row.state != PackState.PUBLISHED:
            raise DomainError("pack_not_published", _("这一版还没有发布（或已停用），不能启用。请先由两个人发布。"))
        if scheme not in row.schemes:
            raise DomainError("unknown_scheme", _("这一版里没有这个办法，请重新选择。"), field="scheme")
        if until is not None and until < since:
            raise DomainError("months_out_of_order", _("止月不能早于起月，请改正月份。"), field="until")
        refuse_preset(pack_of(row.uuid), scheme, preset_at(place.path, on=day_of(now)).code)
        made = Binding.objects.create(
            node_id=place.key,
            version=row,
            scheme=scheme,
            since=since.index,
            until=until.index if until else None,
            offered_by=_user(actor),
            offered_at=now,
        )
        return _line(made)


def confirm_binding(*, binding: UUID, actor: Viewer, now: datetime) -> BindingLine:
    """The second, different person: from now on it holds. What held at the place before ends the month before.

    Refused where a month that it would change has been settled already. Months that are still being recorded go by it.
    """
    with writing(actor, "confirm_binding"):
        row = _locked(binding)
        if row.confirmed_at or row.withdrawn_at:
            raise DomainError("binding_decided", _("这项启用已经确认或撤回，不用再办。"), status=409)
        if row.offered_by and row.offered_by.uuid == actor.uuid:
            raise DomainError("same_person", _("提出和确认要由两个人分别办理，请另一位同志确认。"), status=403)
        _refuse_settled(row, since=row.since)
        _end_earlier(row)
        row.confirmed_by, row.confirmed_at = _user(actor), now
        row.save()
        _hand_over(row)
        forget_packs()
        return _line(row)


def withdraw_binding(*, binding: UUID, actor: Viewer, now: datetime) -> BindingLine:
    """Take back a proposal that nobody has confirmed yet."""
    with writing(actor, "withdraw_binding"):
        row = _locked(binding)
        if row.confirmed_at or row.withdrawn_at:
            raise DomainError("binding_decided", _("这项启用已经确认或撤回，不用再办。"), status=409)
        row.withdrawn_at = now
        row.save()
        return _line(row)


def end_binding(*, binding: UUID, until: Month, actor: Viewer) -> BindingLine:
    """It holds for the last time in month `until`; refused where a later month has been settled by it."""
    with writing(actor, "end_binding"):
        row = _locked(binding)
        if row.confirmed_at is None or row.withdrawn_at:
            raise DomainError("binding_not_in_force", _("这项启用还没有确认，不能停止；可以撤回。"), status=409)
        if until.index < row.since or (row.until is not None and until.index > row.until):
            raise DomainError("months_out_of_order", _("最后一个月要在启用的月份以内，请改正月份。"), field="until")
        _refuse_settled(row, since=until.index + 1)
        row.until = until.index
        row.save()
        forget_packs()
        return _line(row)


def _locked(binding: UUID) -> Binding:
    row = Binding.objects.select_related("node", "version", "offered_by").select_for_update(of=["self"])
    found = row.filter(uuid=binding).first()
    if found is None:
        raise not_found()
    return found


def _standing(row: Binding) -> Q:
    return Q(node=row.node, scheme=row.scheme, confirmed_at__isnull=False, withdrawn_at=None)


def _end_earlier(row: Binding) -> None:
    """One scheme holds at one place a month: what goes on from before ends, what begins later is in the way."""
    for earlier in Binding.objects.select_for_update(of=["self"]).filter(_standing(row)).exclude(pk=row.pk):
        last = row.until if row.until is not None else row.since + 10_000
        if earlier.since >= row.since and earlier.since <= last:
            values = {"month": month_words(Month.from_index(earlier.since))}
            words = _("这里从%(month)s起已经启用了同一个办法的另一版，请先停止那一项，或改起止月份。")
            raise DomainError("binding_overlaps", words % values, status=409)
        if earlier.since < row.since and (earlier.until is None or earlier.until >= row.since):
            earlier.until = row.since - 1
            earlier.save()


def _books(row: Binding, since: int) -> Q:
    during = Q(month__gte=since) & (Q(month__lte=row.until) if row.until is not None else Q())
    return during & Q(scheme=row.scheme, node__path__startswith=row.node.path)


def _refuse_settled(row: Binding, *, since: int) -> None:
    settled = Book.objects.filter(_books(row, since)).exclude(state__in=OPEN_STATES).order_by("-month").first()
    if settled is not None:
        values = {
            "month": month_words(Month.from_index(settled.month)),
            "next": month_words(Month.from_index(settled.month + 1)),
        }
        words = _("%(month)s已经按现在的办法核算，不能再改；请从%(next)s或以后的月份起办理。")
        raise DomainError("month_settled", words % values, status=409, field="since")


def _hand_over(row: Binding) -> None:
    """Months that nobody has settled yet go by the new binding, except where a nearer one holds."""
    books = Book.objects.filter(_books(row, row.since), state__in=OPEN_STATES).select_related("binding__node")
    for book in books:
        if len(book.binding.node.path) <= len(row.node.path):
            book.binding = row
            book.save(update_fields=["binding"])


def _line(row: Binding) -> BindingLine:
    return binding_line(binding_rows().get(pk=row.pk))


def _user(actor: Viewer) -> Any:
    return get_user_model().objects.get(uuid=actor.uuid) if actor.uuid else None
