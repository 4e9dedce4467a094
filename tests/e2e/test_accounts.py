"""Accounts, organisations and the read log in a real browser, on both screens."""

import re

import pytest
from playwright.sync_api import Page, expect

from linghang.apps.access.models import User
from linghang.apps.access.tests.world import give_post
from linghang.apps.org.tests.world import Place, make_organisation, two_units

pytestmark = pytest.mark.browser
PASSWORD = "ground-water-lamp-7"


@pytest.fixture
def units(transactional_db) -> dict[str, Place]:
    return two_units()


@pytest.fixture
def officer(people, units) -> User:
    user = people("", name="王红")
    give_post(user, "officer", units["parent"].node)
    return user


def test_a_branch_prints_a_slip_and_its_holder_signs_in_with_it(page: Page, officer, sign_in, units, check_page):
    sign_in(page, officer)
    page.goto("/access/users/new/")
    check_page(page, "account-new")
    page.get_by_label("姓名").fill("李四")
    page.get_by_label("用户名").fill("a1024")
    page.get_by_label("组织", exact=True).select_option(str(units["below"].node.uuid))
    page.get_by_label("职务").select_option("member")
    page.get_by_role("button", name="建立").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("李四")
    check_page(page, "account")
    page.get_by_role("button", name="打印激活单").click()
    code = page.locator(".slip-code").inner_text()
    check_page(page, "slip")

    page.context.clear_cookies()
    page.goto("/access/activate/")
    check_page(page, "activate")
    page.get_by_label("激活码").fill(code)
    page.get_by_label(re.compile("^新密码")).fill(PASSWORD)
    page.get_by_label(re.compile("^再输一次")).fill(PASSWORD)
    page.get_by_role("button", name="设置密码").click()
    page.get_by_label("用户名").fill("a1024")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("李四")


def test_the_list_of_accounts_filters_without_loading_the_page_again(page: Page, officer, sign_in, units, check_page):
    for number in range(30):
        place = units["below"].node if number % 2 else units["own"].node
        user = User.objects.create(
            username=f"u{number:02}", display_name=f"同志{number:02}", home_id=place.key, created_at=officer.created_at
        )
        give_post(user, "member", place)
    sign_in(page, officer)
    page.goto("/access/users/")
    check_page(page, "accounts")
    page.get_by_label("姓名或用户名").fill("u07")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "q=u07" in page.url
    page.get_by_label("姓名或用户名").fill("没有这个人")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("没有符合条件的账号")).to_be_visible()
    check_page(page, "accounts-none")


def test_the_tree_of_organisations_is_built_on_pages(page: Page, officer, sign_in, units, check_page):
    sign_in(page, officer)
    page.goto("/org/")
    check_page(page, "organisations")
    page.get_by_role("link", name="选矿厂党总支").click()
    check_page(page, "organisation")
    page.get_by_role("link", name="新建下级").click()
    page.get_by_label("全称").fill("破碎党支部")
    page.get_by_label("类型").select_option("branch")
    page.get_by_label("成立日期").fill("2020-01-01")
    check_page(page, "organisation-new")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("破碎党支部")
    page.get_by_role("link", name="更名").click()
    page.get_by_label("新全称").fill("破碎筛分党支部")
    page.get_by_label("从哪天起").fill("2020-01-01")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("生效日期须晚于上一次变动").or_(page.get_by_text("已办理")).first).to_be_visible()


def test_ones_own_account_and_the_second_factor(page: Page, people, sign_in, check_page):
    sign_in(page, people("secretary"))
    page.goto("/access/me/")
    check_page(page, "profile")
    page.get_by_role("link", name="启用").click()
    expect(page.get_by_role("img", name=re.compile("二维码"))).to_be_visible()
    check_page(page, "second-factor")
    page.goto("/access/me/password/")
    check_page(page, "password")
    page.goto("/audit/mine/")
    check_page(page, "who-read")


def test_the_inspector_reads_who_opened_what(page: Page, officer, people, sign_in, units, check_page):
    member = people("member", name="李四")
    User.objects.filter(pk=member.pk).update(home_id=units["below"].node.key)
    sign_in(page, officer)
    page.goto(f"/access/users/{member.uuid}/")
    inspector = people("inspector", name="陈检")
    give_post(inspector, "inspector", units["parent"].node)
    page.context.clear_cookies()
    sign_in(page, inspector)
    page.goto("/access/me/")
    page.get_by_role("button", name="北山矿业党委").click()
    page.goto("/audit/reads/")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("账号详情")
    check_page(page, "read-log")


def test_five_wrong_passwords_say_how_long_to_wait(page: Page, people, check_page):
    people("member")
    page.goto("/access/sign-in/")
    for _try in range(5):
        page.get_by_label("用户名").fill("member-1")
        page.get_by_label("密码", exact=True).fill("wrong")
        page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("分钟后再试").first).to_be_visible()
    check_page(page, "locked-out")


def test_a_page_of_another_unit_is_refused_in_words(page: Page, officer, sign_in, units, check_page):
    sign_in(page, officer)
    page.goto(f"/org/{make_organisation('party_committee', '别处').uuid}/")
    expect(page.get_by_text("没有找到这项内容").first).to_be_visible()
    check_page(page, "not-found")
