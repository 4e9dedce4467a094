"""Import of organisations: a row each, parents by code or name, in any order of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linghang.apps.exchange.data import Context, EffectData, Outcome
from linghang.apps.exchange.kinds import ImportColumn, ImportKind, Line, NewEffect, Plan, Row, Source
from linghang.apps.exchange.words import plain
from linghang.apps.org.data import KINDS
from linghang.apps.org.imports import categories
from linghang.apps.org.imports.tree import Known, Tree, tree_in_scope
from linghang.apps.org.operations import create_organisation, move_organisation, rename_organisation
from linghang.apps.org.operations.imported import (
    CHANGED_SINCE,
    complete_organisation,
    left_as_imported,
    take_back_category,
    take_back_move,
    take_back_rename,
    void_organisation,
)
from linghang.apps.org.policies import may_be_top, may_hang_under
from linghang.apps.org.queries.links import categories_of_many

TABLE = "organisation"
NAME_MOST, SHORT_MOST, CODE_MOST = 120, 40, 40

# what people write for a type, besides its own word; of a name without a type the longest ending that fits is taken
_WORDS: Mapping[str, str] = {
    "working_committee": "工委 机关工委",
    "party_committee": "党委 党委会 基层党委",
    "organ_committee": "机关党委",
    "leading_group": "党组",
    "general_branch": "总支 党总支 党总支部",
    "branch": "支部 党支部 支部委员会",
    "joint_branch": "联合支部 联合党支部",
    "temporary_branch": "临时支部 临时党支部",
    "project_branch": "项目（功能型）联合党支部 项目支部 项目党支部 功能型党支部 项目联合党支部",
    "party_team": "小组 党小组",
    "study_group": "青年理论学习小组 学习小组 青年小组",
    "discipline_commission": "纪委",
    "organ_discipline": "机关纪委",
    "stationed_discipline": "派驻纪检监察组 派驻纪检组 纪检监察组",
    "unit": "单位 公司 集团 局 院 矿 厂 中心 大队 站所",
    "department": "部门（科室） 部门 科室 处室 科 处 部 办公室 室",
    "workshop": "车间（区队） 车间 区队 队",
    "team": "班组 班 组",
    "project": "项目 项目部 项目经理部",
    "field_site": "野外站点 站点 野外驻地",
}
KIND_WORDS = {plain(word): kind for kind, words in _WORDS.items() for word in words.split()}
_ENDINGS = sorted(KIND_WORDS, key=len, reverse=True)

COLUMNS = (
    ImportColumn(
        "name",
        _("名称"),
        "组织名称 组织全称 全称 支部名称 支部全称 党支部名称 党组织名称 党组织全称 单位名称 单位全称 部门名称",
        required=True,
        example="机修车间党支部",
    ),
    ImportColumn(
        "kind",
        _("类型"),
        "组织类型 组织类别 类别 机构类型 党组织类型 党组织类别",
        example="党支部",
        choices=tuple(info.label for info in KINDS.values()),
    ),
    ImportColumn(
        "code", _("编码"), "组织编码 编号 组织编号 党组织编号 代码 组织代码 支部编号 支部编码", example="ZB01"
    ),
    ImportColumn(
        "parent",
        _("上级"),
        "上级组织 上级党组织 上级单位 隶属 隶属组织 所属党委 所属组织 上级名称 上级编码 所属单位",
        example="青塬煤矿党委",
    ),
    ImportColumn("short_name", _("简称"), "组织简称 支部简称", example="机修支部"),
    ImportColumn(
        "founded_on",
        _("成立日期"),
        "成立时间 建立日期 设立日期 批准成立日期 批准成立时间",
        example="2020-07-01",
        day=True,
    ),
    ImportColumn("aliases", _("曾用名"), "别名 原名 其他名称 又名"),
    *categories.COLUMNS,
)


@dataclass
class _Wanted:
    """What one row says, with its parent still as it is written."""

    row: Row
    name: str
    kind: str
    code: str
    short_name: str
    aliases: tuple[str, ...]
    founded_on: date | None
    parent: str
    known: Known | None = None
    classed: categories.Classed | None = None


def check(source: Source, context: Context) -> Plan:
    """What each row would do; parents come before what hangs under them, whatever the order of the file."""
    tree = tree_in_scope(context.on)
    wanted = [one for row in source.rows() if (one := _wanted(row, tree)) is not None]
    _refuse_twins(wanted)
    wanted = [one for one in wanted if one.row.good]
    for one in wanted:
        if one.known is None:
            tree.add(Known(one.row.source, one.name, one.code, one.kind, short_name=one.short_name))
    root = next((k for k in tree.known.values() if k.uuid and k.path == context.place), None)
    placed = {one.row.source: (one, parent) for one in wanted if (parent := _parent(one, tree, root)) is not None}
    ordered = _in_order(placed)
    _class(ordered, context)
    return Plan(lines=[_line(one, tree, parent) for one, parent in ordered if one.row.good])


def _class(ordered: Sequence[tuple[_Wanted, Known]], context: Context) -> None:
    """How the rows class branches that are there, or that they make."""
    kept = categories_of_many([one.known.uuid for one, _ in ordered if one.known is not None and one.known.uuid])
    for one, parent in ordered:
        lines = kept.get(one.known.uuid, []) if one.known is not None and one.known.uuid else []
        usual = context.on if one.known is not None else one.founded_on or parent.founded_on or context.on
        one.classed = categories.read_category(one.row, one.kind, lines, usual, context)


def _wanted(row: Row, tree: Tree) -> _Wanted | None:
    name, code, said = row.text("name"), row.code("code"), row.text("kind")
    founded = row.day("founded_on")
    if not name:
        row.wrong("name", "no-name", "这一行没有名称", "补上名称，或删去这一行")
    for column, text, most in (("name", name, NAME_MOST), ("code", code, CODE_MOST),
                               ("short_name", row.text("short_name"), SHORT_MOST)):  # fmt: skip
        if len(text) > most:
            row.wrong(column, "too-long", f"超过 {most} 个字", "写短一些")
    if not name:
        return None
    known = _existing(row, tree, name, code)
    kind = _kind(row, said, name, known)
    if not kind or not row.good:
        return None
    aliases = tuple(part.strip() for part in row.text("aliases").replace("，", "、").split("、") if part.strip())
    return _Wanted(
        row, name, kind, code, row.text("short_name"), aliases, founded, row.text("parent"), known
    )  # fmt: skip


def _existing(row: Row, tree: Tree, name: str, code: str) -> Known | None:
    found = tree.of_code(code)
    if found is not None:
        return found
    named = [one for one in tree.of_name(name) if plain(one.name) == plain(name) and not (code and one.code)]
    if len(named) > 1:
        row.wrong("name", "ambiguous-organisation", f"已有 {len(named)} 个组织叫“{name}”，不知道是哪一个", "写上编码")
    return named[0] if len(named) == 1 else None


def _kind(row: Row, said: str, name: str, known: Known | None) -> str:
    if said:
        kind = KIND_WORDS.get(plain(said), "")
        if not kind:
            row.wrong("kind", "unknown-kind", f"没有“{said}”这种组织类型", "写成党支部、党小组、部门（科室）、班组等")
        elif known is not None and known.kind != kind:
            was = KINDS[known.kind].label
            row.wrong("kind", "other-kind", f"“{name}”已登记为{was}，类型不能改", "核对类型；确要改的，撤销后另建")
        return kind
    if known is not None:
        return known.kind
    ending = next((word for word in _ENDINGS if plain(name).endswith(word)), "")
    if not ending:
        row.wrong("kind", "no-kind", f"看不出“{name}”是什么类型的组织", "在“类型”列写明")
    return KIND_WORDS.get(ending, "")


def _refuse_twins(wanted: Sequence[_Wanted]) -> None:
    codes: dict[str, _Wanted] = {}
    names: dict[tuple[str, str], _Wanted] = {}
    for one in wanted:
        first = codes.setdefault(plain(one.code), one) if one.code else one
        if first is not one:
            words = f"编码 {one.code} 已在 {first.row.sheet}!{first.row.cell('code')} 用于“{first.name}”"
            one.row.wrong("code", "duplicate-code", words, "每个组织一个编码，改正其中一个")
        twin = names.setdefault((plain(one.name), plain(one.parent)), one)
        if twin is not one and not (one.code and twin.code):
            words = f"“{one.name}”在 {twin.row.sheet}!{twin.row.cell('name')} 已有一行"
            one.row.wrong("name", "duplicate-organisation", words, "同一组织留一行；确是两个，给它们不同的编码")


def _parent(one: _Wanted, tree: Tree, root: Known | None) -> Known | None:
    """The organisation above: as written, else where it hangs, else the place that the import was started for."""
    top = Known("", "", "", "")
    if one.parent:
        found = tree.meant(one.parent, one.row, "parent")
        if found is not None and found.key in (one.row.source, one.known.key if one.known else ""):
            one.row.wrong("parent", "own-parent", "上级写的是它自己", "写上一级组织")
            return None
    elif one.known is not None:
        return tree.known.get(one.known.parent, top)
    else:
        found = root or (top if may_be_top(one.kind) else None)
        if found is None:
            one.row.wrong("parent", "no-parent", f"{KINDS[one.kind].label}要挂在上级组织下面", "写上上级的名称或编码")
    if found is not None and not _may_hang(one.kind, found):
        words = f"{KINDS[one.kind].label}不能直接挂在{KINDS[found.kind].label}“{found.name}”下面"
        one.row.wrong("parent", "wrong-parent", words, "另写上级，或改类型")
        return None
    return found


def _may_hang(kind: str, above: Known) -> bool:
    return may_hang_under(kind, above.kind) if above.key else may_be_top(kind)


def _in_order(placed: Mapping[str, tuple[_Wanted, Known]]) -> list[tuple[_Wanted, Known]]:
    """Parents first; rows that hang on each other in a ring are reported."""
    done: dict[str, tuple[_Wanted, Known]] = {}
    waiting = dict(placed)
    while waiting:
        free = {key: pair for key, pair in waiting.items() if pair[1].key not in waiting}
        if not free:
            for one, _above in waiting.values():
                one.row.wrong("parent", "ring", "上级绕成了一圈", "核对这些行的上级")
            break
        done |= free
        waiting = {key: pair for key, pair in waiting.items() if key not in free}
    return list(done.values())


def _line(one: _Wanted, tree: Tree, parent: Known) -> Line:
    label = f"{one.name}（{one.code}）" if one.code else one.name
    payload: dict[str, Any] = {"parent": parent.key, **(one.classed.payload if one.classed else {})}
    classed = (one.classed.change,) if one.classed else ()
    if one.known is None:
        founded = one.founded_on or parent.founded_on
        payload |= {"name": one.name, "kind": one.kind, "code": one.code, "short_name": one.short_name,
                    "aliases": one.aliases, "founded_on": founded.isoformat() if founded else ""}  # fmt: skip
        said = (("类型", "", str(KINDS[one.kind].label)), ("上级", "", parent.name or "独立"), *classed)
        return one.row.line(Outcome.NEW, label, changes=said, payload=payload)
    changes = _changes(one, one.known, tree, parent)
    payload["renewed"] = bool(changes)
    changes = (*changes, *classed)
    payload |= {"uuid": one.known.key, "name": one.name, "code": one.code or one.known.code,
                "short_name": one.short_name or one.known.short_name,
                "aliases": tuple(dict.fromkeys([*one.known.aliases, *one.aliases])),
                "renamed": one.name != one.known.name, "moved": parent.key != one.known.parent}  # fmt: skip
    outcome = Outcome.CHANGED if changes else Outcome.SAME
    return one.row.line(outcome, label, changes=changes, payload=payload)


def _changes(one: _Wanted, known: Known, tree: Tree, parent: Known) -> tuple[tuple[str, str, str], ...]:
    above = tree.known.get(known.parent)
    said = [
        ("名称", known.name, one.name),
        ("编码", known.code, one.code or known.code),
        ("简称", known.short_name, one.short_name or known.short_name),
        ("上级", above.name if above else "", parent.name),
        ("曾用名", "、".join(known.aliases), "、".join(dict.fromkeys([*known.aliases, *one.aliases]))),
    ]
    return tuple(change for change in said if change[1] != change[2])


# --- write and take back ---------------------------------------------------------------------------------------------


def apply(lines: Sequence[Line], context: Context) -> list[NewEffect]:
    """Create, rename, move and complete, in the order of the plan."""
    made: dict[str, UUID] = {}
    effects: list[NewEffect] = []
    for line in lines:
        values = line.payload
        above = values["parent"]
        parent = made[above] if above in made else UUID(above) if above else None
        if line.outcome is Outcome.NEW:
            made[line.source] = _create(values, parent, context)
            effects.append(NewEffect(TABLE, made[line.source], "created", line.label, source=line.source))
        elif values["renewed"]:
            before = _change(values, parent, context)
            effects.append(NewEffect(TABLE, UUID(values["uuid"]), "changed", line.label, before, line.source))
        if "category" in values:
            uuid = made[line.source] if line.outcome is Outcome.NEW else UUID(values["uuid"])
            effects.append(categories.write_category(values, uuid, line.label, line.source, context))
    return effects


def _create(values: Mapping[str, Any], parent: UUID | None, context: Context) -> UUID:
    founded = date.fromisoformat(values["founded_on"]) if values["founded_on"] else context.on
    return create_organisation(
        kind=values["kind"],
        name=values["name"],
        short_name=values["short_name"],
        code=values["code"],
        aliases=values["aliases"],
        parent=parent,
        founded_on=founded,
        actor=context.actor,
    )


def _change(values: Mapping[str, Any], parent: UUID | None, context: Context) -> dict[str, Any]:
    """Write the changes and give what stood there before."""
    uuid, actor = UUID(values["uuid"]), context.actor
    known = tree_in_scope(context.on).known[values["uuid"]]
    before = {"name": known.name, "short_name": known.short_name, "code": known.code, "aliases": known.aliases,
              "parent": known.parent, "renamed": values["renamed"], "moved": values["moved"]}  # fmt: skip
    if values["renamed"]:
        rename_organisation(
            organisation=uuid, name=values["name"], short_name=values["short_name"], valid_from=context.on, actor=actor
        )
    complete_organisation(
        organisation=uuid, code=values["code"], short_name=values["short_name"], aliases=values["aliases"], actor=actor
    )
    if values["moved"] and parent is not None:
        move_organisation(organisation=uuid, parent=parent, valid_from=context.on, actor=actor)
    after = {"name": values["name"] if values["renamed"] else known.name, "short_name": values["short_name"],
             "code": values["code"], "aliases": list(values["aliases"])}  # fmt: skip
    hangs = str(parent) if values["moved"] and parent is not None else known.parent
    return before | {"after": after, "hangs": hangs}


def undo(effects: Sequence[EffectData], _reason: str, context: Context) -> dict[int, str]:
    """Take back the newest first; an organisation that something refers to stays, and the reason says what."""
    kept: dict[int, str] = {}
    for effect in effects:
        if effect.table == categories.TABLE:
            why = take_back_category(category=effect.uuid, actor=context.actor, now=context.now)
            if why:
                kept[effect.id] = why
        elif effect.action == "created":
            why = void_organisation(organisation=effect.uuid, actor=context.actor, now=context.now)
            if why:
                kept[effect.id] = why
        elif left_as_imported(effect.uuid, effect.before.get("after"), effect.before.get("hangs")):
            _restore(effect, context)
        else:
            kept[effect.id] = str(CHANGED_SINCE)
    return kept


def _restore(effect: EffectData, context: Context) -> None:
    before, actor = effect.before, context.actor
    if before["renamed"]:
        take_back_rename(
            organisation=effect.uuid, name=before["name"], short_name=before["short_name"], actor=actor
        )  # fmt: skip
    complete_organisation(
        organisation=effect.uuid, code=before["code"], short_name=before["short_name"], aliases=before["aliases"],
        actor=actor,
    )  # fmt: skip
    if before["moved"] and before["parent"]:
        take_back_move(organisation=effect.uuid, parent=UUID(before["parent"]), actor=actor)


KIND = ImportKind(
    code="organisations",
    title=_("组织"),
    note=_("党委、党总支、党支部、党小组，以及单位、科室、车间、班组。上级写名称或编码。"),
    roles=frozenset({"system_admin", "officer"}),
    columns=COLUMNS,
    check=check,
    apply=apply,
    undo=undo,
    order=10,
    next_steps=((_("看组织"), "org:list"),),
)
