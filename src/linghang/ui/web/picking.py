"""A choice among thousands that is found by typing: the page carries what is chosen, not what could be.

A room says what there is to choose from (`Choosable`); `field_for` makes a plain select of few and a box to type in of
many. Without script the words that were typed go along and mean what they name, if that is only one.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linghang.ui.web.forms import LongChoiceField

FEW = 60  # so many stand in a plain select
WORDS = "-named"  # what is typed goes by the name of the field with this behind it
LONGEST = 60

Pair = tuple[str, str]


class Choosable(Protocol):
    """What there is to choose from, for the reader of one page.

    `few`: all of it as (key, label) where that is no more than `FEW`, otherwise None. `address` answers words with what
    they may mean, as JSON: lines of key, label, above, and `more`.
    """

    @property
    def few(self) -> list[Pair] | None: ...

    @property
    def address(self) -> str: ...

    def label_of(self, key: str) -> str | None:
        """What a key is called; None when there is nothing of it to choose."""

    def meant(self, words: str) -> list[Pair]:
        """What words may mean: one, if they are the whole name of only one; at most two."""


class PickInput(forms.TextInput):
    """The box: hidden beside it the key of what is chosen; its list is filled by `ui/pick.js`."""

    choices: Sequence[Pair] = ()  # what is chosen, as lists say it in words
    among: Choosable
    nothing = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The key, and the words where they came along."""
        return super().value_from_datadict(data, files, name) or "", data.get(name + WORDS)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ARG002  as Django calls it
        key, words = self._shown(value)
        context = {
            "name": name,
            "key": key,
            "words": words,
            "nothing": self.nothing,
            "address": self.among.address,
            "list_id": f"list-{(attrs or {}).get('id', name)}",
            "words_name": name + WORDS,
            "attrs": flatatt(self.build_attrs(self.attrs, attrs)),
        }
        return render_to_string("ui/c/pick.html", context)

    def _shown(self, value: Any) -> Pair:
        """What was chosen; words that were not understood stand alone."""
        key, words = value if isinstance(value, tuple) else (str(value or ""), None)
        if self.choices:
            return self.choices[0]
        if words:
            return "", words
        label = self.among.label_of(key) if key else None
        return (key, label) if label else ("", "")


class PickField(forms.CharField):
    """One of `among`, as its key; '' where nothing need be chosen and nothing was."""

    widget = PickInput

    def __init__(self, *, among: Choosable, nothing: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.among = self.widget.among = among
        self.widget.nothing = nothing

    def clean(self, value: Any) -> str:
        """The key; ValidationError when the words mean nothing or several."""
        key, words = value if isinstance(value, tuple) else (str(value or ""), None)
        found = self._by_key(key) if words is None else self._by_words(key, words.strip()[:LONGEST])
        self.widget.choices = [found] if found else []
        return str(super().clean(found[0] if found else ""))

    def _by_key(self, key: str) -> Pair | None:
        if not key:
            return None
        label = self.among.label_of(key)
        if label is None:
            raise ValidationError(_("选的这一项不在您的工作范围内，或者已经停用，请重新选择。"), code="invalid_choice")
        return key, label

    def _by_words(self, key: str, words: str) -> Pair | None:
        if not words:
            return None
        if key and self.among.label_of(key) == words:
            return key, words
        found = self.among.meant(words)
        if len(found) == 1:
            return found[0]
        said = _("没有名称里有“%(words)s”的，请换几个字。")
        if found:
            said = _("名称里有“%(words)s”的不止一个，请从列表中选一个。")
        raise ValidationError(said % {"words": words}, code="invalid_choice")


def field_for(
    among: Choosable, *, label: Any, nothing: str = "", nothing_first: bool = True, **options: Any
) -> forms.Field:
    """A plain select where there is little to choose from, and a box to type in where there is much.

    `nothing` is what choosing nothing is called; '' where something must be chosen. A select begins with it, or else
    ends with it.
    """
    few = among.few
    if few is None:
        return PickField(among=among, nothing=nothing, label=label, required=not nothing, **options)
    none = [("", nothing)] if nothing else []
    choices = [*none, *few] if nothing_first else [*few, *none]
    return LongChoiceField(label=label, required=not nothing, choices=choices, **options)
