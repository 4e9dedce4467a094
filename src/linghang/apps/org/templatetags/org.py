"""Small words of this room's pages: a quota and a slot with colour, shape and word."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linghang.apps.org.data.links import Composition, Counted, SlotLine
from linghang.apps.org.words import told
from linghang.engine.packs.link_model import Colour
from linghang.ui.templatetags.ui import mark, moment, tip

register = template.Library()
register.filter("told", told)


@register.filter
def empty_slots(composition: Composition) -> str:
    """'书记（自 2026年3月5日）、…': the slots of a branch in which nothing stands, for a row of a list."""
    said = _("%(title)s（自 %(day)s）")
    return "、".join(said % {"title": slot.title, "day": moment(slot.since)} for slot in composition.empty)


@register.simple_tag
def counted(stand: Counted) -> SafeString:
    """'1/2' with the colour of the day and the rule: {% counted line.counted %}."""
    if stand.colour is None:
        return mark("none", _("%(text)s 尚未统计") % {"text": stand.text})
    words = {
        Colour.GREEN: stand.text,
        Colour.YELLOW: _("%(text)s 该去未去") % {"text": stand.text},
        Colour.RED: _("%(text)s 次数不足") % {"text": stand.text},
    }
    return format_html("{}{}", mark(stand.colour.value, words[stand.colour]), tip(stand.rule))


@register.simple_tag
def slot_mark(slot: SlotLine) -> SafeString:
    """Whether a slot is filled, filled without recent activity, or empty: {% slot_mark slot %}."""
    if not slot.filled:
        return mark("red", _("空缺"))
    if slot.colour is None:
        return mark("none", _("尚未统计"))
    return mark("green", _("正常")) if slot.colour is Colour.GREEN else mark("yellow", _("近期没有活动"))
