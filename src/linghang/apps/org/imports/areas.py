"""Import of areas: responsibility zones, pioneer posts, key tasks and feature projects of branches."""

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
from linghang.apps.org.data.links import AREA_KINDS
from linghang.apps.org.imports.tree import Known, Tree, tree_in_scope
from linghang.apps.org.models import Area
from linghang.apps.org.operations.imported import CHANGED_SINCE, NOT_HERE, void_areas
from linghang.apps.org.operations.links import change_area, open_area
from linghang.apps.org.queries.dated import not_over

TABLE = "area"
WORDS = ("name", "code", "duties")
_MORE_WORDS = {"党员责任区": "zone", "党员先锋岗": "post", "先锋示范岗": "post", "重点工作": "task", "重点任务": "task",
               "难点工作": "task", "支部特色项目": "feature", "品牌项目": "feature"}  # fmt: skip
KIND_WORDS = {plain(word): code for word, code in _MORE_WORDS.items()}
WHERE = {"": "name", "kind": "kind", "code": "code", "valid_from": "since"}

COLUMNS = (
    ImportColumn(
        "name", _("名称"), "责任区名称 责任区 岗位名称 先锋岗名称 项目名称", required=True, example="一号变电所"
    ),
    ImportColumn("kind", _("类型"), "类别", example="责任区", choices=tuple(AREA_KINDS.values())),
    ImportColumn("code", _("编码"), "编号 责任区编号 岗位编号", example="ZRQ-01"),
    ImportColumn(
        "organisation", _("支部"), "党支部 所属支部 所属组织 党组织 责任支部", required=True, example="机修车间党支部"
    ),
    ImportColumn("since", _("起始日期"), "设立日期 开始日期 划定日期", example="2024-01-01", day=True),
    ImportColumn("duties", _("职责"), "岗位职责 责任内容 岗位承诺 内容"),
)


@dataclass(frozen=True)
class _Wanted:
    row: Row
    name: str
    kind: str
    code: str
    place: Known
    since: date
    duties: str
    known: Area | None


def check(source: Source, context: Context) -> Plan:
    """By code, else by type, name and branch: which are new, changed, the same."""
    tree = tree_in_scope(context.on)
    stored = list(Area.objects.filter(not_over(context.on)).select_related("organisation"))
    wanted = [one for row in source.rows() if (one := _wanted(row, tree, stored, context)) is not None]
    good = rehearse(wanted, lambda one: _write(_payload(one), context), lambda one: one.row, WHERE)
    return Plan(lines=[_line(one) for one in good])


def _wanted(row: Row, tree: Tree, stored: Sequence[Area], context: Context) -> _Wanted | None:
    name, code, since = row.text("name"), row.code("code"), row.day("since")
    said = row.text("organisation")
    place = tree.meant(said, row, "organisation") if said else None
    if not name:
        row.wrong("name", "no-name", "这一行没有名称", "补上名称，或删去这一行")
    if not said:
        row.wrong("organisation", "no-organisation", "没有写属于哪个支部", "写上支部名称或编码")
    kind = _kind(row)
    if place is None or not kind or not row.good:
        return None
    known = _known(stored, kind, code, name, place)
    first = since or max(context.on.replace(month=1, day=1), place.founded_on or context.on.replace(month=1, day=1))
    return _Wanted(row, name, kind, code, place, first, row.text("duties"), known)


def _kind(row: Row) -> str:
    said = row.text("kind")
    if not said:
        return "zone"
    by_label = {plain(str(label)): code for code, label in AREA_KINDS.items()}
    found = by_label.get(plain(said)) or KIND_WORDS.get(plain(said), "")
    if not found:
        known = "、".join(str(label) for label in AREA_KINDS.values())
        row.wrong("kind", "unknown-kind", f"没有“{said}”这种类型", f"可以写：{known}")
    return found


def _known(stored: Sequence[Area], kind: str, code: str, name: str, place: Known) -> Area | None:
    alike = [area for area in stored if area.kind == kind]
    if code:
        found = next((area for area in alike if plain(area.code) == plain(code)), None)
        if found is not None:
            return found
    here = [area for area in alike if area.organisation.uuid == place.uuid and plain(area.name) == plain(name)]
    return next((area for area in here if not (code and area.code)), None)


def _line(one: _Wanted) -> Line:
    label = f"{AREA_KINDS[one.kind]} {one.name}（{one.place.name}）"
    if one.known is None:
        return one.row.line(Outcome.NEW, label, changes=(("自", "", one.since.isoformat()),), payload=_payload(one))
    payload, known = _payload(one), one.known
    said = (("名称", known.name, payload["name"]), ("编码", known.code, payload["code"]),
            ("职责", known.duties, payload["duties"]))  # fmt: skip
    changes = tuple(change for change in said if change[1] != change[2])
    return one.row.line(Outcome.CHANGED if changes else Outcome.SAME, label, changes=changes, payload=payload)


def _payload(one: _Wanted) -> dict[str, Any]:
    known = one.known
    return {"area": str(known.uuid) if known else "", "name": one.name, "kind": one.kind,
            "code": one.code or (known.code if known else ""), "organisation": one.place.key,
            "since": one.since.isoformat(), "duties": one.duties or (known.duties if known else ""),
            "before": {"name": known.name, "code": known.code, "duties": known.duties} if known else {}}  # fmt: skip


def _write(said: Any, context: Context) -> UUID:
    words = {"name": said["name"], "code": said["code"], "duties": said["duties"]}
    if said["area"]:
        change_area(area=UUID(said["area"]), actor=context.actor, **words)
        return UUID(said["area"])
    return open_area(
        kind=said["kind"], organisation=UUID(said["organisation"]), valid_from=date.fromisoformat(said["since"]),
        actor=context.actor, **words,
    )  # fmt: skip


def apply(lines: Sequence[Line], context: Context) -> list[NewEffect]:
    """Open and correct."""
    return [
        NewEffect(
            TABLE,
            _write(line.payload, context),
            "created" if line.outcome is Outcome.NEW else "changed",
            line.label,
            line.payload["before"] | {"after": {name: line.payload[name] for name in WORDS}},
            line.source,
        )
        for line in lines
    ]


def undo(effects: Sequence[EffectData], _reason: str, context: Context) -> dict[int, str]:
    """An area that links or records refer to stays; corrections are taken back."""
    made = {effect.uuid: effect.id for effect in effects if effect.action == "created"}
    changed = [effect for effect in effects if effect.action == "changed"]
    rows = {row.uuid: row for row in Area.objects.filter(uuid__in=[effect.uuid for effect in changed])}
    kept: dict[int, str] = {}
    for effect in changed:
        row, after = rows.get(effect.uuid), effect.before.get("after", {})
        if row is None or any(getattr(row, name) != value.strip() for name, value in after.items()):
            kept[effect.id] = str(CHANGED_SINCE if row else NOT_HERE)
            continue
        change_area(area=effect.uuid, actor=context.actor, **{name: effect.before[name] for name in WORDS})
    stays = void_areas(areas=list(made), actor=context.actor, now=context.now)
    return kept | {made[uuid]: reason for uuid, reason in stays.items()}


KIND = ImportKind(
    code="areas",
    title=_("责任区和先锋岗"),
    note=_("党员责任区、先锋岗、重点难点工作、支部特色项目，以及属于哪个支部。"),
    roles=frozenset({"officer", "secretary", "organiser"}),
    columns=COLUMNS,
    check=check,
    apply=apply,
    undo=undo,
    whole="organisation",
    order=40,
)
