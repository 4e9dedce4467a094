"""What forms of all rooms share: a day, and a refusal beside its field."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from linghang.ui.web.errors import DomainError


class DayField(forms.DateField):
    """A day in the browser's own picker, which wants ISO whatever the language of the page is."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(**{"widget": widget, **options})


def _escaped(texts: list[str]) -> list[str]:
    """Each of them escaped, all at once: a call for each takes longer than the work."""
    apart = "\0"  # no page can hold it, and so no text of one does
    return escape(apart.join(texts)).split(apart) if texts else []


class LongSelect(forms.Select):
    """A select of a thousand options: written in one go, since a template per option takes longer than the list.

    Its choices are pairs already; Django would look into each of them again.
    """

    choices: Any = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002  as Django calls it
        """The same element that Django's template writes for options without groups."""
        attributes = self.build_attrs(self.attrs, attrs)
        words = format_html_join(
            "",
            "{}",
            (
                (format_html(" {}", key) if said is True else format_html(' {}="{}"', key, said),)
                for key, said in attributes.items()
                if said is not False
            ),
        )
        chosen = set(self.format_value(value))
        pairs = [(str(key), str(label)) for key, label in self.choices]
        labels = _escaped([label for _key, label in pairs])
        options = "\n".join(
            [
                f'<option value="{key}" selected>{label}</option>'
                if given in chosen
                else f'<option value="{key}">{label}</option>'
                for (given, _label), key, label in zip(
                    pairs, _escaped([key for key, _label in pairs]), labels, strict=True
                )
            ]
        )
        return format_html('<select name="{}"{}>{}</select>', name, words, mark_safe(options))  # noqa: S308  escaped here


class LongChoiceField(forms.ChoiceField):
    """A choice whose choices are plain pairs without groups, so that nobody looks into each of them.

    For a thousand of them it is a must; the filters of a list take it, too, since a template per option is slow.
    """

    widget = LongSelect

    @property
    def choices(self) -> Any:  # as wide as in Django, though only pairs are understood
        return self._choices

    @choices.setter
    def choices(self, value: Any) -> None:
        self._choices = self.widget.choices = list(value)


def offer(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """Say what can be chosen in a field of a form; TypeError where the field is no choice."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} is no field with choices")
    field.choices = list(choices)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, an empty form too; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """Put a refusal beside its field, or above the form when it has none there."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
