"""An organisation among many is found by typing, with the keyboard alone, at both widths."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from linghang.apps.access.models import ScopeNode
from linghang.ui.web.picking import FEW
from linghang.ui.web.scope import system_scope

pytestmark = pytest.mark.browser


def teams_below(top: ScopeNode) -> list[ScopeNode]:
    """More of them than a select holds."""
    rows = [
        ScopeNode(label=f"采掘{n}队", parent=top, top=top, path=f"{top.path}9{n:03d}/", valid_from=date(2020, 1, 1))
        for n in range(FEW)
    ]
    with system_scope(reason="test"):
        return ScopeNode._base_manager.bulk_create(rows)


def test_a_place_is_found_chosen_shared_and_cleared_without_a_mouse(page: Page, people, sign_in, check_page):
    officer = people("officer")
    team = teams_below(officer.home.top)[7]
    sign_in(page, officer)
    page.goto("/access/users/")
    box = page.locator("#id_node")
    box.focus()
    page.keyboard.type("采掘7")
    expect(page.locator(".pick-option")).to_have_count(1)
    check_page(page, "picking")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "list-id_node-0")
    page.keyboard.press("Enter")
    expect(box).to_have_value("采掘7队")
    expect(page.locator(".pick-list")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**node={team.uuid}**")
    assert "named" not in page.url
    page.reload()
    expect(box).to_have_value("采掘7队")
    box.focus()
    page.keyboard.press("Delete")  # all of it is selected
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**node=&**")


def test_words_of_which_nothing_was_chosen_are_not_passed_over(page: Page, people, sign_in):
    officer = people("officer")
    teams_below(officer.home.top)
    sign_in(page, officer)
    page.goto("/access/users/")
    box = page.locator("#id_node")
    box.focus()
    page.keyboard.type("采掘")
    expect(page.locator(".pick-option", has_text="采掘1队")).to_be_visible()
    page.keyboard.press("Escape")  # on a phone the list lies over the button
    page.get_by_role("button", name="筛选").click()
    assert box.evaluate("box => box.validationMessage") == "请从列表中选一个"
    assert page.url.endswith("/access/users/")
