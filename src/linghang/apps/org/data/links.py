"""Areas, categories of branches, and which of this room's types the words of a pack's links mean."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.apps.org.data.organisations import Kind
from linghang.apps.org.data.posts import BRANCHES, COMMITTEES
from linghang.engine.packs.link_model import AREAS, Colour


class AreaKind(StrEnum):
    """What somebody can be responsible for, besides people and organisations; the same words as in packs."""

    ZONE = "zone"
    POST = "post"
    TASK = "task"
    FEATURE = "feature"


AREA_KINDS: dict[str, Promise] = {
    AreaKind.ZONE.value: _("责任区"),
    AreaKind.POST.value: _("先锋岗"),
    AreaKind.TASK.value: _("重点难点工作"),
    AreaKind.FEATURE.value: _("特色项目"),
}

CATEGORIES: dict[str, Promise] = {
    "office": _("机关"),
    "production": _("生产"),
    "research": _("科研"),
    "field": _("野外"),
    "retired": _("离退休"),
    "mining": _("采掘"),
    "auxiliary": _("辅助"),
    "construction": _("施工"),
    "service": _("服务"),
}

# word of a pack → types of organisations; a word that is missing here means people or an area
KINDS_OF_END: dict[str, frozenset[Kind]] = {
    "branch": BRANCHES,
    "party-group": frozenset({Kind.PARTY_TEAM}),
    "committee": COMMITTEES | {Kind.GENERAL_BRANCH, Kind.LEADING_GROUP},
    "unit": frozenset({Kind.UNIT}),
    "department": frozenset({Kind.DEPARTMENT}),
    "workshop": frozenset({Kind.WORKSHOP}),
    "team": frozenset({Kind.TEAM}),
    "project": frozenset({Kind.PROJECT}),
    "field-site": frozenset({Kind.FIELD_SITE}),
    "study-group": frozenset({Kind.STUDY_GROUP}),
}
AREA_ENDS = frozenset(AREAS)
END_LABELS: dict[str, Promise] = {
    "member": _("党员"),
    "person": _("人员"),
    "branch": _("党支部"),
    "party-group": _("党小组"),
    "committee": _("党委（总支）"),
    "unit": _("单位"),
    "department": _("部门（科室）"),
    "workshop": _("车间（区队）"),
    "team": _("班组"),
    "project": _("项目部"),
    "field-site": _("野外站点"),
    "study-group": _("青年理论学习小组"),
    **AREA_KINDS,
}


COLOURS: dict[Colour, Promise] = {Colour.GREEN: _("绿"), Colour.YELLOW: _("黄"), Colour.RED: _("红")}


class End(StrEnum):
    """What stands at one side of a link."""

    PERSON = "person"
    ORGANISATION = "organisation"
    AREA = "area"


@dataclass(frozen=True)
class EndLine:
    """One side of a link as lists show it; `kind` is the type of an organisation or an area, '' for a person."""

    end: End
    uuid: UUID
    name: str
    kind: str = ""
    kind_label: str = ""
    code: str = ""


@dataclass(frozen=True)
class Counted:
    """How a quota stands on a day: done of wanted, the colour of the alerts, and the rule in words.

    `done` and `colour` are None where no room keeps such records: unknown is not zero.
    """

    done: int | None
    wanted: int
    colour: Colour | None
    since: date
    until: date
    rule: str

    @property
    def text(self) -> str:
        """'1/2', or '—/2' where nothing counts yet."""
        return f"{'—' if self.done is None else self.done}/{self.wanted}"


@dataclass(frozen=True)
class LateLink:
    """A link whose quota lights up: who, where, '0/2' and the colour."""

    left: str
    right: str
    text: str
    colour: Colour


@dataclass(frozen=True)
class LinkLine:
    """One link. `counted` is there for kinds with a quota, on the day that was asked for."""

    uuid: UUID
    kind: str
    title: str
    left: EndLine
    right: EndLine
    valid_from: date
    valid_to: date | None
    note: str
    counted: Counted | None = None


@dataclass(frozen=True)
class AreaLine:
    """One area with those who are responsible for it on the day asked for."""

    uuid: UUID
    kind: str
    kind_label: str
    code: str
    name: str
    organisation: UUID
    organisation_name: str
    duties: str
    valid_from: date
    valid_to: date | None
    holders: tuple[str, ...] = ()


@dataclass(frozen=True)
class CategoryLine:
    """What a branch was classed as, from one day to another."""

    category: str
    label: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Blank:
    """Days without anybody, both ends included; without `until` they go on."""

    since: date
    until: date | None
    days: int


@dataclass(frozen=True)
class GapLine:
    """Somebody or something that is not covered on the day asked for, with how long already."""

    line: EndLine
    place: str
    since: date
    days: int


@dataclass(frozen=True)
class CoverageLine:
    """x of y covered on a day; `gaps` are the first of those that are not, `missing` how many there are."""

    id: str
    title: str
    of: str
    of_label: str
    covered: int
    total: int
    rule: str
    suggestions: tuple[str, ...] = ()
    gaps: tuple[GapLine, ...] = ()

    @property
    def missing(self) -> int:
        return self.total - self.covered

    @property
    def full(self) -> bool:
        return self.total > 0 and self.missing == 0


@dataclass(frozen=True)
class SlotLine:
    """One place of a branch's composition on a day: who fills it, and its colour (None: not counted yet)."""

    kind: str
    title: str
    colour: Colour | None
    filled: tuple[EndLine, ...]
    counted: Counted | None = None
    since: date | None = None  # of an empty slot: the day since when


@dataclass(frozen=True)
class Composition:
    """The slots of one branch on a day; an amber slot is filled, a red one empty."""

    organisation: UUID
    name: str
    slots: tuple[SlotLine, ...]

    @property
    def filled(self) -> int:
        return sum(1 for slot in self.slots if slot.filled)

    @property
    def total(self) -> int:
        return len(self.slots)

    @property
    def empty(self) -> tuple[SlotLine, ...]:
        return tuple(slot for slot in self.slots if not slot.filled)


@dataclass(frozen=True)
class CurvePoint:
    """How many of how many were covered on a day."""

    day: date
    covered: int
    total: int

    @property
    def missing(self) -> int:
        return self.total - self.covered


@dataclass(frozen=True)
class LinkFilter:
    """What a list of links is narrowed to."""

    kind: str = ""
    search: str = ""
    organisation: UUID | None = None
    with_ended: bool = False


@dataclass(frozen=True)
class CountAsk:
    """How many days (or events) with a record of `kind` whose subject is `left`, inside closed dates.

    `right` is where they must have happened: an organisation, a person's or an area's place; None is anywhere.
    """

    key: UUID
    kind: str
    left: UUID
    right: UUID | None
    since: date
    until: date
    distinct: str = "day"


@dataclass(frozen=True)
class Merged:
    """What a merger or a split did."""

    organisations: tuple[UUID, ...]
    people: int = 0
    moved: int = 0
    notes: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class Officer:
    """Who holds a post of a branch on a day."""

    person: UUID
    name: str
    title: str


@dataclass(frozen=True)
class BranchCard:
    """The page of a branch on a day. `composition` is None for what has no slots; `coverages` speak of it alone.

    `category` on the day, `categories` on all days, the latest first.
    """

    uuid: UUID
    name: str
    short_name: str
    kind: str
    kind_label: str
    parent_name: str
    members: bool
    open: bool
    category: str
    officers: tuple[Officer, ...]
    standings: tuple[tuple[str, int], ...]
    away: int
    composition: Composition | None
    coverages: tuple[CoverageLine, ...]
    areas: tuple[AreaLine, ...]
    links: tuple[LinkLine, ...]
    categories: tuple[CategoryLine, ...] = ()

    @property
    def total(self) -> int:
        """Party members."""
        return sum(number for _label, number in self.standings)

    @property
    def features(self) -> tuple[AreaLine, ...]:
        return tuple(area for area in self.areas if area.kind == AreaKind.FEATURE)

    @property
    def duties(self) -> tuple[AreaLine, ...]:
        """Zones, posts and key tasks."""
        return tuple(area for area in self.areas if area.kind != AreaKind.FEATURE)


@dataclass(frozen=True)
class JointBranch:
    """A joint branch as its agreement says it: what it is for, and who belongs to it from where."""

    uuid: UUID
    name: str
    kind_label: str
    founded_on: date
    closed_on: date | None
    projects: tuple[str, ...]
    members: tuple[tuple[str, str, str], ...]  # name, home, title
    officers: tuple[Officer, ...]
    homes: tuple[str, ...]


@dataclass(frozen=True)
class ClassedBranch:
    """A branch with its category on a day ('' where none is set) and what may be compared inside the category."""

    uuid: UUID
    name: str
    category: str
    since: date | None
    members: int
    filled: int
    slots: int
