"""What the front page says to each kind of post. Order: the first post that somebody holds gives the page its words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Face:
    """The words of the front page for one role: what it is for, and why there may be nothing to do."""

    role: str
    lead: Promise
    nothing: Promise
    why: Promise


@dataclass(frozen=True)
class MonthLeft:
    """Working days from today, included, to the end of the month; provisional while the calendar is a guess."""

    days: int
    provisional: bool


@dataclass(frozen=True)
class Health:
    """Whether the server can do its work; says nothing about people or data."""

    version: str
    database: bool

    @property
    def well(self) -> bool:
        return self.database


_TODAY = _("今天没有待办")


@dataclass(frozen=True)
class Story:
    """A card of the demo: what one sees of a unit in some minutes, as whom, click by click, and what is not there."""

    order: int
    title: str
    text: str
    minutes: int
    unit: str
    account: str
    clicks: tuple[str, ...]
    missing: tuple[str, ...]


FACES = (
    Face(
        "officer",
        _("所辖组织里等您办的事列在这里。"),
        _TODAY,
        _("有支部报来等您审核、有期限将到，或有导入等您确认时，会按期限先后列出。"),
    ),
    Face(
        "secretary",
        _("本支部这个月要办的事列在这里。"),
        _TODAY,
        _("有会议要录入、有党员的申报等您确认，或有事项临近期限时，会按期限先后列出。"),
    ),
    Face(
        "organiser",
        _("本支部这个月要办的事列在这里。"),
        _TODAY,
        _("有会议要录入、有党员的申报等您确认，或有事项临近期限时，会按期限先后列出。"),
    ),
    Face(
        "leader",
        _("需要您定的事列在这里，其余由办公室代录，您只需确认。"),
        _("没有需要您定的事项"),
        _("有延期审批、超期督办或名单审定报到您这里时，会列出；您不用填报。"),
    ),
    Face(
        "inspector",
        _("督办、抽查和访问记录从这里进。"),
        _("没有等您处理的督办事项"),
        _("有事项超期需要督办，或到了回头看抽查的时间，会列在这里。日常核验不由纪检承担。"),
    ),
    Face(
        "system_admin",
        _("这里只有账号、设置和运行情况；系统管理员看不到业务数据。"),
        _("没有等您处理的事"),
        _("备份失败、任务停住或账号需要处理时，会列在这里。"),
    ),
    Face(
        "group_leader",
        _("本小组等您核对的记录列在这里。"),
        _TODAY,
        _("组员的记录需要您核对时，会列在这里。"),
    ),
    Face(
        "confirmer",
        _("等您确认的业务数据列在这里。"),
        _TODAY,
        _("有项目的业务数据需要您所在部门确认时，会列在这里。"),
    ),
    Face(
        "member",
        _("要您确认、补学或核对的事列在这里。"),
        _TODAY,
        _("会议到会由支部录入，您不用填报；要您确认或补学时，会写明期限列在这里。"),
    ),
)

OTHER = Face(
    "",
    _("与您有关的事列在这里。"),
    _TODAY,
    _("有事要您办时，会写明期限列在这里。"),
)

NO_ROLE = Face(
    "",
    _("账号已经建好，还差一步。"),
    _("您还没有职务"),
    _("系统按职务和所在组织打开页面。请联系本支部书记或上级党务干部，在“账号与职务”里登记您的职务，登记当天生效。"),
)


def face_of(roles: frozenset[str]) -> Face:
    """The words for somebody who holds these roles; without any role the page says what is missing."""
    if not roles:
        return NO_ROLE
    return next((face for face in FACES if face.role in roles), OTHER)


# how far a visitor of a demo installation moves its day with one click
JUMPS = ((_("前一天"), -1), (_("后一天"), 1), (_("过一周"), 7), (_("过一个月"), 30), (_("过一个季度"), 91))
