"""Checks of identity, meanings, kinds, parameters, groups and norms."""

from collections.abc import Mapping
from itertools import pairwise

from linghang.engine.packs.forbidden_words import RULING as RULING
from linghang.engine.packs.forbidden_words import WORDS, forbidden_words
from linghang.engine.packs.model import CadenceNorm, ExemptGroup, FactKind, Meaning, Pack
from linghang.engine.packs.schema import near, normal
from linghang.engine.packs.tables import RESERVED_TITLES
from linghang.engine.problems import Place, Problems

UNITS = (
    *("次", "小时", "学时", "天", "周", "月", "年", "分钟", "分", "人", "人次", "户", "件", "项", "个", "条", "篇"),
    *("场", "门", "期", "元", "万元", "吨", "公里", "%", "级", "票", "份", "处", "台", "例", "起", "家", "名", "岁"),
    *("班次", "趟", "辆", "节", "米", "平方米", "亩", "千克", "千瓦时"),
)
# Never scored, whatever a pack declares: a unit cannot talk itself out of it by leaving the declaration away.
RESERVED = tuple(WORDS)
# What every record has besides its attributes; a dedup key or a column of that name would mean two things.
RESERVED_IDS = ("subject", "occurred_on", "kind", "quantity", "sequence", "event", "day", "record", "reverses")


def forbidden(pack: Pack, kind: FactKind) -> str:
    """Why facts of the kind must not be scored, or ""."""
    for tag in kind.meaning:
        meaning = pack.meanings.get(tag)
        if meaning and meaning.forbidden:
            return f"{meaning.forbidden}（{meaning.source or RULING}）"
        if tag in RESERVED:
            return f"含义“{tag}”的记录不得作为考评依据（{RULING}）"
    return ""


def check_identity(pack: Pack, problems: Problems) -> None:
    """An adopted pack names the document on which it stands."""
    document = pack.identity.document
    missing = [name for name in ("name", "number", "issued") if not document.get(name)]
    if not pack.identity.invented and missing:
        words = f"正式印发的方案包没有写依据文件的 {'、'.join(missing)}"
        problems.add(
            pack.identity.place, "document-missing", words, "在 document 里补上；虚构的内容写 content: invented"
        )


def check_meanings(own: Mapping[str, Meaning], problems: Problems) -> None:
    """A reserved tag is declared as what it is; a ban names its source."""
    for meaning in own.values():
        if meaning.id in RESERVED and not meaning.forbidden:
            words = f"“{meaning.id}”是不得用于考评的含义，没有写 forbidden"
            problems.add(meaning.place, "reserved-meaning", words, f"写明依据：{RULING}")
        if meaning.forbidden and not (meaning.source and meaning.confidence):
            words = f"“{meaning.id}”没有写出处和把握程度"
            problems.add(meaning.place, "no-source", words, "补上 source 和 confidence")


def check_kinds(pack: Pack, own: Mapping[str, FactKind], problems: Problems) -> None:
    """Units and tags are known, ranges make sense, and words that people write mean one kind."""
    for kind in own.values():
        _check_kind(kind, problems)
        for tag in kind.meaning:
            if tag not in pack.meanings and tag not in RESERVED:
                words = f"没有含义标签“{tag}”"
                problems.add(kind.place, "unknown-meaning", words, near(tag, pack.meanings))
        _point_out_words(pack, kind, problems)
    _check_words(pack, own, problems)


def _check_kind(kind: FactKind, problems: Problems) -> None:
    if kind.unit not in UNITS:
        problems.add(kind.place, "unknown-unit", f"不认识单位“{kind.unit}”", near(kind.unit, UNITS))
    if kind.quantity_min < 0:
        problems.add(kind.place, "quantity-range", "数量不能小于 0", "把 min 改成 0")
    if kind.quantity_max is not None and kind.quantity_max < max(kind.quantity_min, 1):
        problems.add(kind.place, "quantity-range", "数量的 max 小于 min", "改正数量范围")
    if kind.confidence and not kind.source:
        problems.add(kind.place, "no-source", "写了把握程度而没有写出处", "补上 source")
    for attribute in kind.attributes.values():
        titles = [normal(t["zh"]) for t in attribute.values.values()]
        if len(set(titles)) < len(titles):
            words = f"“{attribute.title['zh']}”有两个取值同名"
            problems.add(attribute.place, "duplicate-title", words, "改成不同的名称")
        if normal(attribute.title["zh"]) in RESERVED_TITLES:
            words = f"属性不能叫“{attribute.title['zh']}”，这个词在表格里另有用处"
            problems.add(attribute.place, "reserved-title", words, "换一个名称")
        if attribute.id in RESERVED_IDS:
            words = f"属性的编号不能是“{attribute.id}”，记录里已有这一项"
            problems.add(attribute.place, "reserved-title", words, "换一个编号")
    names = [normal(a.title["zh"]) for a in kind.attributes.values()]
    if len(set(names)) < len(names):
        problems.add(kind.place, "duplicate-title", "有两个属性同名", "改成不同的名称")


def _point_out_words(pack: Pack, kind: FactKind, problems: Problems) -> None:
    """Names of a kind, of its attributes and of their values that sound like what must not be scored."""
    title = kind.title["zh"]
    named = [(text, f"“{title}”", kind.place) for text in (title, *kind.aliases)]
    for attribute in kind.attributes.values():
        whose = f"“{title}”的“{attribute.title['zh']}”"
        texts = (attribute.title["zh"], *(value["zh"] for value in attribute.values.values()))
        named += [(text, whose, attribute.place if attribute.place.here else kind.place) for text in texts]
    seen = set(kind.meaning)
    for text, whose, place in named:
        for tag, word, called, why in forbidden_words(text, pack):
            if tag not in seen:
                words = f"{whose}里有“{word}”，看起来属于“{called}”：{why}"
                hint = f"如果是，加上含义标签 {tag}（只能记录，不能计分）；如果不是，换一个说法"
                problems.add(place, "looks-forbidden", words, hint, severity="warning")
            seen.add(tag)


def _check_words(pack: Pack, own: Mapping[str, FactKind], problems: Problems) -> None:
    """A title or alias that means two kinds would make every table that uses it ambiguous."""
    taken: dict[str, FactKind] = {}
    for kind in pack.kinds.values():
        for word in dict.fromkeys(normal(w) for w in (kind.title["zh"], *kind.aliases)):
            other = taken.setdefault(word, kind)
            if other is not kind and kind.id in own:
                words = f"“{word}”既指 {other.id} 又指 {kind.id}"
                hint = "从其中一种的 title 或 aliases 里去掉"
                if other.id not in own:
                    hint = f"所用方案包里的 {other.id} 合用就直接用它，不再另写；不合用的，换一个名称"
                problems.add(kind.place, "ambiguous-word", words, hint, severity="warning")


def check_parameters(pack: Pack, problems: Problems) -> None:
    """Values follow each other in time, and what was only remembered is pointed out."""
    for parameter in pack.parameters.values():
        if parameter.unit not in UNITS:
            problems.add(parameter.place, "unknown-unit", f"不认识单位“{parameter.unit}”", near(parameter.unit, UNITS))
        for earlier, later in pairwise(parameter.values):
            if later.since <= earlier.since:
                words = f"参数值要按月份从早到晚排列：{later.since} 不晚于 {earlier.since}"
                problems.add(later.place, "parameter-order", words, "按 from 排序；同一个月只留一个")
        for value in parameter.values:
            _point_out_memory(value.confidence, value.place, problems)


def _point_out_memory(confidence: str, place: Place, problems: Problems) -> None:
    if confidence == "remembered":
        problems.add(
            place, "remembered", "这个数只凭记忆，没有见到出处", "按正式文本核对后改写 confidence", severity="warning"
        )


def check_groups(own: Mapping[str, ExemptGroup], problems: Problems) -> None:
    for group in own.values():
        _point_out_memory(group.confidence, group.place, problems)


def check_norms(pack: Pack, own: Mapping[str, CadenceNorm], problems: Problems) -> None:
    """A norm speaks of a known kind, of its attributes and values, and of known groups."""
    for norm in own.values():
        _point_out_memory(norm.confidence, norm.place, problems)
        for group in norm.exempt_groups:
            if group not in pack.groups:
                problems.add(norm.place, "unknown-group", f"没有人员组“{group}”", near(group, pack.groups))
        kind = pack.kinds.get(norm.kind)
        if kind is None:
            problems.add(norm.place, "unknown-kind", f"没有“{norm.kind}”这种记录", near(norm.kind, pack.kinds))
            continue
        for name, values in norm.where.items():
            attribute = kind.attributes.get(name)
            if attribute is None:
                words = f"“{kind.id}”没有属性“{name}”"
                problems.add(norm.place, "unknown-attribute", words, near(name, kind.attributes))
                continue
            for value in values:
                if value not in attribute.values:
                    problems.add(norm.place, "unknown-value", f"没有“{value}”这个取值", near(value, attribute.values))
