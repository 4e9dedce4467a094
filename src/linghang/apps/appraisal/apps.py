from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from linghang.apps.org.packs import HeldPack


class AppraisalConfig(AppConfig):
    name = "linghang.apps.appraisal"
    label = "appraisal"

    def ready(self) -> None:
        from django.urls import register_converter

        from linghang.apps.appraisal.converters import MonthConverter
        from linghang.apps.appraisal.data.months import open_objections
        from linghang.apps.appraisal.operations import objections as _corrections  # noqa: F401  steps register there
        from linghang.apps.appraisal.panels_deciding import deciding_todos
        from linghang.apps.appraisal.panels_duty import todos
        from linghang.apps.appraisal.panels_points import own_points, own_todos, points_address, points_of_person
        from linghang.apps.appraisal.panels_stars import stars_of_branch
        from linghang.apps.appraisal.panels_uses import honours_of_person, used_of_branch
        from linghang.apps.appraisal.papers_points import points_on_paper
        from linghang.apps.appraisal.queries.objections import open_of
        from linghang.apps.loops.data import own_pages
        from linghang.apps.org.data.panels import (
            SubjectAction,
            SubjectPanel,
            branch_panels,
            person_actions,
            person_panels,
            person_papers,
        )
        from linghang.ui.navigation import Entry, main_menu, user_menu
        from linghang.ui.panels import Action, home_actions, todo_sources
        from linghang.ui.web.routes import beside_a_post, holds_only

        register_converter(MonthConverter, "month")
        stars = SubjectPanel("appraisal.stars", stars_of_branch, "appraisal/panels/stars.html", order=30)
        branch_panels.register(stars)
        used = SubjectPanel("appraisal.used", used_of_branch, "appraisal/panels/used.html", order=95)
        branch_panels.register(used)
        honours = SubjectPanel("appraisal.honours", honours_of_person, "appraisal/panels/honours.html", order=60)
        person_panels.register(honours)
        points = SubjectPanel("appraisal.points", points_of_person, "appraisal/panels/points.html", order=20)
        person_panels.register(points)
        person_papers.register("appraisal.points", points_on_paper, order=30)
        for name, label, address, own in (
            ("appraisal.mine", _("我的积分"), own_points, True),
            ("appraisal.statement", _("积分明细"), points_address, False),
        ):
            person_actions.register(SubjectAction(name, label, "star", address, order=15, own=own))
        _tell_rooms_below()
        for name, source in (("months", todos), ("own", own_todos), ("deciding", deciding_todos)):
            todo_sources.register(f"appraisal.{name}", source)
        main_menu.register(Entry(_("积分考核"), "appraisal:books", icon="chart-bar", order=42))
        main_menu.register(Entry(_("月度工作单"), "appraisal:duty-board", icon="clipboard-list", order=58))
        open_objections.register("objections", open_of)
        own_pages["objection"] = _page_of_objection
        note = _("用花名册和记录表算一遍积分，不写入业务数据")
        tries = frozenset({"system_admin", "officer", "secretary", "organiser"})
        home_actions.register(Action(_("试算"), note, "appraisal:trial", icon="calculator", order=60, roles=tries))
        plain = holds_only("member", "staff")
        main_menu.register(Entry(_("我的积分"), "appraisal:mine", icon="star", order=14, visible=plain))
        user_menu.register(Entry(_("我的积分"), "appraisal:mine", icon="star", order=15, visible=beside_a_post))
        main_menu.register(Entry(_("评先评优"), "appraisal:selections", icon="award", order=62))
        main_menu.register(Entry(_("结果运用"), "appraisal:uses", icon="table", order=66))
        main_menu.register(Entry(_("承诺践诺"), "appraisal:commitments", icon="flag", order=64))
        main_menu.register(Entry(_("办法"), "appraisal:packs", icon="scale", order=58))
        main_menu.register(Entry(_("试算"), "appraisal:trial", icon="calculator", order=60))


def _tell_rooms_below() -> None:
    """Which packs hold where; the pages on which a place is found by typing where there are many."""
    from linghang.apps.access.data import choose_places_on
    from linghang.apps.org.packs import unit_packs

    unit_packs(_held_packs)
    choose_places_on("appraisal:bind", "appraisal:pack-simulate", "appraisal:presets")
    choose_places_on("appraisal:selection-open", "appraisal:use-rule", "appraisal:use-make")


def _page_of_objection(case: UUID) -> str:
    from linghang.apps.appraisal.queries.objections import page_of_case  # as below

    return page_of_case(case)


def _held_packs(top: UUID | None) -> Iterable["HeldPack"]:
    from linghang.apps.appraisal.queries.packs import held_packs  # models are there only when every room is loaded

    return held_packs(top)
