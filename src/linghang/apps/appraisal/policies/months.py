"""The month's steps as one table: from which state, to which, and by whom. Operations and pages read it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.months import BookState, Step
from linghang.ui.web.viewer import Viewer

S = BookState

KEEPERS = ("secretary", "organiser", "officer")  # of the branch itself, or above it
APPROVERS = ("secretary", "organiser", "discipline_member", "officer", "leader")
AT_THE_PLACE = ("leader",)  # they see no member's points: they approve books of their own committee, not of branches


@dataclass(frozen=True)
class StepRule:
    """One step. `by` are roles held at the book's place or, leaders apart, above it; `people`: how many must differ."""

    title: Promise
    before: tuple[BookState, ...]
    after: BookState
    by: tuple[str, ...]
    wrong_state: Promise
    people: int = 1


_SHOWN = (S.CLOSED, S.SETTLED, S.CHECKED, S.PUBLIC)

STEPS: Mapping[Step, StepRule] = {
    Step.CLOSE: StepRule(
        _("关账"),
        (S.RECORDING, S.SETTLED, S.CHECKED),
        S.CLOSED,
        KEEPERS,
        _("这个月已经关账，不用再关。请看这一册现在到了哪一步。"),
    ),
    Step.REOPEN: StepRule(
        _("撤销关账"),
        (S.CLOSED,),
        S.RECORDING,
        KEEPERS,
        _("只有已关账、还没有核算的月份可以撤销关账。已核算的，补录后重新核算即可。"),
    ),
    Step.SETTLE: StepRule(
        _("核算"),
        (S.RECORDING, *_SHOWN),
        S.SETTLED,
        KEEPERS,
        _("这一册已经定稿，不再重算。之后补录的内容会在下一个未定稿的月份作补计或更正。"),
    ),
    Step.CHECK: StepRule(
        _("支部核对"),
        (S.SETTLED,),
        S.CHECKED,
        KEEPERS,
        _("只有刚核算出来、还没有核对的一册可以核对。请先核算，或看这一册现在到了哪一步。"),
    ),
    Step.PUBLISH: StepRule(
        _("公示"),
        (S.CHECKED,),
        S.PUBLIC,
        KEEPERS,
        _("支部核对之后才能公示。请先核算并核对这一册；已在公示的不用再次公示。"),
    ),
    Step.APPROVE: StepRule(
        _("审定"),
        (S.PUBLIC,),
        S.FINAL,
        APPROVERS,
        _("公示之后才能审定，每册由两人审定。请看这一册现在到了哪一步。"),
        people=2,
    ),
    Step.ANNOUNCE: StepRule(
        _("公布"), (S.FINAL,), S.ANNOUNCED, KEEPERS, _("定稿之后才能公布，公布一次即可。请看这一册现在到了哪一步。")
    ),
    Step.CLOSE_YEAR: StepRule(
        _("年终关账"),
        (S.FINAL, S.ANNOUNCED),
        S.ANNOUNCED,
        ("officer",),
        _("12月定稿之后才能办年终关账。请先把12月定稿。"),
    ),
}

ORDER = (S.RECORDING, S.CLOSED, S.SETTLED, S.CHECKED, S.PUBLIC, S.FINAL, S.ANNOUNCED)
STATE_TITLES: Mapping[BookState, Promise] = {
    S.RECORDING: _("记录中"),
    S.CLOSED: _("已关账"),
    S.SETTLED: _("已核算"),
    S.CHECKED: _("已核对"),
    S.PUBLIC: _("公示中"),
    S.FINAL: _("已定稿"),
    S.ANNOUNCED: _("已公布"),
}
WORKING_DAYS, LEAST_WORKING_DAYS, MOST_WORKING_DAYS = 5, 5, 30  # of a 公示


def fits(step: Step, state: BookState, *, closed: bool = True) -> bool:
    """Whether a book in the state can take the step at all.

    One that was settled without being `closed` can still be closed; it is then settled again.
    """
    if step is Step.CLOSE and state is not S.RECORDING and closed:
        return False
    return state in STEPS[step].before


def may(step: Step, viewer: Viewer, path: str) -> bool:
    """Whether a post that the viewer holds at the book's place or above it takes the step."""
    held = [g for g in viewer.grants if g.role in STEPS[step].by and g.path]
    return any(path == g.path if g.role in AT_THE_PLACE else path.startswith(g.path) for g in held)


def steps_for(viewer: Viewer, path: str, state: BookState, *, closed: bool = True) -> tuple[Step, ...]:
    """The steps that the viewer may take now; conditions beyond state and post are told when he does."""
    return tuple(step for step in STEPS if fits(step, state, closed=closed) and may(step, viewer, path))


def reached(state: BookState, goal: BookState) -> bool:
    """Whether a book in `state` has come at least as far as `goal`."""
    return ORDER.index(state) >= ORDER.index(goal)
