"""Import of a roster: people with branch, unit, party group, 政治面貌 and class. Numbers are optional and sealed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from linghang.apps.exchange.data import Context, EffectData, Outcome
from linghang.apps.exchange.kinds import Ending, ImportColumn, ImportKind, Line, NewEffect, Plan, Source
from linghang.apps.exchange.words import name_key, plain
from linghang.apps.org.data import STANDINGS, Effect, NewPerson, PersonChange
from linghang.apps.org.data.posts import PARTY_MEMBERS
from linghang.apps.org.imports.known_people import KnownPerson, People, people_in_scope, taken_elsewhere
from linghang.apps.org.imports.roster_rows import Entry, Places, begins, branch_of, read_entry
from linghang.apps.org.imports.tree import Tree, tree_in_scope
from linghang.apps.org.operations.bulk import add_people, change_people
from linghang.apps.org.operations.imported import end_memberships, owners_of
from linghang.apps.org.operations.undoing import undo_effects
from linghang.apps.org.queries.classes import person_classes
from linghang.ui.web.sealed import lookup_hash

TABLE = "person"

COLUMNS = (
    ImportColumn("name", _("姓名"), "党员姓名 职工姓名 人员姓名 名字", required=True, example="张三"),
    ImportColumn(
        "organisation",
        _("支部"),
        """党支部 所在支部 所在党支部 所属支部 所属党支部 支部名称 党支部名称 党组织 所在党组织 所属党组织 党组织名称
        所在党组织名称 组织关系所在支部""",
        example="机修车间党支部",
    ),
    ImportColumn("unit", _("单位（部门）"), "单位 部门 科室 所在单位 所在部门 工作单位 车间 区队 班组"),
    ImportColumn("group", _("党小组"), "所在党小组 小组 党小组名称", example="机修一组"),
    ImportColumn(
        "code", _("工号"), "编码 编号 党员编号 人员编号 职工编号 员工编号 职工号 人员编码 工作证号 工牌号",
        example="1001",
    ),
    ImportColumn(
        "standing", _("政治面貌"), "类型 党员类型 人员类型 人员类别 面貌 正式/预备 正式或预备 是否正式",
        example="正式党员",
        choices=tuple(STANDINGS.values()),
    ),
    ImportColumn("person_class", _("类别"), "党员类别 群体 人员分类 特殊情况 在岗情况 岗位类别", example="在职"),
    ImportColumn(
        "since", _("转入日期"), "转入 转入时间 转入支部日期 组织关系转入日期 组织关系转入时间 入职日期 入职时间",
        example="2020-07-01", day=True,
    ),
    ImportColumn(
        "standing_from", _("入党日期"), "入党时间 入党年月 入党年月日 加入党组织日期 转正日期 转正时间", day=True
    ),
    ImportColumn("born", _("出生年月"), "出生日期 出生年份 出生年月日 生日 出生时间"),
    ImportColumn("phone", _("电话"), "手机 手机号 手机号码 联系电话 电话号码 联系方式"),
    ImportColumn("id_number", _("身份证号"), "身份证 身份证号码 公民身份号码 证件号码"),
    ImportColumn("aliases", _("曾用名"), "别名 又名"),
)  # fmt: skip


# --- compare ---------------------------------------------------------------------------------------------------------


def check(source: Source, context: Context) -> Plan:
    """Who is new, who changed, who is the same; whoever stands in these branches and not in the table is proposed."""
    tree, people = tree_in_scope(context.on), people_in_scope(context.on)
    places = Places(tree, tuple(person_classes(on=context.on)), context.on, context.on.replace(month=1, day=1))
    entries = [entry for row in source.rows() if (entry := read_entry(row, places)) is not None]
    for entry in entries:
        entry.known = _who(entry, people, tree)
    entries = _without_twins([entry for entry in entries if entry.row.good])
    _refuse_taken(entries, people)
    plan = Plan()
    for entry in entries:
        if entry.row.good:
            plan.lines.append(_line(entry, places))
    plan.endings = list(_endings(entries, people, tree, context.on))
    return plan


def _who(entry: Entry, people: People, tree: Tree) -> KnownPerson | None:
    """Who is meant: by code, by ID number, by name in that branch; None for somebody new, or with a problem."""
    row, home = entry.row, str(entry.home.uuid) if entry.home else ""
    found = people.of_code(entry.code)
    if found is not None:
        if name_key(found.name) not in {name_key(n) for n in (entry.name, *entry.aliases)}:
            words = f"工号 {entry.code} 在库里是{found.name}，不是{entry.name}"
            row.wrong("code", "contradicts", words, "核对工号和姓名；改了名的，在“曾用名”列写原来的姓名")
            return None
        return found
    found = people.of_id(entry.id_lookup)
    if found is not None:
        if entry.code and found.code:
            words = f"这个身份证号在库里是{found.name}（工号 {found.code}），表里工号是 {entry.code}"
            row.wrong("id_number", "contradicts", words, "核对工号和身份证号")
        return found
    here = [one for one in people.named(entry.name, home) if not (entry.code and one.code)]
    if len(here) > 1:
        listed = "、".join(f"{one.name}（{one.code or '无工号'}）" for one in here)
        row.wrong(
            _code_cell(entry), "ambiguous-name", f"库里这个支部有 {len(here)} 个{entry.name}：{listed}", "写上工号"
        )
        return None
    if here:
        return here[0]
    _ask_about_elsewhere(entry, people, tree)
    return None


def _ask_about_elsewhere(entry: Entry, people: People, tree: Tree) -> None:
    """Somebody of that name in another branch may be the same person: that is asked, not guessed."""
    if entry.code:
        return
    elsewhere = [one for one in people.named(entry.name) if one.home]
    if elsewhere:
        listed = "、".join(
            f"{one.name}（{branch_of(one.home, tree)}，{one.code or '无工号'}）" for one in elsewhere[:4]
        )
        words = f"库里已有{listed}，不知道是不是同一个人"
        entry.row.wrong(
            _code_cell(entry), "same-name-elsewhere", words, "是调动，写上他的工号；是另一个人，给他写自己的工号"
        )


def _code_cell(entry: Entry) -> str:
    """Where somebody is told apart: the blank cell for his code, else his name."""
    return "code" if not entry.code and entry.row.has("code") else "name"


def _without_twins(entries: Sequence[Entry]) -> list[Entry]:
    """The same person in two rows, or two people who cannot be told apart, are reported at the second row."""
    seen: dict[tuple[str, ...], Entry] = {}
    good: list[Entry] = []
    for entry in entries:
        first = next((seen[key] for key in _keys(entry) if key in seen), None)
        if first is None:
            good.append(entry)
            seen |= dict.fromkeys(_keys(entry), entry)
            continue
        where = f"{first.row.sheet}!{first.row.cell('name')}"
        if entry.code and plain(entry.code) == plain(first.code) and name_key(entry.name) != name_key(first.name):
            entry.row.wrong(
                "code", "duplicate-code", f"工号 {entry.code} 已在 {where} 用于{first.name}", "每人一个工号"
            )
        else:
            hint = "同一人留一行；确是同名的两个人，给他们不同的工号"
            entry.row.wrong(_code_cell(entry), "duplicate-person", f"{entry.name}在 {where} 已有一行", hint)
    return good


def _keys(entry: Entry) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = []
    if entry.code:
        keys.append(("code", plain(entry.code)))
    else:
        keys.append(("name", name_key(entry.name), entry.home.key if entry.home else ""))
    if entry.id_number:
        keys.append(("id", entry.id_number))
    if entry.known is not None:
        keys.append(("known", str(entry.known.uuid)))
    return keys


def _refuse_taken(entries: Sequence[Entry], people: People) -> None:
    """A code or an ID number that somebody outside of the importer's sight has."""
    tops = {one.top for one in people.everybody} | _tops_of(entries)
    codes, lookups = taken_elsewhere(tops, (e.code for e in entries if e.code), (e.id_lookup for e in entries))
    for entry in entries:
        mine = entry.known
        if entry.code in codes and (mine is None or mine.code != entry.code):
            words = f"工号 {entry.code} 已属于本单位您看不到的另一个人"
            entry.row.wrong("code", "code-taken", words, "核对工号；是调入的，请原支部先办转出")
        if entry.id_lookup in lookups and (mine is None or mine.id_lookup != entry.id_lookup):
            words = "这个身份证号已登记在本单位另一个人名下"
            entry.row.wrong("id_number", "id-number-taken", words, "核对号码；是调入的，请原支部先办转出")


def _tops_of(entries: Sequence[Entry]) -> set[int]:
    return {int(entry.home.path.split("/")[0]) for entry in entries if entry.home and entry.home.path}


def _line(entry: Entry, places: Places) -> Line:
    if entry.known is None:
        return _new_line(entry, places)
    known, tree, row = entry.known, places.tree, entry.row
    payload = _change(entry, known, places)
    said = tuple(_differences(known, payload, tree))
    if (entry.phone and known.phone_lookup != lookup_hash("phone", entry.phone)) or (
        entry.id_number and known.id_lookup != entry.id_lookup
    ):
        row.odd("name", "numbers-differ", f"{entry.name}的号码和库里不同，导入不改号码", "要改的，在本人页面修改")
    outcome = Outcome.CHANGED if said else Outcome.SAME
    return row.line(outcome, entry.label, changes=said, payload=payload if said else {})


def _new_line(entry: Entry, places: Places) -> Line:
    since = begins(entry, places)
    standing_from = entry.standing_from
    payload = {
        "name": entry.name, "code": entry.code, "since": since.isoformat(), "branch": _key(entry.branch),
        "unit": _key(entry.unit), "group": _key(entry.group), "standing": entry.standing or "",
        "standing_from": standing_from.isoformat() if standing_from else "", "aliases": entry.aliases,
        "person_class": entry.person_class or "", "born_year": entry.born_year, "phone": entry.phone,
        "id_number": entry.id_number,
    }  # fmt: skip
    places_said = " · ".join(place.name for place in (entry.branch, entry.unit, entry.group) if place)
    said = [("在", "", places_said), ("自", "", since.isoformat())]
    if entry.standing:
        said.append(("政治面貌", "", str(STANDINGS[entry.standing])))
    if entry.person_class:
        said.append(("类别", "", entry.person_class))
    return entry.row.line(Outcome.NEW, entry.label, changes=tuple(said), payload=payload)


def _key(place: Any) -> str:
    return place.key if place else ""


def _change(entry: Entry, known: KnownPerson, places: Places) -> dict[str, Any]:
    """What is other than stored; what the table does not say stays."""
    changed: dict[str, Any] = {"person": str(known.uuid)}
    for name, place, before in (
        ("branch", entry.branch, known.branch), ("unit", entry.unit, known.unit), ("group", entry.group, known.group),
    ):  # fmt: skip
        if place is not None and place.key != before:
            changed[name] = place.key
    for name, value in (("standing", entry.standing), ("person_class", entry.person_class),
                        ("born_year", entry.born_year), ("code", entry.code or None)):  # fmt: skip
        if value is not None and value != getattr(known, name):
            changed[name] = value
    if name_key(entry.name) != name_key(known.name) and entry.name not in known.aliases:
        changed["name"] = entry.name
    aliases = tuple(dict.fromkeys([*known.aliases, *(a for a in entry.aliases if a != entry.name)]))
    if aliases != known.aliases:
        changed["aliases"] = aliases
    changed["since"] = _changed_since(entry, known, changed, places.on).isoformat()
    return changed


def _changed_since(entry: Entry, known: KnownPerson, changed: dict[str, Any], on: date) -> date:
    """From the day written in the table when it is later than what is stored, else from today."""
    moved = {"branch", "unit", "group"} & changed.keys()
    written = entry.since if moved else entry.standing_from if "standing" in changed else None
    return written if written and known.since and known.since < written <= on else on


def _differences(known: KnownPerson, changed: dict[str, Any], tree: Tree) -> Iterable[tuple[str, str, str]]:
    words = {"branch": "支部", "unit": "单位", "group": "党小组"}
    for name, word in words.items():
        if name in changed:
            yield word, branch_of(getattr(known, name), tree), branch_of(changed[name], tree)
    if "standing" in changed:
        before = str(STANDINGS[known.standing]) if known.standing else ""
        yield "政治面貌", before, str(STANDINGS[changed["standing"]])
    for name, word in (("person_class", "类别"), ("code", "工号"), ("name", "姓名")):
        if name in changed:
            yield word, getattr(known, name), changed[name]
    if "born_year" in changed:
        yield "出生年份", str(known.born_year or ""), str(changed["born_year"])
    if "aliases" in changed:
        yield "曾用名", "、".join(known.aliases), "、".join(changed["aliases"])


def _endings(entries: Sequence[Entry], people: People, tree: Tree, on: date) -> Iterable[Ending]:
    """Members of the branches that the table speaks of whom it does not name; that they left is only asked."""
    spoken = {entry.branch.key for entry in entries if entry.branch}
    named = {entry.known.uuid for entry in entries if entry.known}
    for one in people.everybody:
        if one.branch in spoken and one.uuid not in named and one.standing in PARTY_MEMBERS | {""}:
            label = f"{one.name}（{branch_of(one.branch, tree)}，{one.code or '无工号'}）"
            yield Ending(str(one.uuid), label, f"组织关系到 {on} 为止", {"branch": one.branch})


# --- write and take back ---------------------------------------------------------------------------------------------


def apply(lines: Sequence[Line], context: Context) -> list[NewEffect]:
    """Add and change people in a handful of statements."""
    new = [line for line in lines if line.outcome is Outcome.NEW]
    changed = [line for line in lines if line.outcome is Outcome.CHANGED]
    made: list[NewEffect] = []
    if new:
        added = add_people(rows=[_new_person(line) for line in new], actor=context.actor, now=context.now)
        made += [
            _effect(uuid, "created", line, effects)
            for uuid, effects, line in zip(added.people, added.effects, new, strict=True)
        ]
    if changed:
        effects = change_people(rows=[_person_change(line) for line in changed], actor=context.actor, now=context.now)
        by_person = owners_of(effects)
        for line in changed:
            uuid = UUID(line.payload["person"])
            made.append(_effect(uuid, "changed", line, by_person.get(uuid, [])))
    return made


def _new_person(line: Line) -> NewPerson:
    said = dict(line.payload)
    for name in ("branch", "unit", "group"):
        said[name] = UUID(said[name]) if said[name] else None
    said["since"] = date.fromisoformat(said["since"])
    said["standing_from"] = date.fromisoformat(said["standing_from"]) if said["standing_from"] else None
    return NewPerson(**(said | {"aliases": tuple(said["aliases"])}))


def _person_change(line: Line) -> PersonChange:
    said = dict(line.payload)
    for name in ("person", "branch", "unit", "group"):
        if said.get(name):
            said[name] = UUID(said[name])
    if "aliases" in said:
        said["aliases"] = tuple(said["aliases"])
    return PersonChange(**(said | {"since": date.fromisoformat(said["since"])}))


def _effect(uuid: UUID, action: str, line: Line, effects: Sequence[Effect]) -> NewEffect:
    """One effect per person; the rows that were written for him travel inside."""
    return NewEffect(TABLE, uuid, action, line.label, {"effects": [_stored(e) for e in effects]}, line.source)


def _stored(effect: Effect) -> dict[str, Any]:
    return {"table": effect.table, "uuid": str(effect.uuid), "action": effect.action, "before": effect.before,
            "after": effect.after}  # fmt: skip


def end(endings: Sequence[Ending], context: Context) -> list[NewEffect]:
    """End 组织关系 of those who were ticked."""
    pairs = [(UUID(ending.key), UUID(ending.payload["branch"])) for ending in endings]
    by_person = end_memberships(pairs=pairs, last_day=context.on, actor=context.actor, now=context.now)
    return [
        NewEffect(
            TABLE,
            UUID(ending.key),
            "ended",
            ending.label,
            {"effects": [_stored(effect) for effect in by_person[UUID(ending.key)]]},
        )
        for ending in endings
    ]


def undo(effects: Sequence[EffectData], _reason: str, context: Context) -> dict[int, str]:
    """Take back everything written for these people, except for whom something was recorded since."""
    owner: dict[tuple[str, str], int] = {}
    rows: list[Effect] = []
    for effect in reversed(effects):
        for stored in effect.before["effects"]:
            row = Effect(**(stored | {"uuid": UUID(stored["uuid"])}))
            owner[row.table, str(row.uuid)] = effect.id
            rows.append(row)
    undone = undo_effects(effects=rows, actor=context.actor, now=context.now)
    kept: dict[int, str] = {}
    for row, reason in undone.kept:
        kept.setdefault(owner[row.table, str(row.uuid)], reason)
    return kept


KIND = ImportKind(
    code="roster",
    title=_("花名册"),
    note=_("党员和职工：支部、单位、党小组、政治面貌、类别。可以一张表一个支部。身份证号、电话可以没有。"),
    roles=frozenset({"officer", "secretary", "organiser"}),
    columns=COLUMNS,
    check=check,
    apply=apply,
    undo=undo,
    end=end,
    whole="organisation",
    order=20,
    next_steps=((_("看花名册"), "org:roster"), (_("建账号、打印激活单"), "org:accounts")),
)
