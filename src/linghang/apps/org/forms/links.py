"""What the pages about links, areas, categories, mergers and splits ask for."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.org.data.links import AREA_KINDS, CATEGORIES, EndLine
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import LinkKind
from linghang.ui.web.forms import DayField, LongChoiceField

AREA_CHOICES = [("", _("全部")), *AREA_KINDS.items()]


def kind_choices(kinds: Iterable[LinkKind]) -> list[tuple[str, str]]:
    """Kinds of links by their names."""
    return [(kind.id, told(kind.title)) for kind in kinds]


def end_choices(lines: Iterable[EndLine]) -> list[tuple[str, str]]:
    """What can be chosen, with what tells equal names apart."""
    return [
        (str(line.uuid), " · ".join(part for part in (line.name, line.code, line.kind_label) if part)) for line in lines
    ]


class DayForm(forms.Form):
    """As of which day a page speaks."""

    on = DayField(label=_("截至日期"), required=False)


class LinkFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名、组织或区域"), required=False, max_length=60)
    kind = LongChoiceField(label=_("种类"), required=False)
    on = DayField(label=_("截至日期"), required=False)
    ended = forms.BooleanField(label=_("含已结束"), required=False)

    def __init__(self, *args: Any, kinds: Iterable[LinkKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = LongChoiceField(
            label=_("种类"), required=False, choices=[("", _("全部")), *kind_choices(kinds)]
        )
        self.order_fields(["q", "kind", "on", "ended"])


class SearchDayForm(forms.Form):
    q = forms.CharField(label=_("名称"), required=False, max_length=60)
    on = DayField(label=_("截至日期"), required=False)


class LinkForm(forms.Form):
    """Both ends are chosen from what the searches found."""

    left = forms.ChoiceField()
    right = forms.ChoiceField()
    note = forms.CharField(label=_("说明"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = DayField(label=_("从哪天起"))
    valid_to = DayField(label=_("到哪天止"), required=False, help_text=_("不填就是一直有效"))
    replace = forms.BooleanField(label=_("结束原来的，换成这一项"), required=False)

    def __init__(
        self, *args: Any, kind: LinkKind, left: Iterable[EndLine], right: Iterable[EndLine], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        titles = {"left": kind.left_title, "right": kind.right_title}
        for name, lines in (("left", left), ("right", right)):
            label = told(titles[name]) or (_("左边") if name == "left" else _("右边"))
            self.fields[name] = forms.ChoiceField(label=label, choices=[("", "——"), *end_choices(lines)])
        if kind.most_per_left is None and kind.most_per_right is None:
            del self.fields["replace"]
        self.order_fields(["left", "right", "note", "valid_from", "valid_to", "replace"])


class LastDayForm(forms.Form):
    last_day = DayField(label=_("最后一天"), help_text=_("当天仍有效，次日起结束"))


class AreaFilterForm(forms.Form):
    q = forms.CharField(label=_("名称、编码或所属组织"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=AREA_CHOICES)
    on = DayField(label=_("截至日期"), required=False)
    closed = forms.BooleanField(label=_("含已结束"), required=False)


class AreaForm(forms.Form):
    kind = forms.ChoiceField(label=_("类型"), choices=list(AREA_KINDS.items()))
    name = forms.CharField(label=_("名称"), max_length=120)
    code = forms.CharField(label=_("编码"), max_length=40, required=False)
    organisation = forms.ChoiceField(label=_("所属组织"))
    duties = forms.CharField(label=_("职责"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = DayField(label=_("从哪天起"))

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = forms.ChoiceField(label=_("所属组织"), choices=places)
        self.order_fields(["kind", "name", "code", "organisation", "duties", "valid_from"])


class AreaChangeForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=120)
    code = forms.CharField(label=_("编码"), max_length=40, required=False)
    duties = forms.CharField(label=_("职责"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class CategoryForm(forms.Form):
    category = forms.ChoiceField(label=_("类别"), choices=list(CATEGORIES.items()))
    valid_from = DayField(label=_("从哪天起"), help_text=_("之前的日子仍按原来的类别算"))


class CategoryFilterForm(forms.Form):
    category = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部")), *CATEGORIES.items()])
    on = DayField(label=_("截至日期"), required=False)


class MergeForm(forms.Form):
    """Which organisations go into this one."""

    sources = forms.MultipleChoiceField(label=_("并入的组织"), widget=forms.CheckboxSelectMultiple)
    valid_from = DayField(label=_("从哪天起"), help_text=_("前一天是被并入组织的最后一天"))

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sources"] = forms.MultipleChoiceField(
            label=_("并入的组织"), widget=forms.CheckboxSelectMultiple, choices=others
        )
        self.order_fields(["sources", "valid_from"])


class SplitForm(forms.Form):
    """What the new organisation is called and who goes there."""

    name = forms.CharField(label=_("新组织全称"), max_length=120)
    short_name = forms.CharField(label=_("简称"), max_length=40, required=False)
    code = forms.CharField(label=_("编码"), max_length=40, required=False)
    people = forms.MultipleChoiceField(label=_("分到新组织的人员"), widget=forms.CheckboxSelectMultiple)
    valid_from = DayField(label=_("从哪天起"))

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = forms.MultipleChoiceField(
            label=_("分到新组织的人员"), widget=forms.CheckboxSelectMultiple, choices=members
        )
        self.order_fields(["name", "short_name", "code", "people", "valid_from"])
