"""Reading what pages of points go by before somebody waits for it: a fifth of a second for each pack."""

from contextlib import suppress
from datetime import date

from django.db.models import Count

from linghang.apps.appraisal.models import Binding
from linghang.apps.appraisal.queries.inputs import plan_of
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope

MOST = 4  # of the packs of many units; those that fewer places go by are read when somebody asks


def read_ahead(today: date) -> None:
    """The packs that most places go by, with their rules of the last month: both are kept from then on. One that this
    program cannot read says so to whoever asks."""
    with system_scope(reason="rules are read ahead; nobody is shown anything"):
        rows = Binding.objects.filter(confirmed_at__isnull=False, withdrawn_at=None, until=None)
        found = rows.values_list("version__uuid", "scheme").annotate(places=Count("pk")).order_by("-places", "scheme")
        for version, scheme, _places in found[:MOST]:
            with suppress(ProblemsFound, DomainError):
                plan_of(version, scheme, Month.of(today) + -1)
