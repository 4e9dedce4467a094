"""What may be done with a version of a pack in which state, and which number a new version may have."""

import re
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.packs import PackState
from linghang.apps.appraisal.data.presets import PresetCode
from linghang.engine.packs.check_compliance import last_ones, ranked_items
from linghang.engine.packs.model import Pack
from linghang.engine.packs.versions import Change, change_between, least_version, numbers
from linghang.ui.web.errors import DomainError

NUMBER = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")
IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def refuse_unless(state: str, *wanted: PackState) -> None:
    """A step belongs to certain states."""
    if state not in wanted:
        words = {
            PackState.DRAFT: _("这一版还是草稿，先检查并提请发布。"),
            PackState.OFFERED: _("这一版已提请发布，内容不能再改；要改请先退回草稿。"),
            PackState.PUBLISHED: _("这一版已经发布，内容永远不变；要改请另建一版。"),
            PackState.WITHDRAWN: _("这一版已经停用，只供查阅；要用请另建一版。"),
        }
        raise DomainError("pack_state", words[PackState(state)], status=409)


def refuse_same_person(first: UUID | None, second: UUID | None) -> None:
    if first is not None and first == second:
        raise DomainError("same_person", _("提出和确认要由两个人分别办理，请另一位同志确认。"), status=403)


def refuse_number(number: str, pack: Pack, older: tuple[str, Pack] | None) -> None:
    """A new version's number is higher than the newest one's, by as much as its changes ask for."""
    if older is None:
        return
    before, old = older
    if numbers(number) <= numbers(before):
        words = _("版本号%(number)s没有高于已发布的%(before)s，请提高。") % {"number": number, "before": before}
        raise DomainError("version_not_higher", words, field="version")
    change = change_between(old, pack)
    least = least_version(before, change)
    if numbers(number) < numbers(least):
        words = {
            Change.RULES: _("改了计分或增加了内容，版本号至少是%(least)s。请在 pack.yaml 里改。"),
            Change.DROPPED: _("删去了办法、项目或记录种类，版本号至少是%(least)s。请在 pack.yaml 里改。"),
        }[change]
        raise DomainError("version_too_low", words % {"least": least}, field="version")


def refuse_preset(pack: Pack, scheme: str, preset: str) -> None:
    """Where the preset of a place forbids points by a person's place among others, no such scheme holds there."""
    if preset != PresetCode.OFFICE:
        return
    held = pack.schemes[scheme]
    if ranked := ranked_items(held):
        words = _(
            "“%(item)s”按名次给党员计分，这里的展示预设是“机关事业”，不允许。请改办法，或先记录依据、改用“企业”预设。"
        ) % {"item": ranked[0].title["zh"]}
    elif last := last_ones(held):
        words = _(
            "档次“%(band)s”把最后几名党员排除在外，这里的展示预设是“机关事业”，不允许。请改办法，或先记录依据、改用“企业”预设。"
        ) % {"band": last[0].title["zh"]}
    else:
        return
    raise DomainError("preset_forbids_places", words, status=409, field="choice")


def refuse_bad_name(pack: str, number: str) -> None:
    if not IDENTIFIER.fullmatch(pack) or len(pack) > 60:
        words = _("编号只用小写字母、数字和短横线，字母开头，例如 qingyuan-points。")
        raise DomainError("bad_pack_id", words, field="pack")
    if not NUMBER.fullmatch(number):
        raise DomainError("bad_version", _("版本号写成三段数字，例如 1.0.0。"), field="version")
