"""Import of dated links: 结对, 联系点, 包保, 师徒, who is responsible for which zone. Kinds are those of the pack."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linghang.apps.exchange.data import Context, EffectData, Outcome
from linghang.apps.exchange.imports.rehearsal import rehearse
from linghang.apps.exchange.kinds import ImportColumn, ImportKind, Line, NewEffect, Plan, Row, Source
from linghang.apps.exchange.words import near, plain
from linghang.apps.org.data.links import AREA_ENDS, KINDS_OF_END
from linghang.apps.org.imports.known_people import People, people_in_scope
from linghang.apps.org.imports.persons import person_meant
from linghang.apps.org.imports.tree import Tree, tree_in_scope
from linghang.apps.org.models import Area, Link
from linghang.apps.org.operations.imported import void_links
from linghang.apps.org.operations.links import NewLink, link
from linghang.apps.org.packs import pack_in_force
from linghang.apps.org.queries.dated import not_over
from linghang.engine.packs.link_model import PEOPLE, LinkKind

TABLE = "link"
WHERE = {"": "left", "kind": "kind", "left": "left", "right": "right", "last_day": "until", "valid_from": "since",
         "note": "note"}  # fmt: skip

COLUMNS = (
    ImportColumn("kind", _("联系类型"), "类型 类别 联系种类 结对类型", required=True, example="联系点"),
    ImportColumn(
        "left", _("谁"), "联系人 联系领导 甲方 师傅 责任人 党员 包保人 结对甲方 姓名", required=True, example="张三"
    ),
    ImportColumn("left_code", _("谁的工号"), "工号 甲方工号 联系人工号"),
    ImportColumn("left_home", _("谁的支部"), "所在支部 支部 甲方支部"),
    ImportColumn(
        "right", _("联系的对象"), "对象 联系对象 联系点 乙方 徒弟 责任区 包保对象 结对乙方 联系支部", required=True,
        example="机修车间党支部",
    ),
    ImportColumn("right_code", _("对象的编码"), "对象编码 对象工号 乙方工号 乙方编码"),
    ImportColumn("since", _("起始日期"), "开始日期 结对日期 起", example="2026-01-01", day=True),
    ImportColumn("until", _("截止日期"), "结束日期 止", day=True),
    ImportColumn("note", _("说明"), "备注说明 岗位承诺 内容"),
)  # fmt: skip


@dataclass(frozen=True)
class _Wanted:
    row: Row
    kind: LinkKind
    left: UUID
    right: UUID
    label: str
    since: date
    until: date | None
    note: str


@dataclass(frozen=True)
class _World:
    """What ends can be."""

    tree: Tree
    people: People
    areas: Sequence[Area]
    kinds: dict[str, LinkKind]
    on: date


def check(source: Source, context: Context) -> Plan:
    """Which links are new, which hold already; what linking would refuse is a problem of its row."""
    kinds = {plain(kind.title["zh"]): kind for kind in pack_in_force(on=context.on).links.values()}
    areas = list(Area.objects.filter(not_over(context.on)).select_related("organisation"))
    world = _World(tree_in_scope(context.on), people_in_scope(context.on), areas, kinds, context.on)
    wanted = [one for row in source.rows() if (one := _wanted(row, world)) is not None]
    held = _held(context.on)
    same = [one for one in wanted if (one.kind.id, one.left, one.right) in held]
    new = [one for one in wanted if one not in same]
    good = rehearse(new, lambda one: _link(_payload(one), context), lambda one: one.row, WHERE)
    return Plan(lines=[_line(one, Outcome.SAME) for one in same] + [_line(one, Outcome.NEW) for one in good])


def _held(on: date) -> set[tuple[str, UUID, UUID]]:
    rows = Link.objects.filter(not_over(on)).select_related(
        "left_person", "left_organisation", "right_person", "right_organisation", "right_area"
    )
    found = set()
    for row in rows:
        left = row.left_person or row.left_organisation
        right = row.right_person or row.right_organisation or row.right_area
        if left is not None and right is not None:
            found.add((row.kind, left.uuid, right.uuid))
    return found


def _wanted(row: Row, world: _World) -> _Wanted | None:
    said, since, until = row.text("kind"), row.day("since"), row.day("until")
    kind = world.kinds.get(plain(said))
    if kind is None:
        titles = [one.title["zh"] for one in world.kinds.values()]
        similar = near(said, titles) or titles[:8]
        row.wrong("kind", "unknown-link-kind", f"没有“{said}”这种联系", f"可以写：{'、'.join(similar)}")
        return None
    left = _end(row, world, kind.left, "left", "left_code")
    right = _end(row, world, kind.right, "right", "right_code")
    if left is None or right is None or not row.good:
        return None
    label = f"{kind.title['zh']} {row.text('left')} → {row.text('right')}"
    return _Wanted(row, kind, left, right, label, since or world.on, until, row.text("note"))


def _end(row: Row, world: _World, words: tuple[str, ...], column: str, code_column: str) -> UUID | None:
    """A person, an organisation or an area, as the kind of link wants it."""
    said, code = row.text(column), row.code(code_column)
    if not said and not code:
        row.wrong(column, "no-end", "这一格没有写", "写上姓名或名称")
        return None
    kinds = frozenset(kind.value for word in words for kind in KINDS_OF_END.get(word, ()))
    if kinds and (world.tree.of_code(code or said) or world.tree.of_name(said) or not set(words) & set(PEOPLE)):
        found = world.tree.meant(code or said, row, column, kinds)
        return found.uuid if found else None
    if AREA_ENDS & set(words):
        return _area(row, world, words, said, code, column)
    home_said = row.text("left_home") if column == "left" else ""
    home = world.tree.meant(home_said, row, "left_home") if home_said else None
    person = person_meant(
        row, world.people, world.tree, name=said, code=code, home=home, column=column, code_column=code_column
    )
    return person.uuid if person else None


def _area(row: Row, world: _World, words: tuple[str, ...], said: str, code: str, column: str) -> UUID | None:
    fitting = [area for area in world.areas if area.kind in words]
    among = [area for area in fitting if code and plain(area.code) == plain(code)] or [
        area for area in fitting if plain(said) in (plain(area.name), plain(area.code))
    ]
    if len(among) == 1:
        return among[0].uuid
    listed = "、".join(f"{area.name}（{area.organisation.name}，{area.code or '无编码'}）" for area in among[:6])
    if among:
        row.wrong(column, "ambiguous-area", f"有 {len(among)} 个“{said}”：{listed}", "写上编码")
    else:
        similar = near(said, [area.name for area in fitting])
        row.wrong(
            column, "unknown-area", f"没有“{said}”", f"相近的有：{'、'.join(similar)}" if similar else "先导入责任区"
        )
    return None


def _line(one: _Wanted, outcome: Outcome) -> Line:
    said = (("自", "", one.since.isoformat()), ("至", "", one.until.isoformat() if one.until else ""))
    changes = tuple(change for change in said if change[2])
    return one.row.line(outcome, one.label, changes=changes, payload=_payload(one))


def _payload(one: _Wanted) -> dict[str, Any]:
    return {"kind": one.kind.id, "left": str(one.left), "right": str(one.right), "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else "", "note": one.note}  # fmt: skip


def _link(said: Any, context: Context) -> UUID:
    until = date.fromisoformat(said["until"]) if said["until"] else None
    since = date.fromisoformat(said["since"])
    new = NewLink(said["kind"], UUID(said["left"]), UUID(said["right"]), since, until, said["note"])
    return link(new=new, actor=context.actor)


def apply(lines: Sequence[Line], context: Context) -> list[NewEffect]:
    """Link, row by row."""
    return [
        NewEffect(
            TABLE, _link(line.payload, context), "created", line.label, {"until": line.payload["until"]}, line.source
        )
        for line in lines
    ]


def undo(effects: Sequence[EffectData], _reason: str, context: Context) -> dict[int, str]:
    """Links are taken back as if they had never been."""
    ends = {effect.uuid: effect.before.get("until") for effect in effects}
    links = {uuid: date.fromisoformat(end) if end else None for uuid, end in ends.items()}
    kept = void_links(links=links, actor=context.actor, now=context.now)
    return {effect.id: kept[effect.uuid] for effect in effects if effect.uuid in kept}


KIND = ImportKind(
    code="links",
    title=_("结对联系"),
    note=_("结对、联系点、包保、师徒、责任区负责人等。类型写“结对联系”页面上的名称。"),
    roles=frozenset({"officer"}),
    columns=COLUMNS,
    check=check,
    apply=apply,
    undo=undo,
    order=50,
)
