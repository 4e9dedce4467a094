"""What the pages of packs ask for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.packs.zipped import MOST_UPLOAD
from linghang.engine.packs.texts import LONGEST_NAME, MOST_BYTES
from linghang.engine.periods import Month
from linghang.ui.web.forms import LongSelect, offer
from linghang.ui.web.picking import Choosable, field_for

Choices = Sequence[tuple[str, str]]


class MonthField(forms.CharField):
    """A month in the browser's own picker: 2026-03."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-03"})
        super().__init__(**{"widget": widget, "max_length": 20, **options})

    def clean(self, value: Any) -> Month | None:
        text = super().clean(value)
        try:
            return Month.parse(text) if text else None
        except ValueError as error:
            raise forms.ValidationError(_("月份写成 2026-03 这样。")) from error


class PlaceForm(forms.Form):
    """Where and for which month the rules are looked up."""

    place = forms.ChoiceField(label=_("组织"), required=False, widget=LongSelect)
    month = MonthField(label=_("月份"), required=False)

    def __init__(self, *args: Any, places: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "place", list(places))


class UploadForm(forms.Form):
    """A pack's folder as a zip file, or its workbook."""

    file = forms.FileField(
        label=_("方案包（zip 或 xlsx）"),
        error_messages={
            "required": _("请选择方案包的 zip 或 xlsx 文件。"),
            "empty": _("文件是空的，请检查是否选错了文件。"),
        },
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_UPLOAD:
            raise forms.ValidationError(_("文件超过 2 MB。方案包里只有文字，请检查是否选错了文件。"))
        return file


class CopyForm(forms.Form):
    """Under which id, number and title a new version begins."""

    pack = forms.CharField(
        label=_("编号"), max_length=60, help_text=_("小写字母、数字和短横线；同一个办法的各版用同一个编号")
    )
    version = forms.CharField(
        label=_("版本号"), max_length=14, help_text=_("只改文字末位加一，改计分中间一位加一，删项目第一位加一")
    )
    title = forms.CharField(label=_("名称"), max_length=200)


class FileForm(forms.Form):
    """One text of a draft."""

    name = forms.CharField(label=_("文件"), max_length=LONGEST_NAME)
    text = forms.CharField(
        label=_("内容"), strip=False, max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "pack-source"}),
    )  # fmt: skip


class OfferForm(forms.Form):
    """What changed, for the changelog."""

    note = forms.CharField(
        label=_("这一版改了什么、为什么"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写进变更记录，发布后人人能看到"),
    )  # fmt: skip


class BindForm(forms.Form):
    """Which scheme of which version holds where, from which month on."""

    place: forms.Field = forms.CharField()  # which kind of field, the number of places decides
    choice = forms.ChoiceField(label=_("办法和版本"))
    since = MonthField(label=_("从哪个月起"))
    until = MonthField(label=_("到哪个月止"), required=False, help_text=_("不填就是一直有效"))

    def __init__(self, *args: Any, places: Choosable, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"] = field_for(places, label=_("在哪个组织及其下级有效"))
        offer(self, "choice", list(choices))


class EndForm(forms.Form):
    """The last month."""

    until = MonthField(label=_("最后一个月"))


class SimulateForm(forms.Form):
    """On which month, for whom and against which version a version is tried."""

    scheme = forms.ChoiceField(label=_("办法"))
    against = forms.ChoiceField(label=_("和哪一版比"))
    place: forms.Field = forms.CharField()  # as above
    month = MonthField(label=_("哪个月"), help_text=_("已经过去的月份"))

    def __init__(self, *args: Any, schemes: Choices, versions: Choices, places: Choosable, **options: Any) -> None:
        super().__init__(*args, **options)
        offer(self, "scheme", list(schemes))
        offer(self, "against", list(versions))
        self.fields["place"] = field_for(places, label=_("哪个组织（含下级）"))
