"""Pages of selections: the rounds, one round with the step that comes next, what is shown to everybody."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linghang.apps.access.queries import PlacesToChoose
from linghang.apps.appraisal.data.selections import Choice, RoundCard, RoundState
from linghang.apps.appraisal.forms import selections as asks
from linghang.apps.appraisal.operations import selections as operations
from linghang.apps.appraisal.queries import selections as queries
from linghang.apps.appraisal.queries.receivers import receiver_choices
from linghang.apps.exchange.listing import list_response
from linghang.apps.exchange.sheets import Cell, Column, Kind
from linghang.ui.web.errors import DomainError
from linghang.ui.web.forms import show_refusal
from linghang.ui.web.paging import page_number
from linghang.ui.web.reads import note_list
from linghang.ui.web.request import Request
from linghang.ui.web.routes import may_open
from linghang.ui.web.spans import month_words


def rounds(request: Request) -> HttpResponse:
    """Rounds inside the scope: search, filter, page."""
    form, asked = _asked(request)
    page = queries.rounds_page(**asked, number=page_number(request.GET.get("page")))
    note_list(request, count=page.total)
    context = {
        "form": form, "page": page, "filtered": any(asked.values()), "wide": True,
        "may_open": may_open(request.viewer.roles, "appraisal:selection-open", "POST"),
    }  # fmt: skip
    partial = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"appraisal/selections/list.html{partial}", context)


def _asked(request: Request) -> tuple[forms.Form, dict[str, str]]:
    form = asks.RoundFilterForm(request.GET)
    valid = form.cleaned_data if form.is_valid() else {}
    return form, {"search": valid.get("q", ""), "state": valid.get("state", "")}


def export_rounds(request: Request) -> FileResponse:
    """The filtered list as a workbook."""
    _form, asked = _asked(request)
    lines = queries.all_rounds(**asked)
    note_list(request, count=len(lines))
    columns = [
        *(Column(title) for title in (_("名称"), _("组织"), _("评选办法"), _("截至"), _("状态"))),
        *(Column(title, Kind.INTEGER) for title in (_("名额"), _("在名单里"), _("选定"))),
    ]
    rows: list[list[Cell]] = [
        [r.title, r.place, r.selection, month_words(r.month), r.state_words, r.quota, r.nominees, r.chosen]
        for r in lines
    ]
    return list_response(_("评先评优"), columns, rows, now=request.now, filters=asked, as_of=request.today)


def begin(request: Request) -> HttpResponse:
    """Which list, where, for which year, how many."""
    places = PlacesToChoose("appraisal:selection-open", on=request.today)
    initial = {"year": request.today.year - (request.today.month < 3)}
    given = request.POST if request.method == "POST" else None
    selections = queries.selections_in_force(on=request.today)
    form = asks.OpenForm(given, places=places, selections=selections, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            uuid = operations.open_round(**form.values(), actor=request.viewer, now=request.now)
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("appraisal:selection", uuid)
    status = 422 if form.errors else 200
    return render(request, "appraisal/selections/open.html", {"form": form}, status=status)


def one(request: Request, uuid: UUID) -> HttpResponse:
    """The round with its nominees, and the form of the step that comes next."""
    return _page(request, queries.round_card(uuid))


def _page(request: Request, card: RoundCard, form: forms.Form | None = None) -> HttpResponse:
    note_list(request, count=len(card.nominees), filters={_("评选"): card.line.title})
    context = {
        "card": card, "wide": True, "as_of": request.now, "form": form or _next_form(request, card),
        "next": _NEXT_STEP[RoundState(card.line.state)], "steps": queries.steps_of(card.line.state),
        "may_write": may_open(request.viewer.roles, "appraisal:selection-votes", "POST"),
        "nominate": asks.NominateForm(people=_people(request, card)),
    }  # fmt: skip
    return render(request, "appraisal/selections/round.html", context, status=422 if form and form.errors else 200)


_NEXT_STEP = {
    RoundState.NOMINATING: "votes",
    RoundState.VOTED: "publish",
    RoundState.PUBLIC: "propose",
    RoundState.PROPOSED: "confirm",
    RoundState.DECIDED: "",
}


def _next_form(request: Request, card: RoundCard) -> forms.Form | None:
    making: dict[str, Callable[[], forms.Form | None]] = {
        "votes": lambda: asks.VotesForm(nominees=card.nominees, initial={"voted_on": request.today}),
        "publish": lambda: asks.PublishForm(receivers=_receivers(request, card.line.uuid)),
        "propose": lambda: asks.ProposeForm(nominees=card.nominees, initial={"title_from": request.today}),
        "confirm": lambda: None,
        "": lambda: None,
    }
    return making[_NEXT_STEP[RoundState(card.line.state)]]()


def _people(request: Request, card: RoundCard) -> list[tuple[str, str]]:
    there = {str(n.person) for n in card.nominees}
    return [(key, name) for key, name in queries.people_of_round(card.line.uuid, on=request.today) if key not in there]


def _receivers(request: Request, uuid: UUID) -> list[tuple[str, str]]:
    return receiver_choices(queries.get_round(uuid).node.path, on=request.today)


def export(request: Request, uuid: UUID) -> FileResponse:
    """Every nominee with points, weight, votes and the decision."""
    card = queries.round_card(uuid)
    note_list(request, count=len(card.nominees), filters={_("评选"): card.line.title})
    columns = [
        Column(_("姓名")), Column(_("党支部")), Column(_("入选名单")), Column(_("提名理由")),
        Column(_("全年积分"), Kind.POINTS), Column(_("积分比重%"), Kind.INTEGER), Column(_("推荐票"), Kind.INTEGER),
        Column(_("收回票"), Kind.INTEGER), Column(_("折算"), Kind.POINTS), Column(_("选定")),
        Column(_("不按次序的理由")), Column(_("撤销"), Kind.DATE),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [n.name, n.branch, _("是") if n.listed else _("另提名"), n.reason, n.points, card.points_weight, n.votes,
         card.ballots, n.score, _("是") if n.chosen else "", n.override, n.withdrawn_on]
        for n in card.nominees
    ]  # fmt: skip
    filters = {_("评选办法"): card.rule, _("办法版本"): card.pack_label}
    return list_response(card.line.title, columns, rows, now=request.now, filters=filters, as_of=request.today)


def _step(request: Request, uuid: UUID, form: forms.Form, act: Callable[[], object], done: str) -> HttpResponse:
    """Take a step with a form: back to the round, or the round with what is wrong."""
    if form.is_valid():
        try:
            act()
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, done)
            return redirect("appraisal:selection", uuid)
    return _page(request, queries.round_card(uuid), form)


@require_POST
def nominate(request: Request, uuid: UUID) -> HttpResponse:
    card = queries.round_card(uuid)
    form = asks.NominateForm(request.POST, people=_people(request, card))
    if not form.is_valid():
        raise DomainError("unknown_person", _("请在名单里选一个人。"), field="person")
    person, reason = UUID(form.cleaned_data["person"]), form.cleaned_data["reason"]
    operations.nominate(round=uuid, person=person, reason=reason, actor=request.viewer)
    messages.success(request, _("已提名。"))
    return redirect("appraisal:selection", uuid)


@require_POST
def votes(request: Request, uuid: UUID) -> HttpResponse:
    card = queries.round_card(uuid)
    form = asks.VotesForm(request.POST, nominees=card.nominees)

    def act() -> None:
        operations.record_votes(
            round=uuid, ballots=form.cleaned_data["ballots"], votes=form.votes(),
            voted_on=form.cleaned_data["voted_on"], actor=request.viewer,
        )  # fmt: skip

    return _step(request, uuid, form, act, _("推荐票已登记。"))


@require_POST
def publish(request: Request, uuid: UUID) -> HttpResponse:
    form = asks.PublishForm(request.POST, receivers=_receivers(request, uuid))

    def act() -> None:
        data = form.cleaned_data | {"receiver": UUID(form.cleaned_data["receiver"])}
        operations.publish_round(round=uuid, **data, actor=request.viewer, now=request.now)

    return _step(request, uuid, form, act, _("已开始公示。"))


@require_POST
def propose(request: Request, uuid: UUID) -> HttpResponse:
    card = queries.round_card(uuid)
    form = asks.ProposeForm(request.POST, nominees=card.nominees)

    def act() -> None:
        data = {name: form.cleaned_data[name] for name in ("title_from", "title_until", "document")}
        chosen = [Choice(nominee, reason) for nominee, reason in form.chosen()]
        operations.propose_decision(round=uuid, chosen=chosen, **data, actor=request.viewer, now=request.now)

    return _step(request, uuid, form, act, _("已提出决定，等另一位同志审定。"))


@require_POST
def confirm(request: Request, uuid: UUID) -> HttpResponse:
    queries.get_round(uuid)
    if request.POST.get("answer") == "return":
        operations.return_decision(round=uuid, actor=request.viewer)
        messages.success(request, _("已退回，没有作出决定。"))
    else:
        operations.confirm_decision(round=uuid, actor=request.viewer, now=request.now)
        messages.success(request, _("已审定，称号从写明的日期起算。"))
    return redirect("appraisal:selection", uuid)


def deeds(request: Request, uuid: UUID) -> HttpResponse:
    """Deeds in somebody's own words, beside the year's records with their evidence."""
    sheet = queries.deeds_sheet(uuid)
    form = asks.DeedsForm(request.POST if request.method == "POST" else None, initial={"deeds": sheet.nominee.deeds})
    if request.method == "POST" and form.is_valid():
        operations.describe_deeds(nominee=uuid, deeds=form.cleaned_data["deeds"], actor=request.viewer)
        messages.success(request, _("已保存。"))
        return redirect("appraisal:selection", sheet.round)
    note_list(request, count=len(sheet.records), filters={_("事迹"): sheet.nominee.name})
    return render(request, "appraisal/selections/deeds.html", {"sheet": sheet, "form": form})


def withdraw(request: Request, uuid: UUID) -> HttpResponse:
    """Take a title back, with the reason."""
    sheet = queries.deeds_sheet(uuid)
    form = asks.ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        operations.withdraw_title(
            nominee=uuid, reason=form.cleaned_data["reason"], actor=request.viewer, now=request.now
        )
        messages.success(request, _("称号已撤销，原决定仍可查阅。"))
        return redirect("appraisal:selection", sheet.round)
    context = {"sheet": sheet, "form": form}
    return render(request, "appraisal/selections/withdraw.html", context, status=422 if form.errors else 200)


def shown(request: Request) -> HttpResponse:
    """What is being shown, or was decided, at the viewer's own places and above: names, branches, deeds, reasons."""
    rounds_shown = queries.shown_rounds(request.viewer, on=request.today)
    return render(request, "appraisal/selections/shown.html", {"rounds": rounds_shown})
