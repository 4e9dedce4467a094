"""The words of a pack: which fact kind, attribute or value a word in a table means."""

from collections.abc import Iterable, Mapping

from linghang.apps.exchange.words import plain, without_brackets
from linghang.engine.packs.model import Attribute, FactKind, Judged, Pack, Title


def _words(identifier: str, title: Title, aliases: Iterable[str] = ()) -> set[str]:
    return {plain(w) for w in (identifier, *title.values(), *aliases)} - {""}


class Lexicon:
    """Looks up words of people in a pack; every answer is exact up to `words.plain`."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        # a table of members records what members did; kinds of branches and groups are no candidates
        self.kinds: Mapping[str, FactKind] = {k.id: k for k in pack.kinds.values() if k.subject == "member"}
        self.judged = _judged_kinds(pack)
        self._kinds: dict[str, FactKind | None] = {}
        for kind in self.kinds.values():
            for word in _words(kind.id, kind.title, kind.aliases):
                self._kinds[word] = None if word in self._kinds else kind  # a word of two kinds means neither
        self._attributes: dict[tuple[str, str], Attribute] = {}
        self._values: dict[tuple[str, str, str], str] = {}
        for kind in self.kinds.values():
            for attribute in kind.attributes.values():
                self._add_attribute(kind, attribute)

    def _add_attribute(self, kind: FactKind, attribute: Attribute) -> None:
        for word in _words(attribute.id, attribute.title):
            self._attributes[kind.id, word] = attribute
        for value, title in attribute.values.items():
            for word in _words(value, title):
                self._values.setdefault((kind.id, attribute.id, word), value)

    def kind(self, word: str) -> FactKind | None:
        """The kind of that id, title or alias."""
        return self._kinds.get(plain(word)) or self._kinds.get(without_brackets(word))

    def attribute(self, kind: FactKind, word: str) -> Attribute | None:
        """The kind's attribute of that id or title."""
        return self._attributes.get((kind.id, plain(word))) or self._attributes.get((kind.id, without_brackets(word)))

    def value(self, kind: FactKind, attribute: Attribute, word: str) -> str | None:
        """The id of the attribute's value of that id or title."""
        return self._values.get((kind.id, attribute.id, plain(word)))

    def attribute_of_value(self, kind: FactKind, word: str) -> tuple[Attribute, str] | None:
        """The first attribute of the kind, in the order written, that has such a value."""
        for attribute in kind.attributes.values():
            value = self.value(kind, attribute, word)
            if value is not None:
                return attribute, value
        return None

    def is_attribute_title(self, word: str) -> bool:
        """Whether any kind has an attribute of that name."""
        return any((kind, w) in self._attributes for kind in self.kinds for w in (plain(word), without_brackets(word)))

    def kind_titles(self) -> list[str]:
        return [kind.title["zh"] for kind in self.kinds.values()]

    @staticmethod
    def value_titles(attribute: Attribute) -> list[str]:
        return [title["zh"] for title in attribute.values.values()]


def _judged_kinds(pack: Pack) -> frozenset[str]:
    """Kinds whose quantity is an award in points, because some item prices them by a judged range."""
    found: set[str] = set()
    for scheme in pack.schemes.values():
        for item in scheme.items:
            if any(isinstance(row.price, Judged) for row in item.rows):
                found.update(item.kinds)
    return frozenset(found)
