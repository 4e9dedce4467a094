"""How a unit shows points to fellow members (预设), and what follows from it for each who looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SMALLEST_GROUP = 5  # no distribution speaks of fewer people


class PresetCode(StrEnum):
    """机关事业: fellow members see a distribution only. 企业: they see the table of their branch."""

    OFFICE = "office"
    ENTERPRISE = "enterprise"


PRESETS: Mapping[str, Promise] = {PresetCode.OFFICE: _("机关事业"), PresetCode.ENTERPRISE: _("企业")}
PRESET_RULES: Mapping[str, Promise] = {
    PresetCode.OFFICE: _("支部其他党员只看本支部的分布，而且每一档不少于5人；不看别人的积分。"),
    PresetCode.ENTERPRISE: _(
        "支部其他党员看本支部公示表：姓名、各类得分、合计、星级；按姓名拼音排列，不列名次和扣分原因。"
    ),
}


@dataclass(frozen=True)
class PresetLine:
    """The preset that holds at a place: since when, where it was set (None: nowhere, the default), on what ground."""

    code: str
    since: date | None = None
    place: str = ""
    ground: str = ""

    @property
    def label(self) -> str:
        return str(PRESETS[self.code])

    @property
    def rule(self) -> str:
        return str(PRESET_RULES[self.code])
