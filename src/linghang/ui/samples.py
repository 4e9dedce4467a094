"""Invented values for the components page; they belong to no unit and are never stored."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.engine.problems import Place, Problem
from linghang.ui.web.paging import Page
from linghang.ui.web.picking import PickField

DAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Line:
    day: date
    title: str
    rule: str
    given: int  # hundredths of a point
    counted: int  # hundredths of a point
    reason: str = ""
    url: str = ""


@dataclass(frozen=True)
class Event:
    title: str
    when: date | datetime | None = None
    who: str = ""
    note: str = ""
    state: str = ""


class SamplePlaces:
    """More places than a select should hold, as far as a sample needs them."""

    few = None
    address = "?sample=places"
    NAMES: ClassVar = {"1": "第一党支部", "2": "第二党支部", "3": "选矿厂党总支"}

    def label_of(self, key: str) -> str | None:
        return self.NAMES.get(key)

    def meant(self, words: str) -> list[tuple[str, str]]:
        """Those in whose name the words stand."""
        return [(key, name) for key, name in self.NAMES.items() if words in name]


class SampleForm(forms.Form):
    """A form with one problem, so that its place can be seen."""

    title = forms.CharField(label=_("标题"), help_text=_("一句话，说清是什么事"))
    held_on = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label=_("类别"), choices=[("a", _("支委会")), ("b", _("党小组会"))])
    place = PickField(among=SamplePlaces(), label=_("组织"))
    note = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    noted = forms.BooleanField(label=_("已核对"), required=False)


def samples() -> dict[str, Any]:
    """Everything that the components page shows."""
    form = SampleForm({"title": "", "held_on": "2026-11-20", "kind": "a", "place": "2"})
    form.is_valid()
    return {
        "as_of": datetime(2026, 11, 20, 9, 5, tzinfo=UTC),
        "day": DAY,
        "due": date(2026, 11, 24),
        "form": form,
        "page": Page([], 3, 299),
        "lines": LINES,
        "total": sum(line.counted for line in LINES),
        "problems": PROBLEMS,
        "events": EVENTS,
        "pairs": [
            ("编号", "2026-0117"),
            ("来源", "职工反映"),
            ("责任人", "王海"),
            ("核验人", "李静"),
            ("关闭日期", None),
        ],
        "tabs": [
            {"label": "积分单", "url": "?tab=1", "current": True, "count": None},
            {"label": "异议", "url": "?tab=2", "current": False, "count": 2},
            {"label": "更正与补计", "url": "?tab=3", "current": False, "count": None},
        ],
        "saying": "3月得 4.50 分：党小组会缺席未补学 −3.50，志愿服务到上限少计 2.00。",
        "rows": ROWS,
        "levels": [("green", "正常"), ("blue", "关注"), ("yellow", "临期"), ("red", "逾期"), ("none", "数据不足")],
    }


LINES = [
    Line(date(2026, 3, 5), "支部党员大会到会", "第三条第一项", 500, 500, url="#"),
    Line(date(2026, 3, 12), "志愿服务 2 小时", "第五条", 200, 200),
    Line(date(2026, 3, 19), "志愿服务 3 小时", "第五条", 300, 100, "本月志愿服务已到上限 3.00"),
    Line(date(2026, 3, 26), "党小组会缺席，未补学", "第三条第四项", -350, -350),
]
PROBLEMS = [
    Problem(Place(sheet="3月", cell="D17"), "date", "“3月32日”不是日期", "改成 2026-03-31 这样的日期"),
    Problem(Place(sheet="3月", cell="B21"), "name", "“张伟”在花名册里有 2 人", "在支部一列写明支部，或填编号"),
    Problem(Place(sheet="3月", cell="F9"), "late", "记录日期晚于本期 4 天", "确认是否补录", "warning"),
]
EVENTS = [
    Event("登记", date(2026, 11, 9), "王海"),
    Event("交办：机修车间", date(2026, 11, 10), "李静", "10 个工作日，自次日起算"),
    Event("办理中", date(2026, 11, 16), "机修车间", state="current"),
    Event("核验", state="ahead"),
]
RULE = "5 个工作日，自11月10日次日起算"
ROWS = [
    ("皮带跑偏报警装置", "采掘一队党支部", "good", "已采纳", "green", "正常", date(2026, 12, 4), 9, "", 1250),
    ("尾矿回水利用", "选矿车间党支部", "info", "办理中", "yellow", "临期", date(2026, 11, 24), 2, "", 800),
    (
        "照明灯具老化",
        "机修党支部",
        "bad",
        "退回",
        "red",
        "逾期",
        date(2026, 11, 17),
        -3,
        RULE,
        0,
    ),
    ("岗位练兵台账", "化验党支部", "", "待受理", "none", "数据不足", date(2026, 12, 31), 28, "", None),
]
