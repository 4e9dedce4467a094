from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "linghang.apps.ledger"
    label = "ledger"

    def ready(self) -> None:
        from linghang.apps.access.data import choose_places_on
        from linghang.apps.exchange.kinds import register_kind
        from linghang.apps.ledger import findables
        from linghang.apps.ledger.data import on_append
        from linghang.apps.ledger.imports import records as import_of_records
        from linghang.apps.ledger.operations.merging import carry_records, give_records_back
        from linghang.apps.ledger.queries.counting import count_links, people_with_records
        from linghang.apps.org.data import link_counters, person_references
        from linghang.apps.org.data.hooks import MergeHook, on_people_merged
        from linghang.apps.org.search.data import SearchKind, Sound, search_kinds

        choose_places_on("ledger:list", "ledger:late", "ledger:mass", "ledger:draws")
        register_kind(import_of_records.KIND)
        link_counters.register("ledger", count_links)
        person_references.register("ledger", people_with_records)
        on_people_merged.register("ledger", MergeHook(carry_records, give_records_back))
        on_append("search", findables.follow)
        for code, label, address, source in (
            (findables.EVENT, _("活动"), "ledger:event", findables.all_events),
            (findables.FACT, _("记录"), "ledger:fact", findables.all_facts),
        ):
            search_kinds.register(
                SearchKind(code, label, address, 40, "notebook", Sound.INITIALS, dated=True, source=source)
            )
        _join_pages()


def _join_pages() -> None:
    """The menu, the front page, and the pages of people and branches."""
    from linghang.apps.ledger import panels
    from linghang.apps.ledger.papers import records_on_paper
    from linghang.apps.ledger.permissions import INSPECTORS, READERS, RECORDERS
    from linghang.apps.org.data.panels import (
        SubjectAction,
        SubjectPanel,
        branch_panels,
        organisation_actions,
        person_panels,
        person_papers,
    )
    from linghang.ui.navigation import Entry, main_menu
    from linghang.ui.panels import Action, Panel, home_actions, home_panels, todo_sources
    from linghang.ui.web.routes import may_see

    main_menu.register(Entry(_("记录"), "ledger:list", icon="notebook", order=30, visible=may_see(*READERS)))
    main_menu.register(Entry(_("监督"), "ledger:late", icon="eye-check", order=80, visible=may_see(*INSPECTORS)))
    note = _("会议点缺席的人，其余按到会记")
    action = Action(
        _("录一次会议"), note, "ledger:record", "notebook", order=10, roles=frozenset(RECORDERS), offered=True
    )
    home_actions.register(action)
    todo_sources.register("ledger", panels.todos)
    lines = Panel(
        "ledger.verification",
        query=panels.last_verification,
        template="ledger/panels/verification.html",
        order=50,
        roles=frozenset({"inspector"}),
    )
    home_panels.register(lines)
    year = SubjectPanel("ledger.year", panels.year_of_branch, "ledger/panels/branch.html", order=20, wide=True)
    branch_panels.register(year)
    person_panels.register(
        SubjectPanel("ledger.records", panels.records_of_person, "ledger/panels/person.html", order=40)
    )
    person_panels.register(SubjectPanel("ledger.study", panels.study_of_person, "ledger/panels/study.html", order=30))
    organisation_actions.register(SubjectAction("ledger.study", _("学习书目和签到"), "notebook", panels.group_page))
    person_papers.register("ledger.records", records_on_paper, order=60)
