"""A unit's own pack from copy to published: what is wrong is told, two people, numbers that tell the truth."""

from datetime import date

import pytest

from linghang.apps.appraisal.data.packs import PackState
from linghang.apps.appraisal.operations.drafts import (
    copy_version,
    import_draft,
    offer_version,
    publish_version,
    return_offer,
    withdraw_version,
    write_file,
)
from linghang.apps.appraisal.queries.drafts import get_version, version_card
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.appraisal.tests.packs_world import EXAMPLE, NOW, own_version, pack_unit, shipped
from linghang.apps.ledger.data import NewFact, NotRecorded
from linghang.apps.ledger.operations import record
from linghang.apps.org.operations import add_person
from linghang.apps.org.packs import pack_in_force
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.ui.web.errors import DomainError
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

SCHEME_FILE = "schemes/member.yaml"
OWN_KIND = """kinds:
  - id: bs.patrol
    title: {zh: 井下巡查, en: Patrol}
    subject: member
    unit: 次
    meaning: [duty]
    source: 北山矿业党委（虚构）
    confidence: invented
"""


@pytest.fixture
def unit(db):
    return pack_unit()


def _draft(unit, number="1.0.0", pack="bs-points"):
    with unit.scope("officer"):
        return copy_version(
            version=shipped(), pack=pack, number=number, title="北山积分（虚构）", actor=unit.viewer("officer"), now=NOW
        ).uuid


def _write(unit, draft, name, text):
    with unit.scope("officer"):
        return write_file(version=draft, name=name, text=text, actor=unit.viewer("officer"))


def _text(unit, draft, name):
    with unit.scope("officer"):
        return get_version(draft, drafts=True).files[name]


def _replace(unit, draft, name, old, new):
    text = _text(unit, draft, name)
    assert old in text
    return _write(unit, draft, name, text.replace(old, new, 1))


def _offer(unit, draft, who="officer", note="改了计分"):
    with unit.scope(who):
        return offer_version(version=draft, note=note, actor=unit.viewer(who), now=NOW)


def _publish(unit, draft, who="leader"):
    with unit.scope(who):
        return publish_version(version=draft, actor=unit.viewer(who), now=NOW)


def test_a_copy_is_a_draft_that_others_in_the_unit_steer_and_readers_do_not_see(unit):
    draft = _draft(unit)
    with unit.scope("second_officer"):
        card = version_card(draft, drafts=True)
    assert (card.line.pack, card.line.version, card.line.title) == ("bs-points", "1.0.0", "北山积分（虚构）")
    assert card.report.problems == ()
    with unit.scope("secretary"), pytest.raises(DomainError, match="not_found"):
        version_card(draft, drafts=False)
    with unit.scope("stranger"), pytest.raises(DomainError, match="not_found"):
        version_card(draft, drafts=True)


def test_the_id_of_what_came_with_the_product_is_not_for_the_taking(unit):
    with pytest.raises(DomainError, match="pack_id_taken"):
        _draft(unit, pack=EXAMPLE)


def test_what_is_wrong_in_a_draft_is_told_with_file_and_line_and_it_cannot_be_offered(unit):
    draft = _draft(unit)
    report = _replace(unit, draft, SCHEME_FILE, "category: study\n", "category: nowhere\n")
    assert [(p.place.file, p.place.line > 0) for p in report.problems] == [(SCHEME_FILE, True)]
    with pytest.raises(ProblemsFound):
        _offer(unit, draft)


def test_a_price_that_no_longer_gives_what_the_worked_cases_expect_cannot_be_offered(unit):
    draft = _draft(unit)
    assert _replace(unit, draft, SCHEME_FILE, "[按期完成, 1.50]", "[按期完成, 1.60]").problems == ()
    with pytest.raises(ProblemsFound) as found:
        _offer(unit, draft)
    assert {p.code for p in found.value.problems} == {"case-differs"}


def test_two_different_people_publish_and_what_is_published_stays(unit):
    draft = _draft(unit)
    _offer(unit, draft)
    with pytest.raises(DomainError, match="same_person"):
        _publish(unit, draft, "officer")
    with pytest.raises(DomainError, match="pack_state"):
        _write(unit, draft, "README.md", "晚了")
    assert _publish(unit, draft).state is PackState.PUBLISHED
    with pytest.raises(DomainError, match="pack_state"):
        _write(unit, draft, "README.md", "晚了")
    changelog = _text(unit, draft, "CHANGELOG.md")
    assert "## 1.0.0\n- " in changelog
    assert "## 1.1.0" not in changelog  # what changed in the pack that it was copied from
    with unit.scope("secretary"):
        assert version_card(draft, drafts=False).pack is not None


def test_an_offer_is_returned_and_mended(unit):
    draft = _draft(unit)
    _offer(unit, draft)
    with unit.scope("leader"):
        assert return_offer(version=draft, actor=unit.viewer("leader")).state is PackState.DRAFT
    assert _write(unit, draft, "README.md", "改好了\r\n").problems == ()
    assert _text(unit, draft, "README.md") == "改好了\n"


@pytest.mark.parametrize(
    ("number", "refused"), [("1.0.0", "version_not_higher"), ("1.0.9", "version_too_low"), ("1.1.0", "")]
)
def test_changed_prices_ask_for_a_higher_number(unit, number, refused):
    first = own_version(unit)
    with unit.scope("officer"):
        draft = copy_version(
            version=first, pack="bs-points", number=number, title="", actor=unit.viewer("officer"), now=NOW
        ).uuid
    _replace(unit, draft, SCHEME_FILE, "month: {cap: 2.00}\n    quarter: {cap: 5.00}", "month: {cap: 2.00}")
    if refused:
        with pytest.raises(DomainError, match=refused):
            _offer(unit, draft)
    else:
        _offer(unit, draft)
        assert _publish(unit, draft).version == "1.1.0"
    assert pack_of(first).identity.version == "1.0.0"


def test_a_dropped_item_asks_for_the_first_number(unit):
    first = own_version(unit)
    with unit.scope("officer"):
        draft = copy_version(
            version=first, pack="bs-points", number="1.1.0", title="", actor=unit.viewer("officer"), now=NOW
        ).uuid
    text = _text(unit, draft, SCHEME_FILE)
    start, end = text.index("  - id: mentoring"), text.index("grades:")
    _write(unit, draft, SCHEME_FILE, text[:start] + "\n" + text[end:])
    with pytest.raises(DomainError, match="version_too_low"):
        _offer(unit, draft)


def test_a_version_that_is_in_force_cannot_be_withdrawn(unit):
    version = own_version(unit)
    unit.bind(version=version)
    with unit.scope("officer"), pytest.raises(DomainError, match="pack_bound"):
        withdraw_version(version=version, actor=unit.viewer("officer"))


def test_texts_without_a_readable_identity_are_not_taken(unit):
    with unit.scope("officer"), pytest.raises(ProblemsFound):
        import_draft(files={"pack.yaml": "pack: [x"}, actor=unit.viewer("officer"), now=NOW)


def test_a_units_own_kind_is_recorded_only_where_and_when_its_pack_holds(unit):
    version = own_version(unit, extra={"facts.yaml": OWN_KIND})
    with system_scope(reason="test"):
        near = add_person(name="甲", organisation=unit.places["branch"].uuid, actor=SYSTEM)
        far = add_person(name="乙", organisation=unit.places["parent"].uuid, actor=SYSTEM)

    def tell(person, day):
        with unit.scope("officer"):
            record(items=[NewFact("bs.patrol", person, day)], actor=unit.viewer("officer"), now=NOW)

    with pytest.raises(NotRecorded) as found:
        tell(near, date(2026, 3, 2))
    assert found.value.items[0].problem.code == "unknown-kind"
    unit.bind("own", Month(2026, 2), version=version)
    with unit.scope("officer"):
        assert "bs.patrol" in pack_in_force(on=NOW.date()).kinds
    with unit.scope("stranger"):
        assert "bs.patrol" not in pack_in_force(on=NOW.date()).kinds
    tell(near, date(2026, 3, 2))
    for person, day in ((far, date(2026, 3, 2)), (near, date(2026, 1, 31))):
        with pytest.raises(NotRecorded) as found:
            tell(person, day)
        assert found.value.items[0].problem.code == "kind-not-held"
