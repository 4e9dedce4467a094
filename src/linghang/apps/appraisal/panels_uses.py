"""What selections, commitments and uses of results show on the pages of a person and of a branch."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from linghang.apps.appraisal.data.commitments import CommitmentLine
from linghang.apps.appraisal.data.selections import TitleLine
from linghang.apps.appraisal.data.uses import UsedLine
from linghang.apps.appraisal.queries.commitments import commitments_of
from linghang.apps.appraisal.queries.selections import titles_of
from linghang.apps.appraisal.queries.uses import used_about
from linghang.ui.web.routes import may_open
from linghang.ui.web.viewer import NOBODY, Viewer


@dataclass(frozen=True)
class PersonHonours:
    """Titles of a person and his commitments of the year."""

    titles: tuple[TitleLine, ...]
    commitments: tuple[CommitmentLine, ...]


@dataclass(frozen=True)
class UsedPanel:
    """What was used about an organisation, and where to object to it."""

    lines: tuple[UsedLine, ...]
    object_url: str


def honours_of_person(request: HttpRequest, person: UUID, on: date) -> PersonHonours | None:
    """Nothing for somebody without either."""
    found = PersonHonours(titles_of(person), commitments_of(person, _viewer(request), on=on))
    return found if found.titles or found.commitments else None


def used_of_branch(request: HttpRequest, organisation: UUID, _on: date) -> UsedPanel | None:
    """Confirmed uses of its grades; objecting opens a case that the superior answers."""
    lines = used_about(organisation)
    url = reverse("loops:report") if may_open(_viewer(request).roles, "loops:report", "POST") else ""
    return UsedPanel(lines, url) if lines else None


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    return viewer
