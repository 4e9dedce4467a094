"""Who sees a person's points, and as what: the table of the permission matrix, said once."""

from collections.abc import Iterable
from uuid import UUID

from linghang.apps.appraisal.data.months import FINAL_STATES
from linghang.apps.appraisal.data.statements import Sight, Stand
from linghang.ui.web.viewer import Viewer

COMMITTEE = frozenset({"secretary", "organiser", "discipline_member"})


def sight_on(viewer: Viewer, *, owner: UUID | None, paths: Iterable[str], group: str, final: bool) -> Sight | None:
    """As what the viewer sees the points of `owner`, whose month lies at one of `paths`; None: not at all.

    `group` is the place of his party group: its leader sees what is still to be checked, so not what is final.
    """
    if viewer.uuid is not None and owner == viewer.uuid:
        return Sight.SELF
    places = set(paths)
    if any(grant.role in COMMITTEE and grant.path in places for grant in viewer.grants):
        return Sight.COMMITTEE
    if not final and sight_of_group(viewer, group):
        return Sight.GROUP
    officers = [grant.path for grant in viewer.grants if grant.role == "officer" and grant.path]
    if any(place.startswith(path) for place in places for path in officers):
        return Sight.OFFICER
    return None


def sight_of_group(viewer: Viewer, group: str) -> bool:
    """Whether the viewer leads the party group at that place."""
    return bool(group) and any(grant.role == "group_leader" and grant.path == group for grant in viewer.grants)


def stand_of(book_state: str) -> Stand:
    """What the number of a month is worth."""
    if book_state in FINAL_STATES:
        return Stand.FINAL
    return Stand.PUBLIC if book_state == "public" else Stand.EXPECTED
