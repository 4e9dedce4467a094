"""Import of posts: who is 书记, 委员, 党小组长 … where, since when. The role that a post opens comes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linghang.apps.exchange.data import Context, EffectData, Outcome
from linghang.apps.exchange.imports.rehearsal import rehearse
from linghang.apps.exchange.kinds import ImportColumn, ImportKind, Line, NewEffect, Plan, Row, Source
from linghang.apps.exchange.words import plain
from linghang.apps.org.data import TITLES, Effect
from linghang.apps.org.imports.known_people import KnownPerson, People, people_in_scope
from linghang.apps.org.imports.persons import person_meant
from linghang.apps.org.imports.tree import Known, Tree, tree_in_scope
from linghang.apps.org.models import Post
from linghang.apps.org.operations.careers import appoint
from linghang.apps.org.operations.undoing import undo_effects
from linghang.apps.org.queries.dated import not_over

TABLE = "post"
_MORE_WORDS = {"支部书记": "secretary", "党支部书记": "secretary", "党总支书记": "secretary", "党委书记": "secretary",
               "支部副书记": "deputy_secretary", "党支部副书记": "deputy_secretary", "小组长": "group_leader",
               "纪律检查委员": "discipline", "纪检监察委员": "discipline", "支委": "branch_member",
               "支部委员": "branch_member"}  # fmt: skip
WHERE = {"": "name", "title": "title", "organisation": "organisation", "valid_from": "since", "valid_to": "until",
         "person": "name"}  # fmt: skip

COLUMNS = (
    ImportColumn("name", _("姓名"), "党员姓名 任职人 人员", required=True, example="张三"),
    ImportColumn("code", _("工号"), "编码 编号 党员编号 职工编号", example="1001"),
    ImportColumn(
        "organisation", _("任职的组织"), "党支部 支部 党组织 任职组织 任职党组织 所在支部 组织 组织名称 单位 部门",
        required=True, example="机修车间党支部",
    ),
    ImportColumn(
        "title", _("职务"), "党内职务 任职 岗位 职务名称", required=True, example="书记",
        choices=tuple(dict.fromkeys(info.label for info in TITLES.values())),
    ),
    ImportColumn("since", _("任职日期"), "任职时间 起始日期 任职起 当选日期 任命日期", example="2024-05-10", day=True),
    ImportColumn("until", _("免职日期"), "免职时间 终止日期 任职止 离任日期", day=True),
    ImportColumn("document", _("文号"), "批复文号 任命文件 任职文号"),
)  # fmt: skip


@dataclass(frozen=True)
class _Wanted:
    row: Row
    person: KnownPerson
    place: Known
    title: str
    since: date
    until: date | None
    document: str


def check(source: Source, context: Context) -> Plan:
    """Which posts are new and which are held already; what appointing would refuse is a problem of its row."""
    tree, people = tree_in_scope(context.on), people_in_scope(context.on)
    wanted = [one for row in source.rows() if (one := _wanted(row, people, tree, context)) is not None]
    held = set(Post.objects.filter(not_over(context.on)).values_list("person__uuid", "organisation__uuid", "title"))
    same = [one for one in wanted if (one.person.uuid, one.place.uuid, one.title) in held]
    new = [one for one in wanted if one not in same]
    good = rehearse(new, lambda one: _appoint(_payload(one), context), lambda one: one.row, WHERE)
    lines = [_line(one, Outcome.SAME) for one in same] + [_line(one, Outcome.NEW) for one in good]
    return Plan(lines=lines)


def _wanted(row: Row, people: People, tree: Tree, context: Context) -> _Wanted | None:
    name, code, said = row.text("name"), row.code("code"), row.text("organisation")
    since, until = row.day("since"), row.day("until")
    place = tree.meant(said, row, "organisation") if said else None
    if not said:
        row.wrong("organisation", "no-organisation", "没有写在哪个组织任职", "写上组织名称或编码")
    person = person_meant(row, people, tree, name=name, code=code, home=place, column="name", code_column="code")
    title = _title(row, place)
    if person is None or place is None or not title or not row.good:
        return None
    if since is None:
        row.odd("since", "no-since", f"没有写任职日期的，按 {context.on} 起算", "知道日期的，加一列“任职日期”")
    return _Wanted(row, person, place, title, since or context.on, until, row.text("document"))


def _title(row: Row, place: Known | None) -> str:
    """The code of a title that the type of organisation has."""
    said = plain(row.text("title"))
    fitting = [info for info in TITLES.values() if place is None or place.kind in {k.value for k in info.where}]
    found = next((info.code for info in fitting if plain(str(info.label)) == said), "") or _MORE_WORDS.get(said, "")
    if not found:
        known = "、".join(str(info.label) for info in fitting)
        row.wrong("title", "unknown-title", f"“{row.text('title')}”不是这个组织的职务", f"可以写：{known}")
    return found


def _line(one: _Wanted, outcome: Outcome) -> Line:
    label = f"{one.place.name} {TITLES[one.title].label} {one.person.name}"
    said = (("自", "", one.since.isoformat()), ("文号", "", one.document))
    changes = tuple(change for change in said if change[2])
    return one.row.line(outcome, label, changes=changes, payload=_payload(one))


def _payload(one: _Wanted) -> dict[str, Any]:
    return {"person": str(one.person.uuid), "organisation": one.place.key, "title": one.title,
            "since": one.since.isoformat(), "until": one.until.isoformat() if one.until else "",
            "document": one.document}  # fmt: skip


def _appoint(said: Any, context: Context) -> UUID:
    return appoint(
        person=UUID(said["person"]),
        organisation=UUID(said["organisation"]),
        title=said["title"],
        valid_from=date.fromisoformat(said["since"]),
        valid_to=date.fromisoformat(said["until"]) if said["until"] else None,
        document=said["document"],
        actor=context.actor,
        now=context.now,
    )


def apply(lines: Sequence[Line], context: Context) -> list[NewEffect]:
    """Appoint, row by row."""
    return [
        NewEffect(TABLE, _appoint(line.payload, context), "created", line.label, _left(line.payload), line.source)
        for line in lines
    ]


def _left(said: Any) -> dict[str, Any]:
    return {"after": {"valid_from": said["since"], "valid_to": said["until"] or None}}


def undo(effects: Sequence[EffectData], _reason: str, context: Context) -> dict[int, str]:
    """Take appointments back, with the roles that they opened."""
    by_uuid = {effect.uuid: effect.id for effect in effects}
    rows = [Effect(TABLE, effect.uuid, "created", after=effect.before.get("after", {})) for effect in reversed(effects)]
    undone = undo_effects(effects=rows, actor=context.actor, now=context.now)
    return {by_uuid[row.uuid]: reason for row, reason in undone.kept}


KIND = ImportKind(
    code="posts",
    title=_("任职"),
    note=_("书记、委员、党小组长、部门负责人等职务，带任职日期和文号。同名的写工号或支部。"),
    roles=frozenset({"officer"}),
    columns=COLUMNS,
    check=check,
    apply=apply,
    undo=undo,
    whole="organisation",
    order=30,
)
