"""Points by place among the members of a branch hold only where the preset allows it."""

import pytest

from linghang.apps.appraisal.operations.presets import set_preset
from linghang.apps.appraisal.queries.drafts import get_version
from linghang.apps.appraisal.tests.months_world import PLACES
from linghang.apps.appraisal.tests.packs_world import NOW, TODAY, own_version, pack_unit, shipped
from linghang.ui.web.errors import DomainError


@pytest.fixture
def unit(db):
    return pack_unit()


def _ranked(unit):
    with unit.scope("officer"):
        text = get_version(shipped(), drafts=False).files["schemes/member.yaml"]
    return own_version(unit, extra={"schemes/member.yaml": text.replace("\ngrades:\n", PLACES)})


def test_a_scheme_with_points_by_place_is_refused_where_nobody_has_recorded_a_ground(unit):
    version = _ranked(unit)
    with pytest.raises(DomainError) as refused:
        unit.bind(version=version)
    assert (refused.value.code, refused.value.status) == ("preset_forbids_places", 409)
    assert "机关事业" in str(refused.value.message)


def test_a_scheme_whose_grade_leaves_the_last_ones_out_is_refused_with_the_grade_named(unit):
    with unit.scope("officer"):
        text = get_version(shipped(), drafts=False).files["schemes/member.yaml"]
    but_two = "at_least: $star3, top: {all_but: 2, ties: all, within: organisation}}"
    version = own_version(unit, extra={"schemes/member.yaml": text.replace("at_least: $star3}", but_two)})
    with pytest.raises(DomainError) as refused:
        unit.bind(version=version)
    assert "“三星”把最后几名党员排除在外" in str(refused.value.message)


def test_it_holds_where_the_preset_for_enterprises_is_recorded_with_its_ground(unit):
    version = _ranked(unit)
    with unit.scope("officer"):
        set_preset(
            node=unit.places["parent"].node.uuid, preset="enterprise", since=TODAY, ground="职代会〔2026〕3号（虚构）",
            actor=unit.viewer("officer"), now=NOW,
        )  # fmt: skip
    assert unit.bind(version=version).scheme == "member-points"


def test_a_scheme_without_places_holds_anywhere(unit):
    assert unit.bind().scheme == "member-points"
