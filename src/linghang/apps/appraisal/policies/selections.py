"""Which step of a selection may be taken when, and what a decision must give reasons for."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.appraisal.data.selections import ROUND_WORDS, NomineeLine, RoundState
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer

_BEFORE_SHOWN = (RoundState.NOMINATING, RoundState.VOTED)

STEPS: Mapping[str, tuple[RoundState, ...]] = {
    "nominate": (RoundState.NOMINATING,),
    "describe_deeds": _BEFORE_SHOWN,
    "record_votes": _BEFORE_SHOWN,
    "publish_round": (RoundState.VOTED,),
    "propose_decision": (RoundState.PUBLIC,),
    "confirm_decision": (RoundState.PROPOSED,),
    "withdraw_title": (RoundState.DECIDED,),
}


def may_do(step: str, state: str) -> None:
    """Refuse a step that does not belong to the state."""
    if state not in STEPS[step]:
        raise DomainError(
            "round_state",
            _("这项评选现在是“%(state)s”，不能办这一步。请刷新页面，看现在该办什么。") % {"state": ROUND_WORDS[state]},
            status=409,
        )


def need_different(first: UUID | None, actor: Viewer) -> None:
    if first is not None and first == actor.uuid:
        raise DomainError("same_person", _("提出和审定要由两个人分别办理，请另一位同志审定。"), status=403)


def refuse_choice(lines: Sequence[NomineeLine], reasons: Mapping[UUID, str], *, quota: int) -> None:
    """Nobody from outside, not more than the quota, and a reason wherever the choice departs from the order."""
    known = {line.uuid for line in lines}
    if not reasons or not set(reasons) <= known:
        raise DomainError("nobody_chosen", _("请在名单里勾选拟表彰的同志。"))
    if len(reasons) > quota:
        raise DomainError(
            "over_quota",
            _("名额 %(quota)d 个，勾选了 %(count)d 人，请减少。") % {"quota": quota, "count": len(reasons)},
        )
    silent = [line.name for line in needing_reason(lines, set(reasons)) if not reasons[line.uuid]]
    if silent:
        raise DomainError(
            "override_needs_reason",
            _("没有按积分和推荐票的次序选定的，要写明理由：%(names)s。") % {"names": "、".join(silent)},
        )


def needing_reason(lines: Sequence[NomineeLine], chosen: set[UUID]) -> list[NomineeLine]:
    """The chosen before whom somebody with a higher, or an equal, score was passed over."""
    passed = [line.score or 0 for line in lines if line.uuid not in chosen]
    best = max(passed, default=None)
    return [line for line in lines if line.uuid in chosen and best is not None and (line.score or 0) <= best]
