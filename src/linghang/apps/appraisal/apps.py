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
        from linghang.apps.appraisal.operations import objections as _corrections  # noqa: F401  steps register there
        from linghang.apps.loops.data import own_pages
        from linghang.apps.org.packs import unit_packs
        from linghang.ui.navigation import Entry, main_menu
        from linghang.ui.panels import Action, home_actions

        unit_packs(_held_packs)
        own_pages["objection"] = _page_of_objection
        note = _("用花名册和记录表算一遍积分，不写入业务数据")
        home_actions.register(Action(_("试算"), note, "appraisal:trial", icon="calculator", order=10, offered=True))
        main_menu.register(Entry(_("试算"), "appraisal:trial", icon="calculator", order=60))


def _page_of_objection(case: UUID) -> str:
    from linghang.apps.appraisal.queries.objections import page_of_case  # as below

    return page_of_case(case)


def _held_packs(top: UUID | None) -> Iterable["HeldPack"]:
    from linghang.apps.appraisal.queries.packs import held_packs  # models are there only when every room is loaded

    return held_packs(top)
