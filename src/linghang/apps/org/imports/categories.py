"""支部类别 in a table of organisations: how a branch is classed, from which day on, and taken back with the import."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from linghang.apps.exchange.data import Context
from linghang.apps.exchange.kinds import ImportColumn, NewEffect, Row
from linghang.apps.exchange.words import plain
from linghang.apps.org.data import KINDS
from linghang.apps.org.data.links import CATEGORIES, CategoryLine
from linghang.apps.org.data.posts import BRANCHES
from linghang.apps.org.operations import set_category
from linghang.ui.web.spans import PAPERS

TABLE = "category"
OFFICER = "officer"
COLUMNS = (
    ImportColumn(
        "category",
        _("支部类别"),
        "支部分类 支部领域 所属领域 分类指导类别",
        example="生产",
        choices=tuple(CATEGORIES.values()),
    ),
    ImportColumn(
        "category_from", _("类别起"), "类别起始日期 类别生效日期 分类起始日期", example="2026-07-01", day=True
    ),
)
Change = tuple[str, str, str]


@dataclass(frozen=True)
class Classed:
    """What a row says of a branch, and the line that shows it; `was` is how it is classed up to then."""

    code: str
    since: date
    was: str = ""

    @property
    def change(self) -> Change:
        return ("支部类别", self.was, f"{word_of(self.code)}（{self.since.isoformat()}起）")

    @property
    def payload(self) -> dict[str, str]:
        return {"category": self.code, "category_from": self.since.isoformat()}


def word_of(code: str) -> str:
    """As packs and tables name it, whatever language the page is in."""
    with override(PAPERS):
        return str(CATEGORIES[code])


def read_category(row: Row, kind: str, lines: list[CategoryLine], usual: date, context: Context) -> Classed | None:
    """What is new about a branch's class; `lines` are those it has, the latest first, `usual` the day if none is said.

    None where nothing is said or nothing changes, and, with a problem, where it cannot be taken.
    """
    said, since = row.text("category"), row.day("category_from")
    if not said:
        if since is not None:
            row.wrong(
                "category_from", "category-without-word", "写了类别的起始日，没有写类别", "写上支部类别，或去掉日期"
            )
        return None
    code = next((code for code in CATEGORIES if plain(word_of(code)) == plain(said)), "")
    if not code:
        known = "、".join(map(word_of, CATEGORIES))
        row.wrong("category", "unknown-category", f"没有“{said}”这个支部类别", f"可以写：{known}")
    elif kind not in BRANCHES:
        row.wrong("category", "category-of-branch", f"{KINDS[kind].label}不分类别", "只给党支部写类别")
    elif context.role != OFFICER:
        row.wrong("category", "category-by-officer", "支部类别由党务干部登记", "去掉这一列，请党务干部导入")
    if not row.good:
        return None
    last = lines[0] if lines else None
    if last is None:
        return Classed(code, since or usual)
    if last.category == code and last.valid_to is None:
        return None
    if (since or usual) <= last.valid_from:
        words = f"上一次变动在 {last.valid_from.isoformat()}，起始日须晚于它"
        row.wrong("category_from", "category-too-early", words, "核对“类别起”的日期")
        return None
    return Classed(code, since or usual, "" if last.valid_to else last.label)


def write_category(
    values: Mapping[str, Any], organisation: UUID, label: str, source: str, context: Context
) -> NewEffect:
    """Write what a line of the plan says; the effect is what an undo takes back."""
    since = date.fromisoformat(values["category_from"])
    made = set_category(organisation=organisation, category=values["category"], valid_from=since, actor=context.actor)
    return NewEffect(TABLE, made, "created", f"{label} · {word_of(values['category'])}", source=source)
