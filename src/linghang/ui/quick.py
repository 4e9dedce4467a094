"""Django's tags for words and addresses, answering what Django answers with a tenth of the steps.

A list says the name of each column in every row and leads from every row to a page: Django looks each up anew. Here the
words of a tag are kept by language, and an address by its name, with the place where its one id goes.
"""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template import Context
from django.template.base import FilterExpression, Node, Parser, Token, Variable
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as url_of_django
from django.templatetags.i18n import TranslateNode, do_translate
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import escape
from django.utils.translation import get_language

SOME = UUID("00000000-0000-4000-8000-0000000000ad")


def _is_text(expression: FilterExpression) -> bool:
    """A text of the template itself, that no filter changes."""
    var = expression.var
    return not expression.filters and (isinstance(var, str) or (isinstance(var, Variable) and var.literal is not None))


class KeptTranslation(Node):
    """{% trans "…" %}: the words depend on the language alone."""

    child_nodelists = ()

    def __init__(self, node: TranslateNode) -> None:
        self.node = node
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        if language not in self.said:
            self.said[language] = str(self.node.render(context))
        return self.said[language]


def trans(parser: Parser, token: Token) -> Node:
    """{% trans %} as Django has it; plain words are kept."""
    node = do_translate(parser, token)
    if isinstance(node, TranslateNode) and not node.asvar and node.message_context is None:
        return KeptTranslation(node) if _is_text(node.filter_expression) else node
    return node


class KeptAddress(Node):
    """{% url "room:page" %} and {% url "room:page" row.uuid %}: no namespace of ours is included twice."""

    child_nodelists = ()

    def __init__(self, node: URLNode) -> None:
        self.node, self.name = node, str(node.view_name.var)

    def render(self, context: Context) -> str:
        given = [argument.resolve(context) for argument in self.node.args]
        if given and not isinstance(given[0], UUID):
            return str(self.node.render(context))
        try:
            before, after = _around(self.name, len(given), get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF)
        except NoReverseMatch:
            return str(self.node.render(context))  # which says so, or leaves it out where that was asked for
        address = f"{before}{given[0]}{after}" if given else before
        if not self.node.asvar:
            return escape(address) if context.autoescape else address
        context[self.node.asvar] = address
        return ""


def url(parser: Parser, token: Token) -> Node:
    """{% url %} as Django has it; of a page without an id, or with one, the address is kept."""
    node = url_of_django(parser, token)
    if node.kwargs or len(node.args) > 1 or not _is_text(node.view_name):
        return node
    return KeptAddress(node)


@lru_cache(maxsize=2048)
def _around(name: str, ids: int, _prefix: str, _table: Any) -> tuple[str, str]:
    """What stands before and after the one id; addresses begin with the prefix and come from the table."""
    before, _some, after = reverse(name, args=[SOME] * ids).partition(str(SOME))
    return before, after
