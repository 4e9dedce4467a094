"""What a simulation reads: the people of a place in a month as two versions see them, and their records."""

from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.access.queries import find_node
from linghang.apps.appraisal.data.packs import READABLE
from linghang.apps.appraisal.months.roster import Rostered, branches_of, people_of
from linghang.apps.appraisal.packs.simulating import Side, Simulation
from linghang.apps.appraisal.queries.drafts import get_version, report_of
from linghang.apps.appraisal.queries.packs import pack_of
from linghang.apps.ledger.queries.settlement import Wanted, facts_for_settlement, settlement_facts
from linghang.apps.org.queries.year_roster import (
    PlaceRow,
    links_of_kinds,
    member_spans,
    places_at,
    places_of_members,
)
from linghang.engine.facts import Fact
from linghang.engine.packs.model import Pack
from linghang.engine.periods import Month
from linghang.engine.problems import ProblemsFound
from linghang.engine.roster import DateRange, Member
from linghang.engine.rules.plan import Plan, compile_plan
from linghang.engine.settle.plainly.liability import Tie
from linghang.ui.web.errors import DomainError


def pack_to_try(version: UUID) -> Pack:
    """The pack of a version that the reader steers, draft or published; raises ProblemsFound when it has errors."""
    row = get_version(version, drafts=True)
    if row.state in READABLE:
        return pack_of(row.uuid)
    report = report_of(row)
    if report.pack is None:
        raise ProblemsFound(problem for problem in report.problems if problem.severity == "error")
    return report.pack


def simulation_of(*, old: UUID, new: UUID, scheme: str, node: UUID, month: Month) -> Simulation:
    """The month to be settled twice, for the people of a place inside the scope and below it.

    Everywhere counts as closed, and the schemes count from January on: what is asked is what the texts differ in.
    """
    place = find_node(node)
    packs = [pack_to_try(old), pack_to_try(new)]
    plans = [_plan(pack, scheme, month) for pack in packs]
    first = min(plan.reads_from for plan in plans).first
    branches = places_of_members(below=place.path, since=first, until=month.last)
    home = places_at([place.key]).get(place.key)
    sides = [
        _side(pack, plan, tuple(one.member for one in _people(plan, branches, home, month)))
        for pack, plan in zip(packs, plans, strict=True)
    ]
    organisations = {str(row.uuid): row.name for row in [*branches, *([home] if home else [])]}
    return Simulation(scheme, month, sides[0], sides[1], tuple(organisations), organisations)


def _plan(pack: Pack, scheme: str, month: Month) -> Plan:
    if scheme not in pack.schemes:
        raise DomainError(
            "unknown_scheme", "两版里没有同一个办法，不能比较。请选择含有这个办法的版本。", field="against"
        )
    try:
        return compile_plan(pack, scheme, month)
    except LookupError as error:
        words = _("%(why)s。请换一个月份。") % {"why": error.args[0]}
        raise DomainError("no_value_yet", words, field="month") from None


def _side(pack: Pack, plan: Plan, members: tuple[Member, ...]) -> Side:
    """With the links by which records count for whoever is responsible."""
    codes = {UUID(member.code) for member in members}
    links = links_of_kinds(set(plan.through.values()), codes, since=plan.reads_from.first, until=plan.months[-1].last)
    return Side(
        pack, members, tuple(Tie(t.kind, str(t.left), str(t.right), DateRange(t.since, t.until)) for t in links)
    )


def _people(plan: Plan, branches: list[PlaceRow], home: PlaceRow | None, month: Month) -> list[Rostered]:
    start = plan.months[0]
    if plan.scheme.subject != "member":
        if home is None:
            return []
        at_home = {branch.key: home for branch in branches}
        return branches_of(branches, months=plan.months, homes=at_home, first_months={home.key: start})
    spans = member_spans(since=plan.reads_from.first, until=month.last, branches=[b.key for b in branches])
    return people_of(
        spans,
        months=plan.months,
        first_months={branch.key: start for branch in branches},
        exempt_classes=plan.exempt_classes(),
        codes={branch.key: branch.uuid for branch in branches},
    )


def read_records(wanted: Simulation, target: Path) -> Path | list[Fact]:
    """The standing records of these people in the year up to the month, for both sides: a file, or objects where they
    count for whoever is responsible.
    """
    sides = (wanted.old, wanted.new)
    codes = {UUID(member.code): member.code for side in sides for member in side.members}
    codes |= {UUID(tie.right): tie.right for side in sides for tie in side.ties}
    plans = [compile_plan(side.pack, wanted.scheme, wanted.month) for side in sides]
    asked = Wanted(codes, min(plan.reads_from for plan in plans).first, wanted.month.last)
    if any(plan.through for plan in plans):
        return settlement_facts(asked)
    facts_for_settlement(asked, target=target)
    return target
