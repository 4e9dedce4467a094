"""Which step the page of a book offers first, its rule in words, and what still stands in its way."""

from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linghang.apps.appraisal.data.months import FINAL_STATES, BookCard, BookLine, BookState, Step
from linghang.apps.appraisal.policies.months import steps_for
from linghang.ui.web.viewer import Viewer

S = BookState

SHOWN_STEPS: Mapping[BookState, tuple[Step, ...]] = {
    S.RECORDING: (Step.CLOSE,),
    S.CLOSED: (Step.SETTLE, Step.REOPEN),
    S.SETTLED: (Step.CHECK, Step.SETTLE),
    S.CHECKED: (Step.PUBLISH, Step.SETTLE),
    S.PUBLIC: (Step.APPROVE, Step.SETTLE),
    S.FINAL: (Step.ANNOUNCE,),
    S.ANNOUNCED: (),
}
QUIET = (Step.REOPEN, Step.ANNOUNCE)  # nobody waits for these
RULES: Mapping[Step, Promise] = {
    Step.CLOSE: gettext_lazy("关账后，没有记录的会议和到会按没有算；漏记的仍可补录，再核算时计入。"),
    Step.REOPEN: gettext_lazy("还没有核算时可以撤销关账，继续记录。"),
    Step.SETTLE: gettext_lazy("按公布的积分办法，从现在的记录算出每个人的积分；不手工改数。"),
    Step.CHECK: gettext_lazy("逐人看过，觉得没有错漏再点；有错请先更正记录，再重新核算。"),
    Step.PUBLISH: gettext_lazy("在本支部内公示，写明受理人和方式；当日起算，按工作日计。"),
    Step.APPROVE: gettext_lazy("公示期满、异议办结后，由两位不同的同志审定；第二位审定即定稿，之后不再改动。"),
    Step.ANNOUNCE: gettext_lazy("把定稿的结果公布给应当看到的人；怎样展示按本单位的预设。"),
    Step.CLOSE_YEAR: gettext_lazy("把年内迟到的更正一次记清；之后上一年不再变。"),
}


def steps_shown(state: BookState, *, corrected: bool) -> tuple[Step, ...]:
    """The steps in the order in which a page offers them; once records were corrected, settling again comes first."""
    steps = SHOWN_STEPS[state]
    return tuple(sorted(steps, key=lambda step: step is not Step.SETTLE)) if corrected else steps


def rule_of(step: Step, state: BookState, *, corrected: bool) -> str:
    """What a step does, in words; of settling again what it brings with it."""
    if step is Step.SETTLE and corrected:
        return _("采纳了异议，记录已经更正，这里的数字还是原来的。重新核算后再核对、重新公示。")
    if step is Step.SETTLE and state is S.PUBLIC:
        return _("记录有更正时才用：重新核算后要重新核对、重新公示，公示的天数从头算。")
    if step is Step.SETTLE and state in (S.SETTLED, S.CHECKED):
        return _("记录有更正时用：按现在的记录再算一次，然后重新核对。")
    return str(RULES[step])


def next_step_of(line: BookLine, viewer: Viewer, today: date, *, corrected: bool = False) -> Step | None:
    """What the viewer may do next with a book in a list; None while it is shown, and where others are to act."""
    if not corrected and line.state is S.PUBLIC and line.public_until is not None and today <= line.public_until:
        return None
    mine = steps_for(viewer, line.path, line.state)
    steps = steps_shown(line.state, corrected=corrected)
    return next((step for step in steps if step in mine and step not in QUIET), None)


def blocked(step: Step, card: BookCard, *, today: date, approved: bool) -> str:
    """Why the step cannot be taken yet, "" when nothing stands in its way as far as the page knows."""
    if step is Step.APPROVE:
        return _approval(card, today=today, approved=approved)
    before = card.previous
    if step is Step.PUBLISH and before is not None and before.state not in FINAL_STATES:
        return _("上月还没有定稿，本月先不公示：请先把%(month)s月审定。") % {"month": before.month.month}
    return ""


def _approval(card: BookCard, *, today: date, approved: bool) -> str:
    until = card.line.public_until
    if until is not None and today <= until:
        return _("公示到%(day)s24:00，之后才能审定。") % {"day": date_format(until, "DATE_FORMAT")}
    if card.open_objections:
        return _("还有%(n)s件异议没有办结（含更正后还没有重新核算的），办结后才能审定。") % {"n": card.open_objections}
    if approved:
        return _("您已经审定过，还要另一位同志审定。")
    return ""
