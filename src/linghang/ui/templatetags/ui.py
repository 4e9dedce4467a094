"""The tags of the component library. Every component is shown on the page `/_ui/`."""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from linghang import __version__
from linghang.ui import quick
from linghang.ui.icons import known_icon
from linghang.ui.navigation import MAIN_LIMIT, PHONE_LIMIT, Link, demo_menu, main_menu, user_menu
from linghang.ui.panels import header_panels
from linghang.ui.web.clock import demo_today
from linghang.ui.web.kept_html import kept_html
from linghang.ui.web.paging import Page
from linghang.ui.web.viewer import NOBODY

register = template.Library()
register.tag("trans", quick.trans)  # after i18n, so load it first
register.tag("translate", quick.trans)
register.tag("url", quick.url)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite, silent for screen readers unless it has a label: {% icon "printer" %}."""
    return _icon(name, label) if label else _silent_icon(name)


@cache
def _silent_icon(name: str) -> SafeString:
    """A page has dozens, of a few kinds; their address changes with the version only."""
    return _icon(name, "")


def _icon(name: str, label: str) -> SafeString:
    address = f"{static('vendor/icons.svg')}#{known_icon(name)}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address)


class Menus(NamedTuple):
    """The menus as one page shows them: what stands in the header and under 更多, on a phone, under the name."""

    main: tuple[Link, ...]
    rest: tuple[Link, ...]
    phone: tuple[Link, ...]
    phone_rest: tuple[Link, ...]
    user: tuple[Link, ...]


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> Menus:
    """The menus of this request: `main` (seven), `rest` (更多), `phone` (four), `phone_rest`, `user`."""
    links = tuple(main_menu.links(context.get("request")))
    main = len(links) if len(links) <= MAIN_LIMIT + 1 else MAIN_LIMIT
    phone = len(links) if len(links) <= PHONE_LIMIT + 1 else PHONE_LIMIT
    user = tuple(user_menu.links(context.get("request")))
    return Menus(links[:main], links[main:], links[:phone], links[phone:], user)


@register.simple_tag(takes_context=True)
def page_header(context: Context, menus: Menus) -> SafeString:
    """The header of the frame: {% navigation as menus %}{% page_header menus %}."""
    request = context.get("request")
    viewer = getattr(request, "viewer", NOBODY)
    here = request.get_full_path() if request is not None else "/"
    anew = _token(context) | {"here": here, "name": viewer.name, "signs": _header_signs(request)}
    return kept_html("ui/parts/header.html", anew=anew, menus=menus, signed_in=viewer.signed_in)


@register.simple_tag(takes_context=True)
def phone_bar(context: Context, menus: Menus) -> SafeString:
    """The bar at the bottom of a phone: {% phone_bar menus %}."""
    return kept_html("ui/parts/phone_bar.html", anew=_token(context), menus=menus)


@register.simple_tag(takes_context=True)
def page_footer(context: Context) -> SafeString:
    """The foot of every page, with `as_of` of the context, else the moment of the request."""
    as_of, request = context.get("as_of"), context.get("request")
    day = as_of or getattr(request, "now", None)
    kind = ("as_of" if as_of else "now") if day else ""
    return kept_html("ui/parts/footer.html", anew={"day": moment(day)}, kind=kind)


@register.simple_tag(takes_context=True)
def demo_banner(context: Context) -> SafeString:
    """What stands above every page of a demo installation, the day that it takes for today, if one is set, and where
    one changes it."""
    today, on = demo_today(), getattr(settings, "DEMO", False)
    if not on and today is None:
        return SafeString("")
    links = tuple(demo_menu.links(context.get("request"))) if on else ()
    return kept_html("ui/parts/demo.html", today=today, links=links)


@register.simple_tag
def kept(template: str) -> SafeString:
    """A part of the frame that says the same on every page: {% kept "ui/parts/head.html" %}."""
    return kept_html(template)


def _token(context: Context) -> dict[str, Any]:
    token = context.get("csrf_token")
    return {} if token is None else {"csrf_token": token}


def _header_signs(request: HttpRequest | None) -> SafeString:
    """What rooms show at the right of the header of every page (`header_panels`); nothing when nobody is signed in."""
    viewer = getattr(request, "viewer", NOBODY)
    if request is None or not viewer.signed_in:
        return SafeString("")
    return format_html_join("", "{}", ((panel.html,) for panel in header_panels.render(request, viewer.roles)))


@register.simple_tag
def product_version() -> str:
    return __version__


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """The query string of this page with some parameters changed; an empty value removes one."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + query.urlencode()


# --- leaf widgets: cheap enough for every row of a table ---------------------------------------------------------

BADGE_KINDS = frozenset({"", "good", "info", "warn", "bad", "honour"})
MARK_SHAPES = {
    "green": '<circle cx="8" cy="8" r="7"/><path class="glyph" d="M5 8.300l2.200 2.200L11.200 6"/>',
    "blue": '<path d="M8 .5 15.500 8 8 15.500.5 8z"/><path class="glyph" d="M8 5v3.500M8 11v.01"/>',
    "yellow": '<path d="M8 1.200 15.300 14.500H.7z"/><path class="glyph" d="M8 6v4M8 12.300v.01"/>',
    "red": '<path d="M1 1h14v14H1z"/><path class="glyph" d="M5 5l6 6M11 5l-6 6"/>',
    "none": '<circle cx="8" cy="8" r="6.500"/>',
}


@register.simple_tag
def badge(text: Any, kind: str = "") -> SafeString:
    """A state in a word: {% badge "已采纳" "good" %}; kinds: good, info, warn, bad, honour (gold, honours only)."""
    if kind not in BADGE_KINDS:
        raise LookupError(f"unknown badge kind {kind!r}")
    return format_html('<span class="badge{}">{}</span>', f" badge-{kind}" if kind else "", text)


@register.simple_tag
def mark(level: str, word: Any) -> SafeString:
    """One of the four colours, always with its shape and word: {% mark "red" "逾期" %}.

    Levels: green ● blue ◆ yellow ▲ red ■ none ◌ (unknown). What a level means is the caller's configuration.
    """
    shape = SafeString(MARK_SHAPES[level])
    picture = format_html('<svg viewBox="0 0 16 16" aria-hidden="true">{}</svg>', shape)
    return format_html('<span class="mark mark-{}">{}<span>{}</span></span>', level, picture, word)


@register.simple_tag
def tip(text: Any) -> SafeString:
    """A rule that shows on hover and on focus and prints in full: {% tip "自次日起算,10个工作日" %}."""
    if not text:
        return SafeString("")
    sign = icon("help-circle")
    return format_html(
        '<span class="tip"><button type="button" aria-label="{}">{}</button>'
        '<span class="tip-text" role="tooltip">{}</span></span>', f"{_('规则')}：{text}", sign, text,
    )  # fmt: skip


@register.simple_tag
def deadline(due: date, left: int | None = None, rule: Any = "", provisional: bool = False) -> SafeString:
    """A deadline with what is left of it: {% deadline due=case.due left=case.days_left rule=case.rule %}.

    `left` counts working days, 0 is today, negative is overdue, None leaves it out; `provisional` says 暂算, since the
    calendar of that year is not published yet.
    """
    state, words = _left(left)
    sure = format_html(" {}", badge(_("暂算"), "warn")) if provisional else ""
    return format_html(
        '<span class="deadline{}"><time datetime="{}">{}</time>{}<span class="deadline-left">{}</span>{}</span>',
        state, due.isoformat(), moment(due), sure, words, tip(rule),
    )  # fmt: skip


def _left(left: int | None) -> tuple[str, str]:
    if left is None:
        return "", ""
    if left < 0:
        return " deadline-over", ngettext("已逾期 %d 个工作日", "已逾期 %d 个工作日", -left) % -left
    if left == 0:
        return " deadline-soon", _("今天到期")
    return (" deadline-soon" if left <= 3 else ""), ngettext("剩 %d 个工作日", "剩 %d 个工作日", left) % left


@register.simple_tag
def alert(text: Any, kind: str = "info", title: Any = "") -> SafeString:
    """A message on the page: {% alert "已导入 299 人" kind="success" %}; kinds: info, success, warning, error."""
    kind = kind if kind in ALERT_ICONS else "info"
    head = format_html('<strong class="alert-title">{}</strong>', title) if title else ""
    role = "alert" if kind == "error" else "status"
    return format_html(
        '<div class="alert alert-{}" role="{}">{}<div class="alert-body">{}{}</div></div>',
        kind, role, icon(ALERT_ICONS[kind]), head, text,
    )  # fmt: skip


ALERT_ICONS = {
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "error": "circle-x",
}


# --- words for values ---------------------------------------------------------------------------------------------


@register.filter
def moment(value: date | datetime | None) -> str:
    """2026年3月5日, and with 17:05 behind it when it is a moment (shown in local time)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{_day(local.date(), get_language())} {local:%H:%M}"
    return _day(value, get_language())


@lru_cache(maxsize=4096)
def _day(value: date, _language: str | None) -> str:
    """A list says the same few days in every row."""
    return date_format(value, "DATE_FORMAT")


@register.filter
def long_day(value: date | None) -> str:
    """2026年11月21日 星期六; in English the weekday stands first."""
    if value is None:
        return ""
    day, weekday = date_format(value, "DATE_FORMAT"), date_format(value, "l")
    return f"{weekday}, {day}" if get_language() == "en" else f"{day} {weekday}"


@register.filter
def points(value: int | None) -> str:
    """Hundredths as points: 8600 → 86.00. None is unknown and says so, never 0."""
    if value is None:
        return _("未知")
    sign = "\u2212" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


@register.filter
def signed_points(value: int | None) -> str:
    """Like `points`, with a plus before gains: +2.00, −3.50, 0.00."""
    return f"+{points(value)}" if value is not None and value > 0 else points(value)


@register.filter
def grouped(value: int | None) -> str:
    """A count with its thousands set apart: 12,345."""
    return _("未知") if value is None else number_format(value, force_grouping=True)


# --- components that hold content ---------------------------------------------------------------------------------


@register.simple_block_tag
def card(content: str, title: Any = "", note: Any = "", element_id: str = "") -> str:
    """A framed part of a page: {% card title="本月工作单" note="截至11月21日" %}…{% endcard %}."""
    values = {"content": content, "title": title, "note": note, "element_id": element_id}
    return render_to_string("ui/c/card.html", values)


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: str, action: str = "", target: str = "") -> str:
    """Filters whose state stands in the address: {% filter_bar %}{% form_field form.q %}…{% endfilter_bar %}."""
    request = context.get("request")
    values = {"content": content, "action": action or getattr(request, "path", ""), "target": target}
    return render_to_string("ui/c/filter_bar.html", values)


@register.inclusion_tag("ui/c/field.html")
def form_field(field: Any, hint: Any = "", label: Any = "") -> dict[str, Any]:
    """One field of a form with label, hint and its problem beside it: {% form_field form.name hint="…" %}."""
    checkbox = getattr(field.field.widget, "input_type", "") == "checkbox" and not field.use_fieldset
    return {"field": field, "hint": hint or field.help_text, "label": label or field.label, "checkbox": checkbox}


@register.inclusion_tag("ui/c/sort_link.html", takes_context=True)
def sort_link(context: Context, name: str, label: Any) -> dict[str, Any]:
    """A column head that sorts: {% sort_link "due" "期限" %} toggles ?sort=due and ?sort=-due."""
    request = context.get("request")
    now = request.GET.get("sort", "") if request is not None else ""
    direction = {name: "up", f"-{name}": "down"}.get(now, "")
    wanted = f"-{name}" if direction == "up" else name
    return {"label": label, "direction": direction, "href": query_with(context, sort=wanted, page="")}


@register.inclusion_tag("ui/c/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Which part of a list is shown, and the way to the rest: {% pager page %} (a linghang.ui.web.paging.Page)."""
    near = {1, page.number - 1, page.number, page.number + 1, page.pages}
    numbers = sorted(number for number in near if 1 <= number <= page.pages)
    return {
        "page": page,
        "links": [
            (number, query_with(context, page=number), number > 1 and number - 1 not in near) for number in numbers
        ],
        "before": query_with(context, page=page.previous) if page.previous else "",
        "after": query_with(context, page=page.next) if page.next else "",
    }


@register.inclusion_tag("ui/c/breadcrumbs.html")
def breadcrumbs(*steps: Any) -> dict[str, Any]:
    """The way here: {% breadcrumbs "组织" org_url "第一党支部" %}: label, address, …, and the label of this page."""
    pairs = list(zip(steps[0:-1:2], steps[1::2], strict=True))
    return {"steps": pairs, "here": steps[-1]}
