"""Registering what records speak of."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.ledger.data.identity import new_uuid
from linghang.apps.ledger.data.subjects import MEMBER, SUBJECT_TYPES, TYPE_OF_AREA, type_of_organisation
from linghang.apps.ledger.models import Subject
from linghang.apps.org.queries.keys import area_keys, organisation_keys, person_keys
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


def ensure_subjects(*, uuids: Iterable[UUID], actor: Viewer) -> set[UUID]:
    """Make subjects of the people, organisations and areas among the uuids that lie inside the open scope.

    Returns the uuids that now have a subject; what is missing does not exist or is not the actor's.
    """
    wanted = set(uuids)
    with writing(actor, "ensure_subjects"):
        known = set(Subject.objects.filter(uuid__in=wanted).values_list("uuid", flat=True))
        missing = wanted - known
        new = _stand_ins(missing) if missing else []
        Subject.objects.bulk_create(new, ignore_conflicts=True, batch_size=1000)
    return known | {row.uuid for row in new}


def _stand_ins(uuids: set[UUID]) -> list[Subject]:
    people = [Subject(uuid=r.uuid, type=MEMBER, top_id=r.top_key, person_id=r.key) for r in person_keys(uuids)]
    organisations = [
        Subject(uuid=r.uuid, type=type_of_organisation(r.kind, r.family), top_id=r.top_key, organisation_id=r.key)
        for r in organisation_keys(uuids)
    ]
    areas = [Subject(uuid=r.uuid, type=TYPE_OF_AREA[r.kind], top_id=r.top_key, area_id=r.key) for r in area_keys(uuids)]
    return people + organisations + areas


def register_subject(
    *,
    type: str,
    label: str,
    node: UUID,
    actor: Viewer,
    code: str = "",
    uuid: UUID | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> UUID:
    """Register a thing of an upper room (project, task, idea …) at a place inside the open scope."""
    if type not in SUBJECT_TYPES:
        raise DomainError("unknown_subject_type", _("没有“%(type)s”这类记录对象。") % {"type": type}, field="type")
    with writing(actor, "register_subject"):
        place = find_node(node)
        row = Subject(
            uuid=uuid or new_uuid(),
            type=type,
            label=label.strip(),
            code=code.strip(),
            node_id=place.key,
            top_id=place.top_key,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            message = _("编码“%(code)s”已被同类的另一个对象使用，请核对。") % {"code": code}
            raise DomainError("code_taken", message, field="code") from error
    return row.uuid


def close_subject(*, subject: UUID, last_day: date, actor: Viewer) -> None:
    """Nothing that happens after this day can be recorded of it."""
    with writing(actor, "close_subject"):
        row = Subject.objects.filter(uuid=subject, node__isnull=False).first()
        if row is None:
            raise not_found()
        row.valid_to = last_day
        row.save(update_fields=["valid_to"])
