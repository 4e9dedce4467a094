"""Zones, posts, key tasks and dated links of a demo unit, with gaps that somebody has to close."""

from collections.abc import Sequence
from datetime import date
from itertools import cycle, islice
from uuid import UUID

from linghang.apps.org import operations as org
from linghang.demo.content import Unit
from linghang.demo.crowd import Crowd
from linghang.demo.people import Person
from linghang.demo.places import Places
from linghang.ui.web.writing import SYSTEM


def tie(unit: Unit, people: Sequence[Person], places: Places, crowd: Crowd) -> None:
    """Everything of a unit that is somebody's: areas, contact points, pairs, the five slots, features, flags."""
    knots = _Knots(unit, people, places, crowd)
    knots.areas()
    knots.contact_points()
    knots.pairs()
    knots.slots()
    knots.features()


class _Knots:
    def __init__(self, unit: Unit, people: Sequence[Person], places: Places, crowd: Crowd) -> None:
        self.unit, self.people, self.places, self.crowd = unit, people, places, crowd
        self.since: date = places.since

    def areas(self) -> None:
        """Posts and zones go round the branches; the last of each kind has nobody yet: a gap on purpose."""
        for kind, link in (("posts", "pioneer-post"), ("zones", "zone-owner")):
            wanted = self.unit.areas.get(kind)
            if wanted:
                names = _numbered(wanted["names"], wanted["count"])
                self._areas({"posts": "post", "zones": "zone"}[kind], names, link, gap=kind == "zones")
        self._areas("task", self.unit.areas.get("tasks", []), "key-task", gap=False)

    def _areas(self, kind: str, names: Sequence[str], link: str, *, gap: bool) -> None:
        working = [branch for branch in self.unit.branches if branch.work is not None]
        for number, (name, branch) in enumerate(zip(names, cycle(working), strict=False)):
            code = f"{self.unit.code}-{kind[0].upper()}{number + 1:02}"
            uuid = org.open_area(
                kind=kind,
                name=name,
                code=code,
                organisation=self.places.uuids[branch.code],
                valid_from=self.since,
                actor=SYSTEM,
            )
            if gap and number == len(names) - 1:
                continue
            members = [one for one in self.people if one.branch == branch.code and one.standing == "full_member"]
            owner = members[(number // len(working) * 2 + 3) % len(members)]
            self._link(link, self.crowd.people[owner.code], uuid, since=max(self.since, owner.since))

    def contact_points(self) -> None:
        """One leader, one branch."""
        for leader, branch in zip(self.crowd.leaders, self.unit.contact_points, strict=False):
            self._link("contact-point", self.crowd.people[leader], self.places.uuids[branch])

    def pairs(self) -> None:
        """Departments and units, with what each of them does for the other."""
        for pair in self.unit.pairs:
            left, right = self.places.uuids[pair["left"]], self.places.uuids[pair["right"]]
            self._link("pair", left, right, note=pair["note"])

    def slots(self) -> None:
        """The five elements of a branch; a project that ended takes its slot along."""
        departments = [one.code for one in self.unit.organisations if one.kind == "department"]
        projects = {project.branch: project.code for project in self.unit.projects}
        groups = {group["branch"]: group["code"] for group in self.unit.study_groups}
        for number, code in enumerate(self.unit.composition):
            branch = next(one for one in self.unit.branches if one.code == code)
            right = self.places.uuids[code]
            leader = self.crowd.leaders[number % len(self.crowd.leaders)]
            self._link("compose-leader", self.crowd.people[leader], right)
            self._link("compose-office", self.places.uuids[departments[number % len(departments)]], right)
            if branch.work is not None:
                self._link("compose-unit", self.places.uuids[branch.work.code], right)
            if code in projects:
                self._link("compose-field", self.places.uuids[projects[code]], right)
            if code in groups:
                self._link("compose-study-group", self.places.uuids[groups[code]], right)

    def features(self) -> None:
        """One feature for a branch where the unit has them; the others stand in the gap list."""
        for branch, name in self.unit.features.items():
            place = self.places.uuids[branch]
            uuid = org.open_area(kind="feature", name=name, organisation=place, valid_from=self.since, actor=SYSTEM)
            self._link("feature", place, uuid)

    def _link(self, kind: str, left: UUID, right: UUID, *, since: date | None = None, note: str = "") -> None:
        new = org.NewLink(kind=kind, left=left, right=right, valid_from=since or self.since, note=note)
        org.link(new=new, actor=SYSTEM)


def _numbered(names: Sequence[str], count: int) -> list[str]:
    """`count` names that are all different: after the first round each carries the number of its round."""
    rounds = (f"{name}{number or ''}" for number in range(count) for name in names)
    return [name[:-1] + f"（{int(name[-1]) + 1}）" if name[-1].isdigit() else name for name in islice(rounds, count)]
