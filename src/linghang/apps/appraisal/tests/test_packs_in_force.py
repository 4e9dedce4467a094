"""Which pack holds where and since when."""

from datetime import date

import pytest
from django.test import Client

from linghang.apps.appraisal.operations.packs import bind, confirm_binding, end_binding, install_shipped
from linghang.apps.appraisal.queries.packs import binding_in_force, bindings_at, pack_of
from linghang.apps.appraisal.tests.packs_world import NOW, SCHEME, pack_unit, shipped
from linghang.apps.org.packs import pack_in_force
from linghang.engine.periods import Month
from linghang.ui.web.errors import DomainError


@pytest.fixture
def unit(db):
    return pack_unit()


def _held(unit, place: str, month: Month):
    with unit.scope("officer"):
        return binding_in_force(unit.places[place].node.uuid, scheme=SCHEME, month=month)


def test_what_came_with_the_product_is_held_once_and_says_the_same_as_its_folder(db):
    assert install_shipped(now=NOW) == ()
    assert pack_of(shipped()).schemes[SCHEME].items
    assert pack_of(shipped()).locked == {"national": pack_of(shipped("national")).content_hash}


def test_a_scheme_holds_below_its_place_from_its_first_month_once_two_people_have_said_so(unit):
    node = unit.places["parent"].node.uuid
    with unit.scope("officer"):
        made = bind(
            node=node, version=shipped(), scheme=SCHEME, since=Month(2026, 2), actor=unit.viewer("officer"), now=NOW
        )
        with pytest.raises(DomainError, match="same_person"):
            confirm_binding(binding=made.uuid, actor=unit.viewer("officer"), now=NOW)
    assert _held(unit, "branch", Month(2026, 2)) is None
    with unit.scope("second_officer"):
        confirm_binding(binding=made.uuid, actor=unit.viewer("second_officer"), now=NOW)
    assert _held(unit, "branch", Month(2026, 2)).uuid == made.uuid
    assert _held(unit, "branch", Month(2026, 1)) is None


def test_the_nearest_place_above_wins_and_a_later_binding_ends_the_earlier_one(unit):
    top = unit.bind("parent", Month(2026, 1))
    near = unit.bind("own", Month(2026, 3))
    assert _held(unit, "branch", Month(2026, 2)).uuid == top.uuid
    assert _held(unit, "branch", Month(2026, 3)).uuid == near.uuid
    assert _held(unit, "sibling", Month(2026, 3)).uuid == top.uuid
    later = unit.bind("parent", Month(2026, 6))
    assert _held(unit, "sibling", Month(2026, 5)).uuid == top.uuid
    assert _held(unit, "sibling", Month(2026, 6)).uuid == later.uuid
    paths = [unit.places[name].node.path for name in ("branch", "sibling")]
    found = bindings_at(paths, month=Month(2026, 6))
    assert [found[path][SCHEME].uuid for path in paths] == [near.uuid, later.uuid]
    with pytest.raises(DomainError, match="binding_overlaps"):
        unit.bind("parent", Month(2026, 5))


def test_a_binding_that_is_ended_holds_no_longer(unit):
    made = unit.bind()
    with unit.scope("officer"):
        end_binding(binding=made.uuid, until=Month(2026, 4), actor=unit.viewer("officer"))
    assert _held(unit, "branch", Month(2026, 4)).uuid == made.uuid
    assert _held(unit, "branch", Month(2026, 5)) is None


def test_another_unit_neither_binds_here_nor_confirms(unit):
    with unit.scope("stranger"), pytest.raises(DomainError, match="not_found"):
        bind(
            node=unit.places["parent"].node.uuid, version=shipped(), scheme=SCHEME, since=Month(2026, 1),
            actor=unit.viewer("stranger"), now=NOW,
        )  # fmt: skip


def test_what_holds_for_every_unit_holds_where_nothing_is_bound(unit):
    unit.bind()
    with unit.scope("officer"):
        assert "service.volunteer" in pack_in_force(on=date(2026, 3, 5)).kinds


def test_a_second_person_finds_what_waits_for_him_on_his_front_page_and_who_proposed_it_does_not(unit):
    with unit.scope("officer"):
        bind(
            node=unit.places["parent"].node.uuid, version=shipped(), scheme=SCHEME, since=Month(2026, 1),
            actor=unit.viewer("officer"), now=NOW,
        )  # fmt: skip
    shown = {}
    for who in ("officer", "leader", "member"):
        client = Client()
        client.force_login(unit.users[who], backend="django.contrib.auth.backends.ModelBackend")
        shown[who] = "确认启用“党员积分”" in client.get("/").content.decode()
    assert shown == {"officer": False, "leader": True, "member": False}
