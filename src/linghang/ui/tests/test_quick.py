"""Tags of our own for words and addresses answer what Django's answer."""

from uuid import UUID, uuid4

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import NoReverseMatch, clear_script_prefix, reverse, set_script_prefix
from django.utils.translation import override

from linghang.ui import quick

ONE = UUID("5b6a8f0e-1f7e-4c1e-9d51-6b2f0e7c4a11")


def both(source: str, **context: object) -> tuple[str, str]:
    """What our tags make of a template, and what Django's make of it."""
    request = RequestFactory().get("/")
    ours = Template("{% load i18n ui %}" + source).render(Context({"request": request, **context}))
    django = Template("{% load i18n %}" + source).render(Context({"request": request, **context}))
    return ours, django


@pytest.mark.parametrize(
    "source",
    [
        '{% trans "姓名" %}',
        "{% trans '工号' %}",
        '{% translate "状态" %}',
        '{% trans "没有这个词 & <b>" %}',
        '{% trans "100%% 完成" %}',
        '{% trans "姓名" as word %}{{ word }}',
        '{% trans "姓名" noop %}',
        "{% trans word %}",
        '{% trans "name"|upper %}',
        '{% trans "May" context "month name" %}',
        '{% autoescape off %}{% trans "<i>斜</i>" %}{% endautoescape %}',
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_words_are_those_of_django_in_each_language(source, language):
    with override(language):
        ours, django = both(source, word="姓名")
        assert ours == django


def test_one_template_speaks_each_readers_language():
    template = Template("{% load i18n ui %}{% trans '姓名' %}")
    said = []
    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            said.append(template.render(Context()))
    assert said == ["姓名", "Name", "姓名"]


@pytest.mark.parametrize(
    "source",
    [
        '{% url "ledger:fact" one %}',
        '{% url "ledger:fact" text %}',
        '{% url "ledger:fact" uuid=one %}',
        "{% url 'org:list' %}",
        '{% url "org:list" as there %}<a href="{{ there }}?a=1">',
        '{% url "org:person" one as there %}{{ there }}',
        "{% url name one %}",
        '{% url "access:grant-end" one one %}',
        '{% autoescape off %}{% url "org:person" one %}{% endautoescape %}',
    ],
)
def test_addresses_are_those_of_django(source):
    ours, django = both(source, one=ONE, text=str(ONE), name="ledger:fact")
    assert ours == django
    assert ours


def test_the_address_of_a_row_is_looked_up_once(monkeypatch):
    asked = []
    monkeypatch.setattr(quick, "reverse", lambda *args, **more: asked.append(args) or reverse(*args, **more))
    quick._around.cache_clear()
    Template('{% load ui %}{% for one in rows %}{% url "ledger:fact" one %}{% endfor %}').render(
        Context({"rows": [uuid4() for _ in range(3)]})
    )
    assert len(asked) == 1


def test_each_row_leads_to_its_own_page():
    template = Template('{% load i18n ui %}{% for one in rows %}{% url "ledger:fact" one %} {% endfor %}')
    rows = [uuid4() for _ in range(3)]
    assert template.render(Context({"rows": rows})).split() == [f"/ledger/facts/{one}/" for one in rows]


def test_an_address_that_does_not_exist_is_still_a_mistake():
    for source in ('{% url "ledger:no-such" %}', '{% url "ledger:no-such" one %}', '{% url "org:list" one %}'):
        with pytest.raises(NoReverseMatch):
            Template("{% load ui %}" + source).render(Context({"one": ONE}))


def test_an_address_that_is_asked_for_under_a_name_may_be_missing_as_with_django():
    ours, django = both('{% url "ledger:no-such" as there %}[{{ there }}]')
    assert ours == django == "[]"


def test_an_installation_below_a_path_of_its_own_has_addresses_below_it():
    set_script_prefix("/unit/")
    try:
        assert both('{% url "org:person" one %}', one=ONE) == (f"/unit/org/people/{ONE}/",) * 2
    finally:
        clear_script_prefix()
    assert both('{% url "org:person" one %}', one=ONE) == (f"/org/people/{ONE}/",) * 2
