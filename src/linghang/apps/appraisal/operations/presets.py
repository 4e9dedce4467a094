"""Saying how points are shown to fellow members at a place, from a day on; nothing said before is changed."""

from datetime import date, datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.presets import PresetCode
from linghang.apps.appraisal.models import Preset
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

SHORTEST_GROUND = 4


def set_preset(*, node: UUID, preset: str, since: date, ground: str, actor: Viewer, now: datetime) -> UUID:
    """A place inside the open scope shows points so from a day on, today at the earliest; 企业 needs its ground."""
    with writing(actor, "set_preset"):
        place = find_node(node)
        words = ground.strip()
        if preset not in tuple(PresetCode):
            raise DomainError("unknown_preset", _("没有这种预设，请选机关事业或企业。"), field="preset")
        if since < day_of(now):
            raise DomainError("preset_past", _("不能倒填日期：过去怎样展示已经发生了。请选今天或以后。"), field="since")
        if preset == PresetCode.ENTERPRISE and len(words) < SHORTEST_GROUND:
            text = _("用企业预设会让支部党员看到彼此的得分，须写明依据，例如职代会审议的文号。")
            raise DomainError("ground_needed", text, field="ground")
        row = Preset.objects.create(
            node_id=place.key,
            preset=preset,
            since=since,
            ground=words[:300],
            made_by_id=_account(actor),
            made_at=now,
        )
        return row.uuid


def _account(actor: Viewer) -> int | None:
    if actor.uuid is None:
        return None
    found = get_user_model().objects.only("pk").filter(uuid=actor.uuid).first()
    if found is None:
        raise not_found()
    return found.pk
