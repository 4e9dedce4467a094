"""满意度: whoever reported something says in one tap what he thinks of the answer. Nothing follows by itself."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.loops.cards import may_rate
from linghang.apps.loops.data import RATINGS
from linghang.apps.loops.operations.steps import locked, write_step
from linghang.apps.loops.reading import matter_of
from linghang.engine.packs.loop_model import Who
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing


def rate(*, case: UUID, rating: str, actor: Viewer, now: datetime) -> None:
    """Say once per answer whether it satisfies; only the one who reported, and only after the end."""
    with writing(actor, "rate_case"):
        row = locked(case)
        if rating not in RATINGS:
            raise DomainError("unknown_rating", _("请在满意、基本满意、不满意里选一项。"))
        if not may_rate(row, matter_of(row), actor):
            words = _("评价由反映人在收到答复以后做，每次答复评价一次。")
            raise DomainError("not_to_rate", words, status=403)
        write_step(
            row, step=rating, state_from=row.state, actor=actor, acting_as=Who.REPORTER.value, now=now,
            due_before=row.due_on,
        )  # fmt: skip
        row.save(update_fields=["steps"])
