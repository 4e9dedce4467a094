"""What differs between two rule texts, article by article, in the words that people read."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from linghang.engine.packs.rule_text import Article, Chapter, RuleTable, RuleText


@dataclass(frozen=True)
class ArticleDiff:
    """One article that was added, dropped or changed: the lines that are gone and those that came."""

    chapter: str
    clause: str
    title: str
    gone: tuple[str, ...]
    come: tuple[str, ...]

    @property
    def words(self) -> str:
        return "新增" if not self.gone else "删去" if not self.come else "修改"


def diff_texts(old: RuleText, new: RuleText) -> tuple[ArticleDiff, ...]:
    """Every article that does not say the same, in the order of the new text; dropped ones come last."""
    before, after = dict(_articles(old)), dict(_articles(new))
    found = [_diff(before.get(key), after.get(key)) for key in [*after, *(key for key in before if key not in after)]]
    return tuple(diff for diff in found if diff)


def _articles(text: RuleText) -> Iterator[tuple[tuple[str, str], tuple[str, Article]]]:
    """(kind, id) → chapter and article; what a chapter says of itself is an article without an id."""
    for chapter in text.chapters:
        yield ("chapter", chapter.title), (chapter.title, _own(chapter))
        for article in chapter.articles:
            yield (article.kind, article.id), (chapter.title, article)


def _own(chapter: Chapter) -> Article:
    return Article("chapter", "", "", chapter.title, chapter.sentences, chapter.tables)


def _diff(old: tuple[str, Article] | None, new: tuple[str, Article] | None) -> ArticleDiff | None:
    chapter, article = new or old or ("", Article("", "", "", ""))
    before, after = (lines_of(each[1]) if each else [] for each in (old, new))
    if old and new and (old[1].title, old[1].clause, old[0]) != (new[1].title, new[1].clause, new[0]):
        before, after = [_heading(*old), *before], [_heading(*new), *after]
    if before == after:
        return None
    gone, come = [], []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            gone += before[a:b]
            come += after[c:d]
    return ArticleDiff(chapter, article.clause, article.title, tuple(gone), tuple(come))


def _heading(chapter: str, article: Article) -> str:
    return f"{chapter} · {article.clause} {article.title}"


def lines_of(article: Article) -> list[str]:
    """An article as lines: its sentences, then each row of its tables."""
    return [*article.sentences, *(line for table in article.tables for line in _rows(table))]


def _rows(table: RuleTable) -> Iterator[str]:
    for row in table.rows:
        asked = [f"{name}：{cell}" for name, cell in zip(table.header[:-1], row[:-1], strict=True) if cell != "不限"]
        yield f"{'，'.join(asked)} → {row[-1]}" if asked else row[-1]
