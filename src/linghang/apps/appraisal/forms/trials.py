"""What a person asks for: a trial, and which members of its result."""

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from linghang.apps.appraisal.data.trials import MOST_RECORDS, SUFFIXES, MemberFilter, PackChoice
from linghang.apps.appraisal.trials.results import counts
from linghang.apps.appraisal.words import band_words, state_words
from linghang.engine.periods import Month
from linghang.ui.web.forms import offer

MEGABYTE = 1024 * 1024


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, each checked like one."""

    def to_python(self, data: Any) -> Any:
        return [super(ManyFilesField, self).to_python(item) for item in data] if data else None

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not files:
            raise forms.ValidationError(self.error_messages["required"])
        return [super(ManyFilesField, self).clean([item], initial)[0] for item in files]


class TrialForm(forms.Form):
    """A pack, a month, the roster and the records."""

    pack = forms.ChoiceField(label=_("方案包"))
    period = forms.CharField(
        label=_("月份"), max_length=12, widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-03"})
    )
    roster = forms.FileField(
        label=_("花名册"),
        error_messages={"required": _("请选择花名册文件。"), "empty": _("文件是空的，请检查是否选错了文件。")},
    )
    records = ManyFilesField(
        label=_("记录表"),
        widget=ManyFiles,
        error_messages={"required": _("请选择至少一个记录表文件。"), "empty": _("文件是空的，请检查是否选错了文件。")},
    )
    closed_all = forms.BooleanField(
        label=_("各支部都已关账"),
        required=False,
        help_text=_("记录都齐了才选；不选时看记录表里的“关账”表，没有关账的支部为暂算"),
    )
    keep_going = forms.BooleanField(
        label=_("有问题的行先不算"), required=False, help_text=_("其余照算，并列出没算的行")
    )

    def __init__(self, *args: Any, packs: list[PackChoice], **named: Any) -> None:
        super().__init__(*args, **named)
        self.packs = {choice.key: choice for choice in packs}
        marks = {True: _("（虚构示例）"), False: ""}
        offer(self, "pack", [(c.key, f"{c.title} · {c.scheme_title} {c.version}{marks[c.invented]}") for c in packs])

    def clean_period(self) -> Month:
        try:
            return Month.parse(self.cleaned_data["period"])
        except ValueError as error:
            raise forms.ValidationError(_("月份写成 2026-03 这样。")) from error

    def clean_roster(self) -> "UploadedFile[bytes]":
        return _checked(self.cleaned_data["roster"])

    def clean_records(self) -> "list[UploadedFile[bytes]]":
        files = self.cleaned_data["records"]
        if len(files) > MOST_RECORDS:
            raise forms.ValidationError(
                _("一次最多 %(most)d 个记录表文件，请合并后再传。"), params={"most": MOST_RECORDS}
            )
        return [_checked(file) for file in files]


def _checked(file: "UploadedFile[bytes]") -> "UploadedFile[bytes]":
    """By name and size only; what the file holds is looked at in a process of its own."""
    if Path(file.name or "").suffix.lower() not in SUFFIXES:
        raise forms.ValidationError(
            _("“%(name)s”不是可以读的表格。请用 Excel 或 WPS 另存为 .xlsx 后再传。"), params={"name": file.name}
        )
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // MEGABYTE
        raise forms.ValidationError(
            _("“%(name)s”超过 %(most)d MB。请删去图片和无关工作表，或按月份拆成几个文件。"),
            params={"name": file.name, "most": most},
        )
    return file


class MemberFilterForm(forms.Form):
    """Which members are shown; the state stands in the address."""

    q = forms.CharField(label=_("姓名、编码或支部"), required=False, max_length=60)
    branch = forms.ChoiceField(label=_("支部"), required=False)
    band = forms.ChoiceField(label=_("等次"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False)

    @classmethod
    def of(cls, asked: QueryDict, folder: Path) -> "MemberFilterForm":
        """The form for a result, with the branches, bands and states that occur in it."""
        form = cls(asked)
        every: list[tuple[str, Any]] = [("", _("全部"))]
        options: dict[str, list[tuple[str, Any]]] = {
            "branch": [(b, b) for b in counts(folder, "branch")],
            "band": [(b or "-", band_words(b)) for b in counts(folder, "band")],
            "state": [(s, state_words(s)) for s in counts(folder, "state")],
        }
        for name, found in options.items():
            offer(form, name, [*every, *found])
        return form

    def wanted(self, sort: str) -> MemberFilter:
        """What is asked for; a value that no member has is taken for none."""
        self.is_valid()
        said = {name: self.cleaned_data.get(name, "") for name in ("q", "branch", "band", "state")}
        return MemberFilter(**said, sort=sort)
