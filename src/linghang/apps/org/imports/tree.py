"""Organisations inside the open scope, as the words in a table mean them: by code, by name, never by a guess."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Q

from linghang.apps.exchange.kinds import Row
from linghang.apps.exchange.records.people import branch_key
from linghang.apps.exchange.words import near, plain
from linghang.apps.org.models import Naming, Organisation


@dataclass(frozen=True)
class Known:
    """An organisation of the database, or one that the file itself makes (`key` is then its row)."""

    key: str
    name: str
    code: str
    kind: str
    path: str = ""
    uuid: UUID | None = None
    parent: str = ""
    short_name: str = ""
    aliases: tuple[str, ...] = ()
    founded_on: date | None = None
    closed_on: date | None = None


@dataclass
class Tree:
    """Finds organisations by code, by full, short, other and former names."""

    known: dict[str, Known] = field(default_factory=dict)
    _codes: dict[str, str] = field(default_factory=dict)
    _names: dict[str, set[str]] = field(default_factory=dict)
    _loose: dict[str, set[str]] = field(default_factory=dict)

    def add(self, one: Known, former: Iterable[str] = ()) -> None:
        """Make it findable."""
        self.known[one.key] = one
        if one.code:
            self._codes[plain(one.code)] = one.key
        for name in (one.name, one.short_name, *one.aliases, *former):
            if name:
                self._names.setdefault(plain(name), set()).add(one.key)
                self._loose.setdefault(branch_key(name), set()).add(one.key)

    def of_code(self, code: str) -> Known | None:
        key = self._codes.get(plain(code)) if code else None
        return self.known[key] if key else None

    def of_name(self, name: str) -> list[Known]:
        """Those of exactly that name; else those that differ only in words like 中共 and 党支部."""
        keys = self._names.get(plain(name)) or self._loose.get(branch_key(name)) or set()
        return [self.known[key] for key in sorted(keys)]

    def meant(self, said: str, row: Row, column: str, kinds: frozenset[str] | None = None) -> Known | None:
        """The one that a cell means, by code or name; None with a problem that lists what comes into question."""
        found = self.of_code(said)
        among = [found] if found else self.of_name(said)
        if kinds is not None and len(among) > 1:
            among = [one for one in among if one.kind in kinds] or among
        if len(among) == 1:
            return among[0]
        if among:
            listed = "、".join(f"{one.name}（{one.code or '无编码'}）" for one in among[:6])
            row.wrong(column, "ambiguous-organisation", f"有 {len(among)} 个组织叫“{said}”：{listed}", "改写编码")
            return None
        names = [one.name for one in self.known.values() if kinds is None or one.kind in kinds]
        similar = near(said, names)
        hint = f"相近的有：{'、'.join(similar)}" if similar else "核对名称，或先导入、新建这个组织"
        row.wrong(column, "unknown-organisation", f"您的范围里没有组织“{said}”", hint)
        return None


def tree_in_scope(on: date) -> Tree:
    """All organisations inside the open scope that were not closed before that day."""
    tree = Tree()
    rows = Organisation.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on))
    former: dict[int, list[str]] = {}
    for key, *names in Naming.objects.filter(organisation__in=rows).values_list(
        "organisation_id", "name", "short_name"
    ):
        former.setdefault(key, []).extend(names)
    values = list(rows.select_related("node").order_by("node__path"))
    nodes = {row.node_id: row for row in values}
    for row in values:
        above = nodes.get(row.node.parent_id) if row.node.parent_id else None
        tree.add(
            Known(
                key=str(row.uuid),
                name=row.name,
                code=row.code,
                kind=row.kind,
                path=row.node.path,
                uuid=row.uuid,
                parent=str(above.uuid) if above else "",
                short_name=row.short_name,
                aliases=tuple(row.aliases),
                founded_on=row.founded_on,
                closed_on=row.closed_on,
            ),
            former.get(row.pk, ()),
        )
    return tree
