"""What the stories of the demo need beyond everyday life: visits, study groups, moves, problems and claims."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linghang.apps.ledger import operations as ledger
from linghang.apps.ledger.data import NewFact
from linghang.apps.loops import operations as loops
from linghang.apps.org import operations as org
from linghang.apps.org.data import PersonChange
from linghang.demo.content import Unit
from linghang.demo.crowd import Crowd, workers_of
from linghang.demo.life import TEN_THOUSANDTHS
from linghang.demo.people import Person
from linghang.demo.places import Places
from linghang.demo.records import MORNING
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import SYSTEM


@dataclass(frozen=True)
class Told:
    """A unit as far as it stands when its stories are told."""

    unit: Unit
    people: Sequence[Person]
    places: Places
    crowd: Crowd
    today: date

    def members(self, branch: str) -> list[Person]:
        """The members of a branch without a post there."""
        return [one for one in self.people if one.branch == branch and one.member and not one.title]

    def viewer(self, name: str, on: date) -> Viewer:
        """An account of the unit with its posts of a day."""
        return self.crowd.viewer(f"{self.unit.code.lower()}-{name}", on)


def tell(told: Told) -> int:
    """Everything that the stories of a unit need; returns how many records that made."""
    return sum(story(told) for story in STORIES)


def visits(told: Told) -> int:
    """Leaders at their contact points: most twice a year, one only once this year, one began late."""
    days = ((3, 18), (9, 10))
    made = 0
    for number, branch in enumerate(told.unit.contact_points):
        leader = told.crowd.people[told.crowd.leaders[number % len(told.crowd.leaders)]]
        for year in (2025, 2026):
            wanted = days[:1] if (number, year) == (1, 2026) else ((7, 20), (10, 15)) if number == 2 else days
            for month, day in wanted:
                when = date(year, month, day + number)
                item = NewFact("contact.visit", leader, when, node=told.places.nodes[branch])
                made += _record(told, branch, [item], when + timedelta(days=1))
    return made


def study_groups(told: Told) -> int:
    """Sessions of the youth study groups: the last group has not met for more than three months."""
    made = 0
    for number, group in enumerate(told.unit.study_groups):
        day = date(2025, 1, 15) + timedelta(days=number)
        until = told.today - timedelta(days=120 if number == len(told.unit.study_groups) - 1 else 10)
        while day <= until:
            item = NewFact(
                "study-group.session",
                told.places.uuids[group["code"]],
                day,
                node=told.places.nodes[group["code"]],
                quantity=(5 + number) * TEN_THOUSANDTHS,
            )
            made += _record(told, group["branch"], [item], day)
            day += timedelta(days=56)
    return made


def blank_team(told: Told) -> int:
    """All members of a team work elsewhere for some days: the team is blank the next morning."""
    blank = told.unit.irregular.get("blank_team")
    if not blank:
        return 0
    branch = next(one for one in told.unit.branches if one.code == blank["branch"])
    assert branch.work is not None
    team = branch.work.team_code(branch.work.teams.index(blank["team"]) + 1)
    other = branch.work.team_code(1)
    moved = [one for one in told.people if one.place == team and one.member]
    for when, target, who in ((blank["from"], other, moved), (blank["until"], team, moved[:1])):
        rows = [PersonChange(told.crowd.people[one.code], when, unit=told.places.uuids[target]) for one in who]
        org.change_people(rows=rows, actor=SYSTEM, now=datetime.combine(told.today, MORNING))
    return 0


def transfers(told: Told) -> int:
    """Two members change their branch inside the unit; one is still on the way."""
    first, second = told.unit.branches[1].code, told.unit.branches[2].code
    leaving = [one for one in told.members(first) if told.crowd.people[one.code] and one.code not in told.crowd.leaders]
    now = datetime.combine(told.today, MORNING)
    org.transfer_person(
        person=told.crowd.people[leaving[-1].code],
        to_organisation=told.places.uuids[second],
        valid_from=date(2026, 4, 20),
        receipt_number="演示-2026-04",
        actor=SYSTEM,
        now=now,
    )
    org.open_transfer(
        person=told.crowd.people[leaving[-2].code],
        to_organisation=told.places.uuids[second],
        sent_on=date(2026, 8, 3),
        actor=SYSTEM,
        now=now,
    )
    return 0


def problems(told: Told) -> int:
    """A problem that was sent back once and is closed, one in hand and overdue, one nobody has looked at yet."""
    code = told.unit.code.lower()
    branch = workers_of(told.unit).code
    node, secretary = told.places.nodes[branch], f"{code}-shuji{branch.removeprefix(told.unit.code)}"
    accounts = {"secretary": secretary, "officer": f"{code}-officer", "organiser": f"{code}-zuzhi"}
    for number, ((title, body), begun) in enumerate(zip(_problems(told), BEGUN, strict=True)):
        opened = loops.report_problem(
            title=title,
            body=body,
            node=node,
            origin="person",
            actor=told.viewer("staff", begun),
            now=datetime.combine(begun, MORNING),
        )
        for step in STEPS[: (len(STEPS), 1, 0)[number]]:
            day = begun + timedelta(days=step.after)
            people = {"responsible": told.crowd.accounts[secretary], "verifier": told.crowd.accounts[f"{code}-officer"]}
            loops.move(
                case=opened.uuid,
                step=step.step,
                actor=told.crowd.viewer(accounts[step.who], day),
                now=datetime.combine(day, MORNING),
                note=step.note,
                people={name: who.uuid for name, who in people.items() if who.uuid} if step.step == "assign" else None,
            )
    return 0


def _problems(told: Told) -> Sequence[tuple[str, str]]:
    """The unit's own; one that only measures its size has those of the mine."""
    return PROBLEMS.get(told.unit.code, PROBLEMS["QY"])


BEGUN = (date(2026, 3, 2), date(2026, 10, 12), date(2026, 11, 18))
PROBLEMS = {  # by unit: the first is a way of doing things, and goes all its way
    "YL": (
        ("报销要跑五个科室", "出差回来报一次销，要在五个科室之间来回跑，前后一个月。"),
        ("野外驻地的净水器坏了", "打上来的水发浑，要开车到镇上拉水。"),
        ("样品箱提手断了十几个", "搬箱子两个人抬，容易摔。"),
    ),
    "XL": (
        ("借一次岩心要签五个字", "借岩心做比对，要找五个人签字，有一个人出差就得等。"),
        ("岩心库两排灯不亮", "下午四点以后看不清编号。"),
        ("资料室只有一台扫描仪", "交报告的月份要排队。"),
    ),
    "QY": (
        ("领一次劳保用品要盖五个章", "领一双手套要在五个地方盖章，跑两天。"),
        ("班前会会议室冬天没有暖气", "早班开会冻手，写不了字。"),
        ("更衣柜数量不够", "新来的同志两人一个柜子。"),
    ),
    "TL": (
        ("领备件要走五道手续", "夜班坏了泵，领一个密封圈要走五道手续，等到天亮。"),
        ("磨浮车间饮水机不出热水", "夜班泡不了面，喝的都是凉水。"),
        ("浮选值班室没有储物柜", "饭盒和工具放在一张桌上。"),
    ),
    "WS": (
        ("下乡派车要跑五个科室", "去一趟灌区，派车单要跑五个科室，赶不上早班车。"),
        ("闸房门口的路灯坏了", "晚上巡查看不清台阶。"),
        ("汛期值班室没有折叠床", "连着值两天，只能趴在桌上睡。"),
    ),
}


@dataclass(frozen=True)
class Step:
    """One step of the problem that goes all its way: who takes it, how many days after the report."""

    step: str
    who: str
    after: int
    note: str


STEPS = (
    Step("assign", "organiser", 1, "请牵头核实流程，提出合并环节的办法。"),
    Step("request", "secretary", 9, "已发通知，请各部门配合。"),
    Step("return", "officer", 11, "反映人表示没有变化，只发通知不算办结。"),
    Step("request", "secretary", 30, "五个环节并为两个，一个窗口收件，三个工作日内办完。"),
    Step("pass", "officer", 33, ""),
)


STORIES: tuple[Callable[[Told], int], ...] = (visits, study_groups, blank_team, transfers, problems)


def _record(told: Told, branch: str, items: Sequence[NewFact], known_on: date) -> int:
    now = datetime.combine(min(known_on, told.today), MORNING)
    ledger.record(items=items, actor=told.crowd.recorders[branch], now=now)
    return len(items)
