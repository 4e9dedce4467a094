"""Law 7 for what open months are expected to give: whoever is recorded about, moved, closed or settled, and however far
the scheme holds members against each other, a pass over those whom it concerns leaves what a pass over all would.
"""

from dataclasses import dataclass
from random import Random

import pytest
from django.db import transaction

from linghang.apps.appraisal.models.expected import Expected, ExpectedMark, ExpectedPass
from linghang.apps.appraisal.operations import expected
from linghang.apps.appraisal.operations.expected import COMPARED, refresh_expected
from linghang.apps.appraisal.queries.inputs import read_inputs
from linghang.apps.appraisal.tests.months_world import changed_pack, month_unit, with_places
from linghang.ui.web.scope import system_scope
from tests.laws.effort import FACTOR
from tests.laws.test_months_in_the_database import Story

pytestmark = pytest.mark.django_db
SEEDS = range(max(1, int(2 * FACTOR)))
TOP = "star5, title: {zh: 五星, en: Five stars}"


def with_quota(scheme: str) -> str:
    """A third of each branch gets the highest star."""
    return scheme.replace(f"{TOP}, at_least: $star5", f"{TOP}, top: {{share: 34%, ties: all, within: organisation}}")


SCHEMES = {"alone": None, "places": with_places, "quota": with_quota}


@dataclass
class Watched(Story):
    """A story in which a pass follows whatever happens."""

    partial: int = 0

    def happen(self) -> None:
        super().happen()
        self.look()

    def look(self) -> None:
        self.partial += not refresh_expected(now=self.unit.clock).whole
        assert rows() == self.from_nothing()

    def from_nothing(self) -> dict:
        """What a pass gives that knows of none before."""
        here = transaction.savepoint()
        with system_scope(reason="test"):
            for model in (Expected, ExpectedPass, ExpectedMark):
                model.objects.all().delete()
        assert refresh_expected(now=self.unit.clock).whole
        found = rows()
        transaction.savepoint_rollback(here)
        return found


def rows() -> dict:
    with system_scope(reason="test"):
        found = Expected.objects.values("subject", "month", "book_id", "node_id", "version_id", *COMPARED)
        return {(row["subject"], row["month"]): row for row in found}


def story(seed: int, scheme: str) -> Watched:
    change = SCHEMES[scheme]
    pack = changed_pack("example-changed", change) if change else "example-4x-points"
    return Watched(Random(seed), month_unit(branches=3, people=3, pack=pack))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("seed", SEEDS)
def test_law_7_a_pass_over_whom_it_concerns_leaves_what_a_pass_over_all_would(seed, scheme, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    lived = story(seed, scheme)
    lived.live()
    assert lived.partial > 5
    assert lived.counted["moved"] + lived.counted["reversed"] > 0


@pytest.mark.parametrize(("scheme", "read"), [("alone", 1), ("places", 3), ("quota", 3)])
def test_a_pass_after_one_record_reads_no_more_than_those_beside_its_subject(
    scheme, read, settings, tmp_path, monkeypatch
):
    settings.DATA_DIR = tmp_path
    change = SCHEMES[scheme]
    pack = changed_pack("example-changed", change) if change else "example-4x-points"
    unit = month_unit(branches=4, people=3, pack=pack)
    refresh_expected(now=unit.clock)
    counts = []

    def watched(**asked):
        counts.append(len((found := read_inputs(**asked)).subjects))
        return found

    monkeypatch.setattr(expected, "read_inputs", watched)
    unit.volunteered(unit.people["b"][1], unit.clock.date())
    assert not refresh_expected(now=unit.clock).whole
    assert counts == [read]
