"""The bench scheme as a plain table, beside its pack: contestants other than ours read the rules from here.

It was written by hand from the same sheet as `pack/`; a test compares the two, so that nobody settles other rules.
Amounts are hundredths of a point, quantities ten-thousandths of the kind's unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ROLES = ("member", "committee", "secretary", "organiser")
MEETINGS = ("assembly", "board", "group", "lecture", "theme")
LEVELS = ("team", "branch", "unit", "city", "province", "nation")  # ascending
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {"role": ROLES, "meeting": MEETINGS, "level": LEVELS}
UNIT = 10_000
HALF_HOURS = (5_000, 80_000, 5_000)  # lowest, highest, step
ONCE = (UNIT, UNIT, UNIT)
MARKS = (400_000, 1_000_000, 10_000)


@dataclass(frozen=True)
class Kind:
    """A kind of fact: its attributes, the quantities that occur, and how frequent it is."""

    id: str
    attributes: tuple[str, ...]
    quantity: tuple[int, int, int]
    weight: int


@dataclass(frozen=True)
class Row:
    """If every attribute named has one of the values: `amount` for each fact, or for every `per` of quantity."""

    amount: int
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    per: int = 0
    whole_steps: bool = False


Limits = Mapping[str, tuple[int | None, int | None]]  # month, quarter, year → (floor, cap)


@dataclass(frozen=True)
class Item:
    """An item: facts of one kind, priced by the first row that holds, kept within limits."""

    id: str
    category: str
    kind: str
    rows: tuple[Row, ...]
    limits: Limits = field(default_factory=dict)


@dataclass(frozen=True)
class Category:
    """A category: full mark of a month, and limits over what base and items give."""

    id: str
    base: int
    limits: Limits


def at_least(level: str) -> tuple[str, ...]:
    """The level and every higher one."""
    return LEVELS[LEVELS.index(level) :]


def cap(
    month: int | None = None, quarter: int | None = None, year: int | None = None, floor: int | None = None
) -> Limits:
    """Caps by span; the floor is a month's."""
    found = {"month": (floor, month), "quarter": (None, quarter), "year": (None, year)}
    return {span: pair for span, pair in found.items() if pair != (None, None)}


KINDS = (
    Kind("study.session", ("role", "meeting", "level"), HALF_HOURS, 120),
    Kind("study.online", ("level",), HALF_HOURS, 100),
    Kind("study.lecture", ("role", "level"), ONCE, 14),
    Kind("study.essay", (), ONCE, 30),
    Kind("study.exam", ("level",), MARKS, 16),
    Kind("study.reading", ("role",), HALF_HOURS, 26),
    Kind("life.meeting", ("role", "meeting", "level"), ONCE, 150),
    Kind("life.absence", ("role", "meeting"), ONCE, 18),
    Kind("life.late", ("meeting",), ONCE, 14),
    Kind("life.talk", ("role",), ONCE, 24),
    Kind("life.theme", ("role", "meeting"), ONCE, 60),
    Kind("life.review", ("level",), ONCE, 8),
    Kind("duty.task", ("role", "level"), ONCE, 90),
    Kind("duty.post", ("level",), HALF_HOURS, 36),
    Kind("duty.patrol", ("role",), ONCE, 40),
    Kind("duty.breach", ("level",), ONCE, 7),
    Kind("duty.overdue", ("role", "level"), ONCE, 9),
    Kind("duty.urgent", ("role", "level"), HALF_HOURS, 12),
    Kind("duty.check", ("role",), ONCE, 20),
    Kind("service.volunteer", ("role", "level"), HALF_HOURS, 70),
    Kind("service.visit", ("role",), ONCE, 34),
    Kind("service.mediation", ("level",), ONCE, 10),
    Kind("service.help", ("role", "level"), ONCE, 22),
    Kind("x.idea", ("level",), ONCE, 11),
    Kind("x.honour", ("role", "level"), ONCE, 5),
    Kind("x.mentoring", ("role",), HALF_HOURS, 28),
    Kind("x.brand", ("role", "meeting", "level"), ONCE, 26),
)

CATEGORIES = (
    Category("study", 1000, {"month": (0, 2000)}),
    Category("life", 2500, {"month": (0, 3000)}),
    Category("duty", 2000, {"month": (0, 3500)}),
    Category("service", 800, {"month": (0, 1800)}),
    Category("x", 0, {"month": (0, 1200)}),
)
TOTAL_LIMITS: Limits = {"month": (0, 10_000)}
GRADE = (("star5", 22_300), ("star4", 21_700), ("star3", 20_800), ("none", None))  # total of a quarter, highest first
GRADE_NEEDS_MONTHS = 3
EXEMPT_CLASSES = ("年老体弱",)

LEADERS = ("committee", "secretary")

ITEMS = (
    Item(
        "study-session",
        "study",
        "study.session",
        (
            Row(60, {"role": ("organiser",), "meeting": ("lecture", "theme")}, per=UNIT),
            Row(50, {"meeting": ("lecture",), "level": at_least("unit")}, per=UNIT),
            Row(40, {"level": at_least("branch")}, per=UNIT),
            Row(30, per=UNIT),
        ),
        cap(month=450),
    ),
    Item(
        "study-online",
        "study",
        "study.online",
        (Row(50, {"level": at_least("city")}, per=2 * UNIT, whole_steps=True), Row(35, per=2 * UNIT, whole_steps=True)),
        cap(month=300),
    ),
    Item(
        "study-lecture",
        "study",
        "study.lecture",
        (Row(500, {"role": LEADERS, "level": at_least("unit")}), Row(300, {"role": LEADERS}), Row(200)),
        cap(quarter=800),
    ),
    Item("study-essay", "study", "study.essay", (Row(100),), cap(month=200)),
    Item("study-exam", "study", "study.exam", (Row(3, {"level": at_least("city")}, per=UNIT), Row(2, per=UNIT))),
    Item(
        "study-reading",
        "study",
        "study.reading",
        (Row(15, {"role": ("member",)}, per=UNIT), Row(10, per=UNIT)),
        cap(month=150),
    ),
    Item(
        "meeting-attendance",
        "life",
        "life.meeting",
        (
            Row(80, {"role": LEADERS, "meeting": ("assembly", "lecture"), "level": at_least("branch")}),
            Row(60, {"meeting": ("assembly", "lecture")}),
            Row(40),
        ),
        cap(month=300),
    ),
    Item(
        "meeting-organised",
        "life",
        "life.meeting",
        (
            Row(150, {"role": ("organiser", "secretary"), "meeting": ("theme", "lecture"), "level": at_least("unit")}),
            Row(100, {"role": ("organiser", "secretary"), "meeting": ("theme", "lecture")}),
        ),
        cap(month=300, quarter=600),
    ),
    Item(
        "absence",
        "life",
        "life.absence",
        (
            Row(-500, {"role": LEADERS, "meeting": ("assembly", "lecture")}),
            Row(-350, {"meeting": ("assembly", "lecture")}),
            Row(-200),
        ),
        cap(floor=-1500),
    ),
    Item("late", "life", "life.late", (Row(-100, {"meeting": ("assembly",)}), Row(-50)), cap(floor=-200)),
    Item("talk", "life", "life.talk", (Row(60, {"role": LEADERS}), Row(40)), cap(month=120)),
    Item(
        "theme-day",
        "life",
        "life.theme",
        (Row(120, {"role": ("organiser",), "meeting": ("theme",)}), Row(80, {"meeting": ("theme",)}), Row(50)),
        cap(month=200),
    ),
    Item("review", "life", "life.review", (Row(200, {"level": at_least("unit")}), Row(100)), cap(year=300)),
    Item(
        "task",
        "duty",
        "duty.task",
        (
            Row(250, {"role": LEADERS, "level": at_least("city")}),
            Row(200, {"level": at_least("unit")}),
            Row(150),
        ),
        cap(month=600),
    ),
    Item(
        "task-above",
        "duty",
        "duty.task",
        (Row(100, {"role": ("member",), "level": at_least("province")}), Row(80, {"level": at_least("province")})),
        cap(quarter=300),
    ),
    Item(
        "post", "duty", "duty.post", (Row(25, {"level": at_least("unit")}, per=UNIT), Row(20, per=UNIT)), cap(month=300)
    ),
    Item("patrol", "duty", "duty.patrol", (Row(60, {"role": ("member",)}), Row(40)), cap(month=240)),
    Item(
        "breach",
        "duty",
        "duty.breach",
        (Row(-1500, {"level": at_least("city")}), Row(-500, {"level": ("unit",)}), Row(-200)),
        cap(floor=-2000),
    ),
    Item(
        "overdue",
        "duty",
        "duty.overdue",
        (Row(-300, {"role": LEADERS, "level": at_least("unit")}), Row(-150, {"level": at_least("unit")}), Row(-100)),
        cap(floor=-600),
    ),
    Item(
        "urgent",
        "duty",
        "duty.urgent",
        (Row(90, {"role": ("organiser",), "level": at_least("city")}, per=UNIT), Row(60, per=UNIT)),
        cap(month=500, quarter=900),
    ),
    Item("check", "duty", "duty.check", (Row(70, {"role": LEADERS}), Row(50)), cap(month=150)),
    Item(
        "volunteer",
        "service",
        "service.volunteer",
        (
            Row(60, {"role": ("organiser",), "level": at_least("unit")}, per=UNIT),
            Row(50, {"role": ("organiser",)}, per=UNIT),
            Row(40, per=UNIT),
        ),
        cap(month=400),
    ),
    Item(
        "volunteer-far",
        "service",
        "service.volunteer",
        (Row(120, {"role": ("member", "organiser"), "level": at_least("city")}),),
        cap(quarter=480, year=1200),
    ),
    Item("visit", "service", "service.visit", (Row(50, {"role": LEADERS}), Row(70)), cap(month=210)),
    Item(
        "mediation", "service", "service.mediation", (Row(150, {"level": at_least("unit")}), Row(100)), cap(quarter=400)
    ),
    Item(
        "help",
        "service",
        "service.help",
        (Row(130, {"role": LEADERS, "level": at_least("branch")}), Row(90, {"level": at_least("branch")}), Row(60)),
        cap(month=200),
    ),
    Item(
        "idea",
        "x",
        "x.idea",
        (Row(800, {"level": at_least("city")}), Row(400, {"level": ("unit",)}), Row(200)),
        cap(quarter=1600, year=4000),
    ),
    Item(
        "honour",
        "x",
        "x.honour",
        (
            Row(800, {"level": at_least("province")}),
            Row(500, {"level": ("city",)}),
            Row(300, {"role": ("member", "organiser"), "level": ("unit",)}),
            Row(200),
        ),
        cap(year=2000),
    ),
    Item(
        "mentoring",
        "x",
        "x.mentoring",
        (Row(25, {"role": ("member", "organiser")}, per=UNIT), Row(20, per=UNIT)),
        cap(month=200),
    ),
    Item(
        "brand",
        "x",
        "x.brand",
        (
            Row(200, {"role": ("organiser", "secretary"), "meeting": ("theme", "lecture"), "level": at_least("unit")}),
            Row(120, {"meeting": ("theme", "lecture"), "level": at_least("branch")}),
            Row(60),
        ),
        cap(quarter=500, year=1500),
    ),
)
