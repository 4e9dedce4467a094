"""What the pages of this room ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from linghang.apps.access.data import ROLES
from linghang.apps.access.policies import grantable, normal_username
from linghang.ui.web.forms import DayField, LongChoiceField
from linghang.ui.web.picking import Choosable, field_for
from linghang.ui.web.viewer import Viewer


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("用户名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True})
    )
    password = forms.CharField(
        label=_("密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def clean_username(self) -> str:
        return normal_username(str(self.cleaned_data["username"]))


def _new_password() -> forms.CharField:
    return forms.CharField(
        label=_("新密码"),
        strip=False,
        help_text=_("至少10位，不要用常见密码，不要和用户名相近"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _again() -> forms.CharField:
    return forms.CharField(
        label=_("再输一次新密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class NewPasswordForm(forms.Form):
    """Any form that sets a password asks for it twice."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("new") and values.get("again") and values["new"] != values["again"]:
            self.add_error("again", _("两次输入的新密码不一样，请重新输入。"))
        return dict(values)


class PasswordForm(NewPasswordForm):
    old = forms.CharField(
        label=_("原密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    new = _new_password()
    again = _again()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("new") and values["new"] == values.get("old"):
            self.add_error("new", _("新密码和原密码相同，请换一个。"))
        return values


class ActivateForm(NewPasswordForm):
    code = forms.CharField(
        label=_("激活码"),
        max_length=40,
        help_text=_("印在激活单上，12位，横线可不输"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    new = _new_password()
    again = _again()


class TokenForm(forms.Form):
    token = forms.CharField(
        label=_("动态口令"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )

    def clean_token(self) -> str:
        return "".join(str(self.cleaned_data["token"]).split())


class ConfirmPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class EnrolForm(ConfirmPasswordForm, TokenForm):
    """Whoever only finds an open page can neither switch the second factor on nor replace the phone."""

    field_order = ("token", "password")


class UserFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名或用户名"), required=False, max_length=60)
    role = LongChoiceField(
        label=_("职务"),
        required=False,
        choices=[("", _("全部")), *((info.role.value, info.label) for info in ROLES.values())],
    )
    state = LongChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), ("active", _("在用")), ("waiting", _("待激活")), ("stopped", _("已停用"))],
    )

    def __init__(self, *args: Any, places: Choosable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"] = field_for(places, label=_("组织"), nothing=gettext("全部"))
        self.order_fields(["q", "node", "role", "state"])


class _PlaceForm(forms.Form):
    """A form that offers the actor's places and the roles that he may hand out."""

    role = forms.ChoiceField(label=_("职务"))
    node: forms.Field = forms.CharField()  # which kind of field, the number of places decides

    def __init__(self, *args: Any, places: Choosable, actor: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, ROLES[role.value].label) for role in grantable(actor.roles)]
        whole = gettext("整个系统（只限系统管理员）") if any(grant.path == "" for grant in actor.grants) else ""
        self.fields["role"] = forms.ChoiceField(label=_("职务"), choices=[("", _("请选择")), *roles])
        # a place first: every role but the administrator's is held at one
        self.fields["node"] = field_for(places, label=_("组织"), nothing=whole, nothing_first=False)


class UserForm(_PlaceForm):
    username = forms.CharField(label=_("用户名"), max_length=60, help_text=_("登录用，如工号；不区分大小写"))
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    field_order = ("display_name", "username", "node", "role")


class GrantForm(_PlaceForm):
    since = DayField(label=_("开始日期"))
    until = DayField(
        label=_("结束日期"),
        required=False,
        help_text=_("当天仍有效，次日起自动失效；不填表示长期"),
    )
    field_order = ("role", "node", "since", "until")


class EndForm(forms.Form):
    last_day = DayField(label=_("最后一天"))
