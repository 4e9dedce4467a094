"""What can be chosen is said in one way in all rooms."""

import pytest
from django import forms

from linghang.ui.web.forms import offer


class Asked(forms.Form):
    where = forms.ChoiceField()
    note = forms.CharField()


def test_a_choice_takes_what_it_is_offered_and_nothing_else():
    form = Asked({"where": "2", "note": "x"})
    offer(form, "where", [("1", "甲")])
    assert "where" in form.errors
    form = Asked({"where": "1", "note": "x"})
    offer(form, "where", [("1", "甲")])
    assert form.is_valid()


def test_a_field_without_choices_is_a_mistake_of_the_programmer():
    with pytest.raises(TypeError, match="note"):
        offer(Asked(), "note", [])
