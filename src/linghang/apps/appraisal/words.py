"""Words of this room for values that are stored as codes."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.statements import Stand

STATES: Mapping[str, Promise] = {
    "complete": _("可定稿"),
    "provisional": _("暂算"),
    "exempt": _("免评"),
}
STATE_RULES: Mapping[str, Promise] = {
    "complete": _("所在支部已关账，该算的都已算上"),
    "provisional": _("所在支部还没有关账，缺席、缺项的扣分尚不能确定"),
    "exempt": _("本月没有一天在评分范围内"),
}
STATE_BADGES: Mapping[str, str] = {"complete": "good", "provisional": "warn", "exempt": ""}
STANDS: Mapping[Stand, Promise] = {
    Stand.EXPECTED: _("预计"),
    Stand.PUBLIC: _("公示中"),
    Stand.FINAL: _("已定稿"),
}
STAND_BADGES: Mapping[Stand, str] = {Stand.EXPECTED: "info", Stand.PUBLIC: "warn", Stand.FINAL: "good"}
NOT_GRADED = _("本期不评星")
CAUSES: Mapping[str, Promise] = {
    "late": _("后来补录"),
    "reversed": _("记录已撤销"),
    "recounted": _("因上限等重新计算"),
}
BAND_STATES: Mapping[str, Promise] = {"graded": _("已定"), "expected": _("预计"), "not_graded": _("不评")}


def state_words(state: str) -> Promise:
    return STATES[state]


def band_words(band: str) -> Promise | str:
    return band or _("不评")


def title_in_language(titles: Mapping[str, str]) -> str:
    """A pack's title in the language of the page; packs always have Chinese."""
    return titles.get((get_language() or "zh")[:2], titles["zh"])


class Titled(Protocol):
    """A category, an item, a grade or a band of a pack."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> Mapping[str, str]: ...


def titles_of(parts: Iterable[Titled]) -> dict[str, str]:
    """Id → title in the language of the page."""
    return {part.id: title_in_language(part.title) for part in parts}
