"""Words of this room in templates."""

from django import template
from django.utils.safestring import SafeString

from linghang.apps.exchange.data import ACTION_WORDS, EffectData, ImportData, ImportState
from linghang.ui.templatetags.ui import badge

register = template.Library()

_KINDS = {
    ImportState.REFUSED: "bad",
    ImportState.FAILED: "bad",
    ImportState.MATCHING: "info",
    ImportState.CHECKED: "info",
    ImportState.DONE: "good",
}


@register.simple_tag
def import_state(found: ImportData) -> SafeString:
    """The state of an import in a word: {% import_state row %}."""
    return badge(found.state_word, _KINDS.get(found.state, ""))


@register.simple_tag
def effect_word(effect: EffectData) -> str:
    """What was done to one thing: {% effect_word effect %}."""
    return str(ACTION_WORDS[effect.action])
