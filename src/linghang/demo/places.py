"""The organisations of a demo unit, through the operations of `org`; everything later finds them by code."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from linghang.apps.org import operations as org
from linghang.apps.org.queries.keys import node_uuids
from linghang.demo.content import Branch, Unit
from linghang.ui.web.writing import SYSTEM

FOUNDED = date(1998, 7, 1)
CATEGORIES = {
    "机关": "office",
    "生产": "production",
    "科研": "research",
    "野外": "field",
    "离退休": "retired",
    "采掘": "mining",
    "辅助": "auxiliary",
}


@dataclass
class Places:
    """Organisations by code, and the places of the tree on which they hang."""

    since: date
    uuids: dict[str, UUID] = field(default_factory=dict)
    nodes: dict[str, UUID] = field(default_factory=dict)

    def add(self, code: str, kind: str, name: str, under: str, *, short: str = "", since: date = FOUNDED) -> UUID:
        """Create one organisation below another."""
        self.uuids[code] = org.create_organisation(
            kind=kind,
            name=name,
            short_name=short,
            code=code,
            parent=self.uuids[under] if under else None,
            founded_on=since,
            actor=SYSTEM,
        )
        return self.uuids[code]


def build_places(unit: Unit, since: date) -> Places:
    """The whole tree of a unit: committees, departments, branches with their teams and groups, projects."""
    places = Places(since)
    for one in unit.organisations:
        places.add(one.code, one.kind, one.name, one.under, short=one.short)
    business = next(one.code for one in unit.organisations if one.kind == "unit")
    for branch in unit.branches:
        _add_branch(places, branch, business)
    for project in unit.projects:
        places.add(project.code, "project", project.name, project.under, since=since)
    for group in unit.study_groups:
        places.add(group["code"], "study_group", group["name"], group["branch"], since=since)
    for joint in unit.joint:
        places.add(joint.code, joint.kind, joint.name, joint.under, since=joint.since)
    hung = node_uuids(places.uuids.values())
    places.nodes = {code: hung[uuid] for code, uuid in places.uuids.items()}
    return places


def _add_branch(places: Places, branch: Branch, business: str) -> None:
    uuid = places.add(branch.code, "branch", branch.name, branch.under)
    org.set_category(organisation=uuid, category=CATEGORIES[branch.category], valid_from=FOUNDED, actor=SYSTEM)
    org.set_term(
        organisation=uuid,
        number=3,
        elected_on=places.since - timedelta(days=30 * (int(branch.code[-2:]) % 20)),
        ends_on=places.since + timedelta(days=3 * 365 - 30 * (int(branch.code[-2:]) % 20)),
        actor=SYSTEM,
    )
    for group in range(1, branch.groups + 1):
        places.add(f"{branch.code}-G{group}", "party_team", f"{branch.name}第{group}党小组", branch.code)
    if branch.work is not None:
        work = branch.work
        places.add(work.code, work.kind, work.name, business)
        for number, team in enumerate(work.teams, 1):
            places.add(work.team_code(number), "team", f"{work.name}{team}", work.code, short=team)


def end_places(unit: Unit, places: Places, today: date) -> None:
    """What is over by today: projects that ended, temporary branches after their season."""
    ends = {one.code: one.until for one in unit.projects} | {one.code: one.until for one in unit.joint}
    for code, until in ends.items():
        if until is not None and until < today:
            org.close_organisation(organisation=places.uuids[code], last_day=until, actor=SYSTEM)
