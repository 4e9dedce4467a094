"""Who sees what of a member's points, by preset and by as what he looks: one table, from which the test is made.

The words of the table stand in docs/reference/who-sees-points.md; a test holds the two together.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from linghang.apps.appraisal.data.presets import SMALLEST_GROUP, PresetCode
from linghang.ui.web.viewer import Viewer

ABOVE = frozenset({"officer", "leader"})  # officers see names on the branch's own page, after they said why
COMMITTEE = frozenset({"secretary", "organiser", "discipline_member"})


class View(StrEnum):
    """What the page of a book's points shows to somebody."""

    TABLE = "table"  # names, category sums, totals, stars
    DISTRIBUTION = "distribution"  # how many in which span, never fewer than five together


def view_of(viewer: Viewer, path: str, preset: str) -> View | None:
    """As what somebody sees the points of the branch at a path; None: nothing."""
    held = [grant for grant in viewer.grants if grant.path]
    if any(grant.role in COMMITTEE and grant.path == path for grant in held):
        return View.TABLE
    if any(grant.role == "member" and grant.path == path for grant in held):
        return View.TABLE if preset == PresetCode.ENTERPRISE else View.DISTRIBUTION
    if any(grant.role in ABOVE and path.startswith(grant.path) for grant in held):
        return View.DISTRIBUTION
    return None


def distribution(totals: Sequence[int], *, width: int = 1000) -> Sequence[tuple[int, int, int]]:
    """(from, below, how many) of totals in hundredths: spans of `width`, joined until none speaks of fewer than five.

    Nothing for fewer than five people. What is left over at the top joins the last span.
    """
    if len(totals) < SMALLEST_GROUP:
        return ()
    counts: Mapping[int, int] = {at: sum(1 for t in totals if t // width == at) for at in {t // width for t in totals}}
    found: list[tuple[int, int, int]] = []
    start, many = min(counts), 0
    for at in range(min(counts), max(counts) + 1):
        many += counts.get(at, 0)
        if many >= SMALLEST_GROUP:
            found.append((start * width, (at + 1) * width, many))
            start, many = at + 1, 0
    if many:
        first, _below, before = found.pop()
        found.append((first, (max(counts) + 1) * width, before + many))
    return tuple(found)
