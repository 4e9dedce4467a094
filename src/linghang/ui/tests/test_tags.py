"""Component tags: what a reader would see."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from linghang.ui.icons import ICONS
from linghang.ui.web.paging import Page


def render(source: str, **context: object) -> str:
    return Template("{% load i18n ui %}" + source).render(Context(context))


def test_an_unknown_icon_is_refused():
    with pytest.raises(LookupError, match="no-such-icon"):
        render('{% icon "no-such-icon" %}')


def test_an_icon_is_silent_unless_it_has_a_label():
    assert 'aria-hidden="true"' in render('{% icon "printer" %}')
    assert 'aria-label="打印"' in render('{% icon "printer" "打印" %}')


def test_a_mark_is_never_colour_alone():
    shapes = {
        level: render('{% mark level "字" %}', level=level) for level in ("green", "blue", "yellow", "red", "none")
    }
    assert all("<span>字</span>" in html for html in shapes.values())
    assert len({html.split("<svg", 1)[1].split("</svg>")[0] for html in shapes.values()}) == 5


def test_what_a_component_shows_is_escaped():
    assert "<b>" not in render("{% badge text %}{% mark 'red' text %}{% alert text %}{% tip text %}", text="<b>x</b>")


@pytest.mark.parametrize(
    ("left", "words", "state"),
    [
        (9, "剩 9 个工作日", ""),
        (3, "剩 3 个工作日", "deadline-soon"),
        (0, "今天到期", "deadline-soon"),
        (-1, "已逾期 1 个工作日", "deadline-over"),
    ],
)
def test_a_deadline_says_in_words_how_much_is_left(left, words, state):
    html = render("{% deadline due left %}", due=date(2026, 11, 24), left=left)
    assert "2026年11月24日" in html
    assert words in html
    assert state in html


def test_a_deadline_beyond_the_known_calendar_says_so_and_shows_its_rule():
    html = render('{% deadline due 2 "自次日起算" True %}', due=date(2027, 3, 1))
    assert "暂算" in html
    assert 'role="tooltip">自次日起算' in html


def test_a_deadline_in_english_has_a_singular():
    with override("en"):
        html = render("{% deadline due 1 %}", due=date(2026, 11, 24))
    assert "1 working day left" in html
    assert "Nov. 24, 2026" in html


@pytest.mark.parametrize(
    ("value", "shown"), [(8600, "86.00"), (-350, "−3.50"), (5, "0.05"), (-5, "−0.05"), (0, "0.00"), (None, "未知")]
)
def test_points_show_hundredths_and_unknown_is_not_zero(value, shown):
    assert render("{{ value|points }}", value=value) == shown


def test_gains_have_a_plus():
    assert render("{{ a|signed_points }} {{ b|signed_points }} {{ c|signed_points }}", a=200, b=-350, c=0) == (
        "+2.00 −3.50 0.00"
    )


def test_a_moment_is_shown_in_local_time():
    assert render("{{ at|moment }}", at=datetime(2026, 3, 5, 16, 30, tzinfo=UTC)) == "2026年3月6日 00:30"
    assert render("{{ day|moment }}", day=date(2026, 3, 5)) == "2026年3月5日"


def test_a_day_is_shown_with_its_weekday_in_both_languages():
    day = date(2026, 11, 21)
    assert render("{{ day|long_day }}", day=day) == "2026年11月21日 星期六"
    with override("en"):
        assert render("{{ day|long_day }}", day=day) == "Saturday, Nov. 21, 2026"


def test_sorting_keeps_the_filters_and_leaves_the_page():
    request = RequestFactory().get("/x/", {"q": "皮带", "page": "3", "sort": "due"})
    html = render('{% sort_link "due" "期限" %}{% sort_link "title" "事项" %}', request=request)
    assert 'href="?q=%E7%9A%AE%E5%B8%A6&amp;sort=-due"' in html
    assert 'href="?q=%E7%9A%AE%E5%B8%A6&amp;sort=title"' in html
    assert "升序" in html


def test_the_pager_says_where_one_is():
    request = RequestFactory().get("/x/", {"q": "a", "page": "3"})
    html = render("{% pager page %}", request=request, page=Page([], 3, 299))
    assert "第 51–75 条，共 299 条" in html
    assert 'href="?q=a&amp;page=2" rel="prev"' in html
    assert 'aria-current="page">3<' in html
    assert html.count("…") == 1  # between 4 and 12; nothing is left out between 1 and 2


def test_a_short_list_has_no_pager_links():
    assert "<ul>" not in render("{% pager page %}", page=Page([], 1, 7))


def test_breadcrumbs_link_all_but_the_last():
    html = render('{% breadcrumbs "组织" "/org/" "第一党支部" %}')
    assert '<a href="/org/">组织</a>' in html
    assert '<li aria-current="page">第一党支部</li>' in html


def test_a_card_holds_what_stands_between_its_tags():
    html = render('{% card title="事项" %}<p>{{ x }}</p>{% endcard %}', x="<i>")
    assert "<h2>事项</h2>" in html
    assert "<p>&lt;i&gt;</p>" in html


def test_all_icon_names_are_plain():
    assert all(name.replace("-", "").isalnum() and name == name.lower() for name in ICONS)
