"""What the pages of this room ask for."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.loops.data import ORIGINS, Origin, PersonOption, Step
from linghang.apps.loops.words import said
from linghang.engine.packs.loop_model import LoopKind
from linghang.engine.packs.model import FactKind
from linghang.engine.points import UNIT
from linghang.ui.web.forms import DayField, LongChoiceField, offer

ONCE = ("次", "件", "项", "个")  # units of which a declaration is one
LONG = {"rows": 3}
ALL = _("全部")


class CaseFilterForm(forms.Form):
    q = forms.CharField(label=_("编号或标题"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("种类"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)
    place = forms.CharField(label=_("组织名称（含下级）"), required=False, max_length=60)

    def __init__(self, data: Any, *, kinds: Mapping[str, LoopKind]) -> None:
        super().__init__(data)
        _choose(self, "kind", [(kind.id, said(kind.title)) for kind in kinds.values()])
        states: dict[str, str] = {}
        for kind in kinds.values():
            for state in kind.states.values():
                states.setdefault(state.id, said(state.title))
        _choose(self, "state", list(states.items()))


class StepForm(forms.Form):
    """Words for a step, and the people whom it has to name."""

    note = forms.CharField(label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG))

    def __init__(
        self,
        *args: Any,
        people: Mapping[str, Sequence[PersonOption]] | None = None,
        asks: Step | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        for name, label in (("responsible", _("责任人")), ("tracker", _("跟踪人")), ("verifier", _("核验人"))):
            if people and name in people:
                self._add(name, label, people[name], needed=asks is not None and name in asks.names)
        if asks is not None and asks.reason == "required":
            self.fields["note"].label = _("理由或办理情况")
            self.fields["note"].help_text = _("有关的人都能看到")
            self.fields["note"].required = not self.is_bound  # what is missing is refused in the words of the step

    def _add(self, name: str, label: Any, people: Sequence[PersonOption], *, needed: bool) -> None:
        self.fields[name] = forms.ChoiceField(label=label, required=needed and not self.is_bound)
        options = [(str(one.uuid), f"{one.name}（{one.note}）") for one in people]
        _choose(self, name, options, _("请选择") if needed else _("（暂不指定）"))

    def people(self) -> dict[str, UUID]:
        """Those who were chosen."""
        names = ("responsible", "tracker", "verifier")
        return {name: UUID(self.cleaned_data[name]) for name in names if self.cleaned_data.get(name)}


class SteerForm(forms.Form):
    action = forms.ChoiceField(choices=[(word, word) for word in ("assign", "pause", "resume", "extend", "erase")])
    note = forms.CharField(label=_("理由"), required=False, max_length=2000, widget=forms.Textarea(attrs=LONG))
    working_days = forms.IntegerField(label=_("延期几个工作日"), required=False, min_value=1, max_value=60, initial=5)

    @classmethod
    def shown(cls, action: str) -> "SteerForm":
        """Empty, with ids of its own: several stand on one page."""
        form = cls(auto_id=f"{action}-%s")
        for name in ("note", "working_days"):
            form.fields[name].required = True
        return form


class DeclareForm(forms.Form):
    """One declaration: day, how much, its closed attributes, a few words. At most eight fields for every kind."""

    day = DayField(label=_("哪一天"))
    quantity = forms.DecimalField(label=_("数量"), min_value=Decimal("0.1"), max_digits=8, decimal_places=2)
    note = forms.CharField(
        label=_("说明"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("支部看得懂就行，例如地点、和谁一起"),
    )  # fmt: skip

    def __init__(self, *args: Any, kind: FactKind, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        self.fields["day"].widget.attrs["max"] = today.isoformat()
        if kind.unit in ONCE:
            del self.fields["quantity"]
        else:
            self.fields["quantity"].label = _("多少%(unit)s") % {"unit": kind.unit}
        for name, attribute in kind.attributes.items():
            self.fields[name] = forms.ChoiceField(label=said(attribute.title), required=attribute.required)
            _choose(self, name, [(value, said(title)) for value, title in attribute.values.items()], _("请选择"))
        self.order_fields(["day", "quantity", *kind.attributes, "note"])

    def amount(self) -> int:
        """Ten-thousandths of the kind's unit."""
        said_quantity = self.cleaned_data.get("quantity")
        return UNIT if said_quantity is None else int(said_quantity * UNIT)

    def attributes(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.kind.attributes if self.cleaned_data.get(name)}


class ReportForm(forms.Form):
    title = forms.CharField(label=_("一句话说明问题"), max_length=120)
    body = forms.CharField(
        label=_("详细情况"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    node = forms.ChoiceField(label=_("在哪个组织"))
    origin = forms.ChoiceField(label=_("来源"), initial=Origin.PERSON)

    def __init__(self, *args: Any, places: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "node", [(str(uuid), label) for uuid, label in places])
        if len(places) == 1:
            self.fields["node"].initial = str(places[0][0])
            self.fields["node"].widget = forms.HiddenInput()
        origins = [(code, label) for code, label in ORIGINS.items() if code != Origin.SYSTEM]
        offer(self, "origin", origins)


class VisitForm(forms.Form):
    """Where, when, what about, and what was found: one page for a phone."""

    visit = forms.UUIDField(widget=forms.HiddenInput)
    link = LongChoiceField(label=_("联系点"))
    day = DayField(label=_("哪一天"))
    topic = forms.CharField(label=_("主题"), max_length=120)
    problems = forms.CharField(
        label=_("发现的问题"), required=False, max_length=700, widget=forms.Textarea(attrs=LONG),
        help_text=_("一行一个，进入这个支部的问题台账"),
    )  # fmt: skip

    def __init__(self, *args: Any, points: Sequence[tuple[UUID, str]], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "link", [(str(uuid), label) for uuid, label in points])
        self.fields["day"].widget.attrs["max"] = today.isoformat()
        self.fields["visit"].initial = uuid4()


class CorrectForm(forms.Form):
    """What is wrong and what it should be; with `places`, also where, for what is not in one person's file."""

    title = forms.CharField(label=_("哪一项不对"), max_length=120, help_text=_("例如：入党日期、学历、某次记录"))
    body = forms.CharField(
        label=_("应该是什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明正确的内容和依据"),
    )  # fmt: skip

    def __init__(self, *args: Any, places: Sequence[tuple[UUID, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if places:
            self.fields["node"] = forms.ChoiceField(label=_("在哪个组织"))
            _choose(self, "node", [(str(uuid), label) for uuid, label in places], _("请选择"))


class ConfirmForm(forms.Form):
    cases = forms.MultipleChoiceField(label=_("申报"))

    def __init__(self, data: Any, *, waiting: Sequence[UUID]) -> None:
        super().__init__(data)
        offer(self, "cases", [(str(uuid), str(uuid)) for uuid in waiting])


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]], nothing: Any = ALL) -> None:
    offer(form, name, [("", nothing), *choices])
