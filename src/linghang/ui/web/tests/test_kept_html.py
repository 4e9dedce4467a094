"""Parts of the frame are made once, and never show what is of another request, person or moment."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from linghang.ui.navigation import Link
from linghang.ui.templatetags.ui import Menus
from linghang.ui.web.kept_html import kept_html

HEADER = "ui/parts/header.html"


def header(name: str, *links: Link, token: str = "t1", here: str = "/", signs: str = "") -> str:
    menus = Menus(links, (), links, (), ())
    anew = {"csrf_token": token, "here": here, "name": name, "signs": signs}
    return kept_html(HEADER, anew=anew, menus=menus, signed_in=True)


def link(label: str, *, current: bool = False) -> Link:
    return Link(label, f"/{label}/", "list", "get", current)


def test_each_person_finds_his_own_name_token_and_address():
    first = header("赵明", link("组织"), token="first-token", here="/org/?page=2&search=王")
    second = header("钱伟", link("组织"), token="second-token", here="/")
    assert "赵明" in first
    assert 'value="first-token"' in first
    assert 'value="/org/?page=2&amp;search=王"' in first
    assert "赵明" not in second
    assert "first-token" not in second
    assert "search=王" not in second


def test_a_menu_that_has_become_smaller_is_smaller_at_once():
    assert "账号" in header("赵明", link("组织"), link("账号"))
    assert "账号" not in header("赵明", link("组织"))


def test_where_one_is_is_marked_on_the_page_where_one_is():
    assert 'href="/组织/" aria-current="page"' in header("赵明", link("组织", current=True))
    assert "aria-current" not in header("赵明", link("组织"))


def test_each_language_has_its_own():
    with translation.override("en"):
        assert "中文" in header("赵明")
    assert "English" in header("赵明")


@pytest.mark.parametrize("typed", ["<script>", '"><b>', "\x1fcsrf_token\x1f"])
def test_what_somebody_typed_is_text_and_never_a_place_for_something_else(typed):
    page = header(typed, token="secret-token")
    assert typed not in page or "<" not in typed
    assert page.count("secret-token") == header("赵明", token="secret-token").count("secret-token")


def test_the_foot_names_the_moment_of_this_request():
    assert "数据截至 2026年3月5日" in kept_html("ui/parts/footer.html", anew={"day": "2026年3月5日"}, kind="as_of")
    assert "数据截至 2026年4月1日" in kept_html("ui/parts/footer.html", anew={"day": "2026年4月1日"}, kind="as_of")


@pytest.mark.django_db
def test_the_token_of_the_page_is_that_of_its_visitor(client):
    pages = [browser.get(reverse("access:sign-in")).content.decode() for browser in (client, Client())]
    tokens = [page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0] for page in pages]
    assert tokens[0] != tokens[1]
