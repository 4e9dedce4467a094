"""How people are found: the words of the roster's own search, and their rows in the index."""

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from linghang.apps.org.models import Person
from linghang.apps.org.search.data import FindableRow, Sound
from linghang.apps.org.search.operations import drop_findables, put_findables
from linghang.apps.org.search.spoken import sounds_of
from linghang.ui.web.scope import system_scope

KIND = "person"


def words_of(row: Person) -> str:
    """`words_for` the person of a row."""
    return words_for(row.name, row.code, row.aliases)


def words_for(name: str, code: str, aliases: Iterable[str]) -> str:
    """Name, code, former names and how the name sounds, in small letters, one per line."""
    lines = [*(word.casefold() for word in (name, code, *aliases) if word), *sounds_of(name, Sound.NAME)]
    return "\n".join(dict.fromkeys(lines))


def index_people(people: Collection[int] | None = None) -> None:
    """Put the rows of some people into the index, in the transaction of the change."""
    put_findables(findable_people(people))


def index_people_at(node: int) -> None:
    """Put the people of a place into the index anew: their line names it."""
    with system_scope(reason="the line of a person follows the name of his organisation"):
        people = list(Person.objects.filter(node_id=node).values_list("pk", flat=True))
    index_people(people)


def forget_people(people: Collection[int]) -> None:
    """Take people whose entry was taken back out of the index."""
    with system_scope(reason="those taken back are gone wherever they were"):
        gone = list(Person._base_manager.filter(pk__in=people).values_list("uuid", flat=True))
    drop_findables(KIND, gone)


def findable_people(people: Collection[int] | None = None) -> Iterator[FindableRow]:
    """Rows of the index for some people, or for all; found where their file may be opened."""
    with system_scope(reason="a row of the index hangs where the person hangs"):
        rows = Person.objects.all() if people is None else Person.objects.filter(pk__in=people)
        found = list(rows.values_list("uuid", "node_id", "node__label", "name", "code", "aliases", "user__uuid"))
    for row in found:
        yield findable_person(*row)


def findable_person(
    uuid: UUID, node: int, label: str, name: str, code: str, aliases: Iterable[str], user: UUID | None
) -> FindableRow:
    """The row of one person, who hangs at a place of that name; he finds himself wherever that is."""
    return FindableRow(
        kind=KIND,
        uuid=uuid,
        node=node,
        title=name,
        line=label,
        also=tuple(word for word in (code, *aliases) if word),
        readers=(user,) if user else (),
    )
