"""Writes: begin the job that tries a version on a past month."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.appraisal.queries.simulations import simulation_of
from linghang.apps.jobs.data import JobData
from linghang.apps.jobs.operations import start_job
from linghang.engine.periods import Month
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import current_scope
from linghang.ui.web.spans import month_words
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

SIMULATE = "pack.simulate"


def start_simulation(
    *, old: UUID, new: UUID, scheme: str, node: UUID, month: Month, actor: Viewer, now: datetime
) -> JobData:
    """Settle a past month by two versions as a job; nothing of it is kept but the list of who would change."""
    with writing(actor, "start_simulation"):
        if month >= Month.of(day_of(now)):
            raise DomainError("month_not_over", _("只能用已经过去的月份试算，请选以前的月份。"), field="month")
        wanted = simulation_of(old=old, new=new, scheme=scheme, node=node, month=month)
        title = _("试算 %(month)s %(old)s → %(new)s") % {
            "month": month_words(month),
            "old": wanted.old.pack.identity.version,
            "new": wanted.new.pack.identity.version,
        }
        said = {"old": str(old), "new": str(new), "scheme": scheme, "node": str(node), "month": month.index}
        return start_job(kind=SIMULATE, title=title, arguments=said, actor=actor, scope=current_scope(), now=now)
