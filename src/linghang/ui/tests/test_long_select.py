"""A select of a thousand options is written by ourselves: it must be the element that Django would have written."""

import pytest
from django import forms
from django.test.html import parse_html

from linghang.ui.web.forms import LongChoiceField, LongSelect

CHOICES = [("", "全部"), ("a", "机关党委"), ("b", '一“支部” <b> & "x"')]


class Plain(forms.Form):
    node = forms.ChoiceField(choices=CHOICES, required=False)
    asked = forms.ChoiceField(choices=CHOICES, help_text="说明")


class Long(forms.Form):
    node = forms.ChoiceField(choices=CHOICES, required=False, widget=LongSelect)
    asked = forms.ChoiceField(choices=CHOICES, help_text="说明", widget=LongSelect)


class Longest(forms.Form):
    node = LongChoiceField(choices=CHOICES, required=False)
    asked = LongChoiceField(choices=CHOICES, help_text="说明")


@pytest.mark.parametrize("data", [None, {}, {"node": "b"}, {"node": "unknown", "asked": "a"}])
def test_it_is_the_element_that_django_writes(data: dict[str, str] | None) -> None:
    plain, long = Plain(data), Long(data)
    for name in ("node", "asked"):
        assert parse_html(str(long[name])) == parse_html(str(plain[name]))
        assert parse_html(str(Longest(data)[name])) == parse_html(str(plain[name]))


def test_a_long_choice_takes_and_refuses_what_django_does() -> None:
    for given in ({"asked": "a"}, {"asked": "unknown"}, {}):
        plain, long = Plain(given), Longest(given)
        assert plain.is_valid() == long.is_valid()
        assert (plain.cleaned_data, plain.errors) == (long.cleaned_data, long.errors)
