"""What a demo unit is, as `units/*.yaml` says it. All of it is invented."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

UNITS = Path(__file__).with_name("units")
ORDER = ("yiling", "xiangling", "qingyuan", "tuoling", "wanshui")


@dataclass(frozen=True)
class Organisation:
    """One organisation by its code; `under` is the code of the one above, "" for a top."""

    code: str
    kind: str
    name: str
    under: str = ""
    short: str = ""


@dataclass(frozen=True)
class Work:
    """Where the people of a branch work, with its teams."""

    code: str
    kind: str
    name: str
    teams: tuple[str, ...] = ()

    def team_code(self, number: int) -> str:
        return f"{self.code}-{number:02}"


@dataclass(frozen=True)
class Branch:
    """A branch with how many people of which standing; `groups` is the number of its party groups."""

    code: str
    name: str
    under: str
    category: str
    full: int
    probationary: int
    staff: int
    groups: int
    work: Work | None = None

    @property
    def heads(self) -> int:
        return self.full + self.probationary + self.staff


@dataclass(frozen=True)
class Project:
    """A project of the business tree and the branch that it belongs to; it ends on `until`."""

    code: str
    name: str
    under: str
    branch: str
    until: date | None = None


@dataclass(frozen=True)
class Joint:
    """A joint or temporary branch: whose members come `each` from which branches, and how many from elsewhere."""

    code: str
    kind: str
    name: str
    under: str
    since: date
    from_branches: tuple[str, ...]
    each: int
    outsiders: int = 0
    until: date | None = None
    project: str = ""


@dataclass(frozen=True)
class Leaders:
    """So many holders of a title at an organisation."""

    title: str
    at: str
    count: int


@dataclass(frozen=True)
class Indicator:
    """A business indicator that moves from `start` to `end` over the years of the demo."""

    code: str
    name: str
    unit: str
    direction: str
    source: str
    definition: str
    start: float
    end: float
    decimals: int


@dataclass(frozen=True)
class Card:
    """One story: what a newcomer sees in three minutes, as whom, click by click, and what there is not yet of it."""

    order: int
    title: str
    minutes: int
    text: str
    account: str
    clicks: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unit:
    """One independent demo unit."""

    code: str
    name: str
    preset: str
    organisations: tuple[Organisation, ...]
    branches: tuple[Branch, ...]
    leaders: tuple[Leaders, ...]
    card: Card
    projects: tuple[Project, ...] = ()
    study_groups: tuple[dict[str, str], ...] = ()
    joint: tuple[Joint, ...] = ()
    composition: tuple[str, ...] = ()
    contact_points: tuple[str, ...] = ()
    pairs: tuple[dict[str, str], ...] = ()
    areas: dict[str, Any] = field(default_factory=dict)
    features: dict[str, str] = field(default_factory=dict)
    indicators: tuple[Indicator, ...] = ()
    story: dict[str, Any] = field(default_factory=dict)
    irregular: dict[str, Any] = field(default_factory=dict)

    @property
    def top(self) -> Organisation:
        """The organisation that hangs under no other."""
        return next(one for one in self.organisations if not one.under)


@cache
def units() -> tuple[Unit, ...]:
    """The five units in the order of their cards."""
    return tuple(_unit(yaml.safe_load((UNITS / f"{name}.yaml").read_text("utf-8"))) for name in ORDER)


def _unit(written: dict[str, Any]) -> Unit:
    plain = ("composition", "contact_points", "pairs", "study_groups")
    return Unit(
        code=written["code"],
        name=written["name"],
        preset=written["preset"],
        organisations=tuple(Organisation(**one) for one in written["organisations"]),
        branches=tuple(_branch(one) for one in written["branches"]),
        leaders=tuple(Leaders(**one) for one in written["leaders"]),
        card=_card(**written["card"]),
        projects=tuple(Project(**one) for one in written.get("projects", ())),
        joint=tuple(_joint(one) for one in written.get("joint", ())),
        indicators=tuple(Indicator(**one) for one in written.get("indicators", ())),
        areas=written.get("areas", {}),
        features=written.get("features", {}),
        story=written.get("story", {}),
        irregular=written.get("irregular", {}),
        **{name: tuple(written.get(name, ())) for name in plain},
    )


def _card(clicks: list[str], missing: list[str] | None = None, **written: Any) -> Card:
    return Card(clicks=tuple(clicks), missing=tuple(missing or ()), **written)


def _branch(written: dict[str, Any]) -> Branch:
    work = written.pop("work")
    place = Work(work["code"], work["kind"], work["name"], tuple(work["teams"])) if work else None
    return Branch(work=place, **written)


def _joint(written: dict[str, Any]) -> Joint:
    named = {name: value for name, value in written.items() if name != "from"}
    return Joint(from_branches=tuple(written["from"]), **named)
