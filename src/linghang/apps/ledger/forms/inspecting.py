"""Filters of the inspector's lists, a draw, numbers that were reported."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.ledger.data.norms import NormChoice
from linghang.apps.ledger.forms.listing import offer, shown
from linghang.apps.ledger.operations.inspecting import LARGEST
from linghang.apps.ledger.queries.pages_late import LONGEST_DAYS, LateFilter
from linghang.apps.org.data import OrganisationLine
from linghang.ui.web.forms import DayField
from linghang.ui.web.picking import Choosable, field_for

QUARTER = 92


class SpanForm(forms.Form):
    """Days and a place; the last three months when nothing is said."""

    place: forms.Field = forms.CharField()  # which kind of field, the number of places decides
    since = DayField(label=_("发生日期从"), required=False)
    until = DayField(label=_("到"), required=False)

    def __init__(self, *args: Any, places: Choosable, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["place"] = field_for(places, label=_("组织（含下级）"), nothing=str(_("全部")))

    def days(self) -> tuple[date, date]:
        """Closed days, at most `LONGEST_DAYS` of them."""
        until: date = self.cleaned_data.get("until") or self.today
        since: date = self.cleaned_data.get("since") or until - timedelta(days=QUARTER)
        return max(min(since, until), until - timedelta(days=LONGEST_DAYS)), until

    def place_uuid(self) -> UUID | None:
        place = self.cleaned_data.get("place")
        return UUID(place) if place else None

    def said(self) -> dict[str, str]:
        """What the list was narrowed to, in words."""
        since, until = self.days()
        place = self.cleaned_data.get("place")
        return {
            str(_("发生日期")): f"{since.isoformat()} — {until.isoformat()}",
            str(_("组织")): shown(self, "place", place) if place else "",
        }


class LateForm(SpanForm):
    """From how many days on a record counts as late."""

    late = forms.IntegerField(label=_("事后多少天起算补录"), required=False, min_value=1, max_value=366)

    def filters(self) -> LateFilter:
        self.is_valid()
        since, until = self.days()
        return LateFilter(since, until, self.place_uuid(), late=self.cleaned_data.get("late") or 8)


class MassForm(SpanForm):
    """From how many records of how many days on a day of entry is shown."""

    many = forms.IntegerField(label=_("同日至少录入条数"), required=False, min_value=2, max_value=9999)
    days_apart = forms.IntegerField(label=_("至少涉及几天的事"), required=False, min_value=2, max_value=366)

    def filters(self) -> LateFilter:
        self.is_valid()
        since, until = self.days()
        many, days = self.cleaned_data.get("many") or 10, self.cleaned_data.get("days_apart") or 3
        return LateFilter(since, until, self.place_uuid(), many=many, days=days)


class DrawForm(forms.Form):
    """What to draw from, how many, and the seed if the same sample is wanted again."""

    place: forms.Field = forms.CharField()  # as above
    kind = forms.ChoiceField(label=_("种类"), required=False)
    since = DayField(label=_("发生日期从"))
    until = DayField(label=_("到"))
    size = forms.IntegerField(label=_("抽查条数"), min_value=1, max_value=LARGEST, initial=20)
    seed = forms.CharField(
        label=_("抽样种子"),
        required=False,
        max_length=40,
        help_text=_("留空由系统随机生成并记在案；同一种子、同一范围抽出的记录相同"),
    )

    def __init__(self, *args: Any, places: Choosable, kinds: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = field_for(places, label=_("组织（含下级）"))
        offer(self, "kind", [("", str(_("全部"))), *kinds])


class ReconcileForm(forms.Form):
    """Which norm of which year."""

    norm = forms.ChoiceField(label=_("要求"), required=False)
    year = forms.TypedChoiceField(label=_("年度"), required=False, coerce=int)

    def __init__(self, *args: Any, norms: Sequence[NormChoice], today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "norm", [(norm.id, norm.title) for norm in norms])
        offer(self, "year", [(str(year), str(year)) for year in range(today.year, today.year - 6, -1)])

    def asked(self) -> tuple[str, int]:
        """The norm and the year, the first of each when nothing is said."""
        self.is_valid()
        norms, years = (self.fields[name].choices for name in ("norm", "year"))  # type: ignore[attr-defined]  # selects
        norm = self.cleaned_data.get("norm") or (norms[0][0] if norms else "")
        return norm, self.cleaned_data.get("year") or int(years[0][0])


class ReportForm(forms.Form):
    """One number for each organisation, all from one source; empty leaves it unknown."""

    source = forms.CharField(
        label=_("数字来源"), max_length=120, help_text=_("如：2026年上半年组织生活情况上报表，7月3日")
    )

    def __init__(self, *args: Any, shown: Sequence[OrganisationLine], **options: Any) -> None:
        super().__init__(*args, **options)
        self.shown = shown
        for line in shown:
            self.fields[f"n-{line.uuid}"] = forms.IntegerField(
                label=line.name, required=False, min_value=0, max_value=9999
            )

    def rows(self) -> list[forms.BoundField]:
        return [self[f"n-{line.uuid}"] for line in self.shown]

    def numbers(self) -> dict[UUID, int]:
        """What was filled in."""
        given = ((line.uuid, self.cleaned_data[f"n-{line.uuid}"]) for line in self.shown)
        return {uuid: number for uuid, number in given if number is not None}
