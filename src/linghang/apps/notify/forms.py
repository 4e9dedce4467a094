"""The form of a person's choice about e-mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linghang.apps.notify.data import MailPreferenceData


class MailForm(forms.Form):
    on = forms.BooleanField(required=False, label=_("每天发一封邮件提醒"))
    address = forms.EmailField(required=False, label=_("邮箱"), max_length=254)
    quiet_from = forms.TimeField(label=_("免打扰从"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_to = forms.TimeField(label=_("免打扰到"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("on") and not cleaned.get("address") and "address" not in self.errors:
            self.add_error("address", _("请填写邮箱，或者关闭邮件提醒。"))
        return cleaned

    @staticmethod
    def values_of(preference: MailPreferenceData) -> dict[str, object]:
        """The stored choice as initial values."""
        return {
            "on": preference.on,
            "address": preference.address,
            "quiet_from": preference.quiet_from,
            "quiet_to": preference.quiet_to,
        }
