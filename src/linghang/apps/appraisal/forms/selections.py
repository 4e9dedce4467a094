"""What the pages of selections ask for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.selections import ROUND_WORDS, NomineeLine
from linghang.engine.periods import Month
from linghang.ui.web.forms import DayField, LongSelect, offer
from linghang.ui.web.picking import Choosable, field_for

Choices = Sequence[tuple[str, str]]
TEXT = {"rows": 3}


class RoundFilterForm(forms.Form):
    q = forms.CharField(label=_("名称或组织"), required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *ROUND_WORDS.items()])


class OpenForm(forms.Form):
    place: forms.Field = forms.CharField()  # which kind of field, the number of places decides
    selection = forms.ChoiceField(label=_("评什么"), help_text=_("条件写在办法里，名单按条件列出，人来决定"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2200)
    title = forms.CharField(label=_("称号或名称"), max_length=60, help_text=_("例如：2026年度优秀党员"))
    quota = forms.IntegerField(label=_("名额"), min_value=1, max_value=999)
    points_weight = forms.IntegerField(
        label=_("积分占的比重（%）"), min_value=0, max_value=99, initial=50, help_text=_("其余看推荐票；积分不能占满")
    )

    def __init__(self, *args: Any, places: Choosable, selections: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("候选名单取这个组织及以下已定稿的积分")
        self.fields["place"] = field_for(places, label=_("在哪里评"), help_text=words)
        offer(self, "selection", selections)

    def values(self) -> dict[str, Any]:
        """As `open_round` takes them; the span of every list so far is the year."""
        scheme, _mark, selection = self.cleaned_data["selection"].partition("/")
        return {
            "node": UUID(self.cleaned_data["place"]),
            "scheme": scheme,
            "selection": selection,
            "month": Month(self.cleaned_data["year"], 12),
            "title": self.cleaned_data["title"],
            "quota": self.cleaned_data["quota"],
            "points_weight": self.cleaned_data["points_weight"],
        }


class NominateForm(forms.Form):
    person = forms.ChoiceField(label=_("提名谁"), widget=LongSelect)
    reason = forms.CharField(
        label=_("为什么提名"), required=False, max_length=300, widget=forms.Textarea(attrs=TEXT),
        help_text=_("不在候选名单里的人要写明理由"),
    )  # fmt: skip

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", people)


class VotesForm(forms.Form):
    """How many ballots came back, and a field for each nominee."""

    ballots = forms.IntegerField(label=_("收回推荐票"), min_value=1, max_value=9999)
    voted_on = DayField(label=_("推荐会日期"))

    def __init__(self, *args: Any, nominees: Sequence[NomineeLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nominees = nominees
        for line in nominees:
            self.fields[f"votes-{line.uuid}"] = forms.IntegerField(
                label=f"{line.name} · {line.branch}", min_value=0, max_value=9999, initial=line.votes
            )

    def votes(self) -> dict[UUID, int]:
        return {line.uuid: self.cleaned_data[f"votes-{line.uuid}"] for line in self.nominees}


class PublishForm(forms.Form):
    receiver = forms.ChoiceField(label=_("谁受理意见"))
    manner = forms.CharField(label=_("怎样提意见"), max_length=200, help_text=_("电话、地点或意见箱"))
    working_days = forms.IntegerField(label=_("公示几个工作日"), min_value=5, max_value=30, initial=5)

    def __init__(self, *args: Any, receivers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "receiver", receivers)


class ProposeForm(forms.Form):
    """Who is chosen; a reason beside each name, needed where the order is not followed."""

    title_from = DayField(label=_("称号从哪天起"))
    title_until = DayField(label=_("到哪天止"), required=False)
    document = forms.CharField(label=_("决定文号"), required=False, max_length=120)

    def __init__(self, *args: Any, nominees: Sequence[NomineeLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nominees = nominees
        for line in nominees:
            self.fields[f"chosen-{line.uuid}"] = forms.BooleanField(
                label=f"{line.name} · {line.branch}", required=False
            )
            self.fields[f"reason-{line.uuid}"] = forms.CharField(
                label=_("不按次序的理由（%(name)s）") % {"name": line.name}, required=False, max_length=300
            )

    def chosen(self) -> list[tuple[UUID, str]]:
        data = self.cleaned_data
        return [(n.uuid, data[f"reason-{n.uuid}"]) for n in self.nominees if data[f"chosen-{n.uuid}"]]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=300, widget=forms.Textarea(attrs=TEXT))


class DeedsForm(forms.Form):
    deeds = forms.CharField(
        label=_("主要事迹"), max_length=1500, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("自己写；旁边列出的记录和佐证可以引用"),
    )  # fmt: skip
