"""Rosters, files of people and registers in a real browser, on both screens."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from linghang.apps.access.models import User
from linghang.apps.access.tests.world import NOW, give_post, make_account
from linghang.apps.org.data import NewPerson
from linghang.apps.org.operations import add_people, appoint, record_contact, set_term
from linghang.apps.org.tests.world import Place, make_organisation, two_units
from linghang.ui.web.scope import system_scope
from linghang.ui.web.writing import SYSTEM

pytestmark = pytest.mark.browser
TODAY = date(2026, 3, 5)
NAMES = ("刘梅", "王建国", "陈志强", "赵明", "孙晓红", "周海", "吴春生", "郑玉兰")


@pytest.fixture(autouse=True)
def _today(settings):
    settings.DEMO_TODAY = TODAY


@pytest.fixture
def units(transactional_db) -> dict[str, Place]:
    found = two_units()
    unit = make_organisation("unit", "北山矿", found["parent"])
    return found | {"shop": make_organisation("workshop", "磨浮车间", unit)}


@pytest.fixture
def officer(people, units) -> User:
    user = people("", name="王红")
    give_post(user, "officer", units["parent"].node)
    return user


@pytest.fixture
def member(people, units) -> User:
    return make_account("liu", "", home=units["below"].node, password="a-long-enough-password-1")


@pytest.fixture
def roster(units, member) -> list:
    standings = ("full_member", "full_member", "probationary", "full_member", "activist", "full_member", "masses")
    rows = [
        NewPerson(
            name=name,
            since=date(2022, 3, 1),
            branch=units["below"].uuid if number != 6 else None,
            unit=units["shop"].uuid,
            code=f"G{number:04}",
            standing=standings[number % len(standings)],
            person_class="离退休" if number == 5 else "在职",
            phone="13812345678" if number == 0 else "",
            user=member.uuid if number == 0 else None,
            aliases=("刘小梅",) if number == 0 else (),
        )
        for number, name in enumerate(NAMES)
    ]
    with system_scope(reason="test"):
        found = list(add_people(rows=rows, actor=SYSTEM, now=NOW).people)
        where = units["below"].uuid
        for person, title in ((found[1], "secretary"), (found[0], "organiser")):
            appoint(
                person=person, organisation=where, title=title, valid_from=date(2024, 5, 6),
                document="北党〔2024〕12号", actor=SYSTEM, now=NOW,
            )  # fmt: skip
        set_term(organisation=where, number=3, elected_on=date(2023, 5, 6), ends_on=date(2026, 5, 5), actor=SYSTEM)
        record_contact(
            person=found[3], checked_on=date(2025, 8, 1), method="phone", reached=True, actor=SYSTEM, now=NOW
        )
        return found


def test_the_officer_narrows_the_roster_and_opens_a_file(page: Page, officer, sign_in, roster, check_page):
    sign_in(page, officer)
    page.goto("/org/roster/")
    check_page(page, "roster")
    page.get_by_label("姓名、曾用名或工号").fill("小梅")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("#rows")).not_to_contain_text("王建国")
    page.get_by_role("link", name="刘梅").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("刘梅")
    check_page(page, "person")


def test_a_transfer_is_entered_and_closed_with_its_receipt(page: Page, officer, sign_in, roster, units, check_page):
    make_organisation("branch", "采掘党支部", units["sibling"])
    sign_in(page, officer)
    page.goto(f"/org/people/{roster[3]}/transfer/")
    check_page(page, "transfer-new")
    page.get_by_label("转往本单位的支部").select_option(label="　　采掘党支部")
    page.get_by_role("button", name="确认").click()
    page.goto("/org/transfers/")
    check_page(page, "transfers")
    page.get_by_role("link", name="办结").click()
    check_page(page, "transfer-close")
    page.get_by_label("回执号").fill("2026-17")
    page.get_by_role("button", name="登记接收").click()
    expect(page.locator("#rows")).to_contain_text("已接收")


def test_the_member_reads_his_file_and_confirms_with_one_tap(page: Page, member, sign_in, roster, check_page):
    sign_in(page, member)
    page.goto("/")
    check_page(page, "member-home")
    page.goto("/org/me/")
    check_page(page, "my-file")
    page.get_by_role("button", name="联系得上，确认").click()
    expect(page.locator("#contact")).to_contain_text("2026年9月5日")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/org/people/new/", "person-new"),
        ("/org/terms/", "terms"),
        ("/org/contacts/", "contacts"),
        ("/org/mobility/", "mobility"),
        ("/org/former/", "former"),
        ("/org/", "organisations-with-tabs"),
    ],
)
def test_every_register_reads_well_on_both_screens(page: Page, officer, sign_in, roster, check_page, address, name):
    sign_in(page, officer)
    page.goto(address)
    check_page(page, name)


def test_the_forms_of_one_person_read_well(page: Page, officer, sign_in, roster, units, check_page):
    sign_in(page, officer)
    for what in ("appoint", "join", "leave", "standing", "contact"):
        page.goto(f"/org/people/{roster[0]}/{what}/")
        check_page(page, f"person-{what}")
    page.goto(f"/org/{units['below'].uuid}/terms/")
    check_page(page, "organisation-terms")
    page.goto("/")
    check_page(page, "officer-home-with-terms")
