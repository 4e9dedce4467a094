"""What a person says: a file to import, and which imports he looks for."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from linghang.apps.exchange.data import STATE_WORDS, Filters
from linghang.apps.exchange.kinds import ImportKind
from linghang.engine.periods import Month
from linghang.engine.workday_table import MOST_BYTES
from linghang.ui.web.forms import offer
from linghang.ui.web.viewer import Grant

MEGABYTE = 1024 * 1024


class BeginForm(forms.Form):
    """A file, and the post with which it is imported where the person holds several."""

    post = forms.ChoiceField(label=_("以哪个职务导入"), required=False)
    month = forms.CharField(
        label=_("没写年月的日期，是哪个月"),
        max_length=7,
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    file = forms.FileField(
        label=_("您的表"),
        error_messages={"required": _("请选择要导入的文件。"), "empty": _("文件是空的，请检查是否选错了文件。")},
    )

    def __init__(self, *args: Any, posts: list[Grant], roles: dict[str, Any], **named: Any) -> None:
        super().__init__(*args, **named)
        choices = [(f"{g.role} {g.path}", f"{roles.get(g.role, g.role)} · {g.label or _('全部')}") for g in posts]
        offer(self, "post", choices)
        self.several = len(choices) > 1

    def clean_month(self) -> str:
        """2026-03, or nothing: then it is the present month."""
        said: str = self.cleaned_data["month"]
        try:
            return str(Month.parse(said)) if said else ""
        except ValueError as error:
            raise forms.ValidationError(_("月份写成 2026-03 这样。")) from error

    def clean_file(self) -> "UploadedFile[bytes]":
        """By size only; what the file holds is looked at in a process of its own."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            most = settings.UPLOAD_MAX_BYTES // MEGABYTE
            words = _("文件超过 %(most)d MB。请删去图片和无关工作表，或拆成几个文件。")
            raise forms.ValidationError(words, params={"most": most})
        return file


class WorkdaysForm(forms.Form):
    """A table of working days."""

    file = forms.FileField(
        label=_("工作日表"),
        error_messages={"required": _("请选择要上传的工作日表。"), "empty": _("文件是空的，请检查是否选错了文件。")},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Small, as a table of days is."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("文件超过 1 MB，不是工作日表。"))
        return file


class FilterForm(forms.Form):
    """The history of imports: by kind, by state, by words."""

    q = forms.CharField(label=_("文件名或经手人"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *STATE_WORDS.items()])

    def __init__(self, *args: Any, kinds: list[ImportKind], **named: Any) -> None:
        super().__init__(*args, **named)
        every: list[tuple[str, Any]] = [("", _("全部"))]
        offer(self, "kind", [*every, *((k.code, k.title) for k in kinds)])

    def wanted(self) -> Filters:
        """What is asked for; a value that does not exist is taken for none."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name) or "" for name in ("kind", "state", "q")})
