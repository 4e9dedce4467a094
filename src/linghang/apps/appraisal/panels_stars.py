"""星级 on the page of a branch."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest

from linghang.apps.appraisal.queries.stars import Stars, stars_of
from linghang.engine.periods import Month


def stars_of_branch(_request: HttpRequest, branch: UUID, on: date) -> Stars | None:
    """As of the month of the day; the page has read the branch inside its scope."""
    return stars_of(branch, month=Month.of(on))
