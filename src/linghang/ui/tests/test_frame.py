"""The frame's registries: menus, panels, to-dos and actions show what the viewer may open, in order."""

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

import pytest
from django.http import HttpRequest
from django.template import Context
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from linghang.ui.navigation import Entry, Menu, main_menu, user_menu
from linghang.ui.panels import Action, Actions, Panel, Panels, Todo, TodoSources, home_actions
from linghang.ui.templatetags.ui import navigation
from linghang.ui.web.routes import rule_for
from linghang.ui.web.viewer import Grant, Viewer

HOME, COMPONENTS = "portal:home", "ui:components"


def asked_by(*roles: str, path: str = "/", known: bool = True) -> HttpRequest:
    request = RequestFactory().get(path)
    grants = tuple(Grant(role=role, path="1/", top=None, label="第一党支部") for role in roles)
    request.viewer = Viewer(uuid=uuid4(), name="赵明", grants=grants) if known else Viewer()
    return request


def test_the_menu_is_in_order_and_marks_where_one_is():
    menu = Menu()
    menu.register(Entry("组件", COMPONENTS, icon="list", order=20))
    menu.register(Entry("工作台", HOME, icon="home", order=10))
    links = menu.links(asked_by("member", path="/_ui/"))
    assert [(link.label, link.current) for link in links] == [("工作台", False), ("组件", True)]


def test_nobody_sees_a_menu_before_signing_in():
    assert main_menu.links(asked_by(known=False)) == []
    assert main_menu.links(RequestFactory().get("/")) == []
    assert main_menu.links(None) == []


def test_an_entry_is_hidden_from_those_whose_posts_do_not_open_it():
    menu = Menu()
    menu.register(Entry("账号", "access:user-list", icon="users"))
    assert menu.links(asked_by("member")) == []
    assert [link.label for link in menu.links(asked_by("officer"))] == ["账号"]


def test_registering_an_address_again_replaces_the_entry():
    menu = Menu()
    menu.register(Entry("旧", HOME, icon="home"))
    menu.register(Entry("新", HOME, icon="home"))
    assert [entry.label for entry in menu] == ["新"]


def test_an_entry_with_an_unknown_icon_stops_the_start():
    with pytest.raises(LookupError):
        Entry("工作台", HOME, icon="no-such-icon")


def test_everything_registered_leads_to_an_address_with_a_permission_row():
    for entry in [*main_menu, *user_menu, *home_actions]:
        assert reverse(entry.url_name)
        assert rule_for(entry.url_name), entry.url_name


def test_the_main_menu_shows_six_entries_the_phone_four_and_the_rest_under_more(monkeypatch):
    names = "portal:home ui:components jobs:list notify:list audit:mine access:profile access:password access:mfa-enrol"
    entries = {name: Entry(name, name, icon="list") for name in names.split()}
    monkeypatch.setattr(main_menu, "_entries", entries)
    request = asked_by("member")
    menus = navigation(Context({"request": request}))
    assert [len(getattr(menus, key)) for key in ("main", "rest", "phone", "phone_rest")] == [6, 2, 4, 4]
    monkeypatch.setattr(main_menu, "_entries", dict(list(entries.items())[:5]))
    menus = navigation(Context({"request": request}))
    assert [len(getattr(menus, key)) for key in ("main", "rest", "phone", "phone_rest")] == [5, 0, 5, 0]


@pytest.mark.parametrize("template", ["ui/base.html", "ui/bare.html", "404.html", "500.html", "400.html", "403.html"])
def test_frames_and_error_pages_need_neither_request_nor_user(template):
    html = render_to_string(template, {})
    assert "本系统为非涉密系统，严禁存储、处理、传输涉密信息" in html
    assert "main-menu" not in html


@dataclass(frozen=True)
class Sample:
    title: str
    why: str = ""


def test_panels_are_shown_by_role_and_only_when_they_have_something():
    panels = Panels()
    panels.register(Panel("b", lambda _r: Sample("第二块"), "ui/c/empty.html", order=20))
    panels.register(Panel("a", lambda _r: Sample("第一块"), "ui/c/empty.html", order=10, roles=frozenset({"leader"})))
    panels.register(Panel("c", lambda _r: None, "ui/c/empty.html"))
    assert [panel.name for panel in panels.render(asked_by("leader"), {"leader"})] == ["a", "b"]
    assert [panel.name for panel in panels.render(asked_by("member"), {"member"})] == ["b"]


def test_todos_stand_by_deadline_and_those_without_one_last():
    sources = TodoSources()
    sources.register("x", lambda _r: [Todo("丙", "/c", "办"), Todo("乙", "/b", "办", due=date(2026, 11, 28))])
    sources.register("y", lambda _r: [Todo("甲", "/a", "办", due=date(2026, 11, 24))])
    assert [todo.title for todo in sources.collect(asked_by("member"))] == ["甲", "乙", "丙"]


def test_actions_are_offered_only_to_those_who_may_take_them():
    actions = Actions()
    actions.register(Action("账号", "建账号", "access:user-list", icon="users"))
    actions.register(Action("督办", "只给纪检", HOME, icon="eye", roles=frozenset({"inspector"})))
    assert actions.links(asked_by("member")) == []
    assert [link.label for link in actions.links(asked_by("officer"))] == ["账号"]
    assert [link.label for link in actions.links(asked_by("inspector"))] == ["督办"]
    assert actions.links(asked_by(known=False)) == []


def test_a_demo_installation_says_so_on_every_page_and_names_its_day(settings):
    settings.DEMO, settings.DEMO_TODAY = True, date(2026, 3, 31)
    for template in ("ui/base.html", "ui/bare.html"):
        page = render_to_string(template, {})
        assert "演示系统：数据均为虚构，请勿录入真实信息" in page
        assert "“今天”是 2026年3月31日" in page
    settings.DEMO, settings.DEMO_TODAY = False, None
    assert "演示系统" not in render_to_string("ui/base.html", {})
