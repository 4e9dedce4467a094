from importlib import import_module
from types import ModuleType

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoopsConfig(AppConfig):
    name = "linghang.apps.loops"
    label = "loops"

    def ready(self) -> None:
        from linghang.apps.loops import operations  # noqa: F401  what happens together with a step registers there
        from linghang.ui.navigation import Entry, main_menu
        from linghang.ui.panels import Action, home_actions, todo_sources
        from linghang.ui.web.routes import holds_only

        _join_lower_rooms()
        plain = holds_only("member", "staff")  # what somebody without an office comes for stands first
        main_menu.register(Entry(_("台账"), "loops:list", icon="clipboard-list", order=50))
        main_menu.register(Entry(_("申报"), "loops:declare", icon="plus", order=12, visible=plain))
        main_menu.register(Entry(_("反映问题"), "loops:report", icon="message-report", order=13, visible=plain))
        todo_sources.register("loops", panels().todos)
        home_actions.register(
            Action(_("申报"), _("志愿服务、任务、学习，支部确认后记入"), "loops:declare", "plus", order=20)
        )
        home_actions.register(
            Action(_("记走访"), _("到过联系点，记一下；发现的问题直接进台账"), "loops:visit", "map-pin", order=35)
        )
        home_actions.register(
            Action(_("反映问题"), _("有人办、有人核验，看得到进展"), "loops:report", "clipboard-list", order=30)
        )


def panels() -> ModuleType:
    return import_module("linghang.apps.loops.panels")  # models are there only when every room is loaded


def _join_lower_rooms() -> None:
    from linghang.apps.exchange.data import register_import_action
    from linghang.apps.ledger.data import on_append, on_erase
    from linghang.apps.ledger.data.files import on_sweep
    from linghang.apps.ledger.data.links import on_links
    from linghang.apps.ledger.data.occasions import recorded_elsewhere
    from linghang.apps.loops.findables import common_cases, personal_cases
    from linghang.apps.loops.operations.declaring import free_reversed
    from linghang.apps.loops.operations.merging import carry_cases, give_cases_back
    from linghang.apps.loops.operations.steering import forget_files
    from linghang.apps.loops.queries import files_named
    from linghang.apps.org.data import on_contact_lost
    from linghang.apps.org.data.counters import recording_pages
    from linghang.apps.org.data.hooks import MergeHook, on_people_merged
    from linghang.apps.org.data.panels import (
        SubjectAction,
        SubjectPanel,
        branch_panels,
        person_actions,
        person_panels,
    )
    from linghang.apps.org.search.data import SearchKind, Sound, search_kinds

    ours = panels()
    recording_pages["loops"] = "loops:visit"
    recorded_elsewhere["loops"] = ours.visits_recorded
    on_sweep("loops", files_named)
    register_import_action("loops.correct", ours.correct_import)
    on_append("loops", free_reversed)
    on_erase("loops", forget_files)
    on_links("loops", ours.case_of_record)
    on_contact_lost.register("loops", ours.open_lost)
    on_people_merged.register("loops", MergeHook(carry_cases, give_cases_back))
    branch_panels.register(SubjectPanel("loops.cases", ours.of_branch, "loops/panels/branch.html", order=60))
    person_panels.register(SubjectPanel("loops.cases", ours.of_person, "loops/panels/person.html", order=60))
    for own, address in ((True, ours.own_correction), (False, ours.correction)):
        name = f"loops.correct.{'own' if own else 'other'}"
        person_actions.register(SubjectAction(name, _("申请更正"), "edit", address, order=60, own=own))
    for code, label, address, source in (
        ("case", _("事项"), "loops:case", common_cases),
        ("personal-case", _("申报、更正"), "loops:personal", personal_cases),
    ):
        search_kinds.register(
            SearchKind(
                code, label, address, order=50, icon="clipboard-list", sound=Sound.INITIALS, dated=True, source=source
            )
        )
