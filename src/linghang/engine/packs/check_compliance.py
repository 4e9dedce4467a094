"""Compliance beyond single kinds: what cannot be known, names that say what tags do not, and what a preset allows.

The tags of `national` decide, not names: a kind that carries a forbidden one is refused whatever it is called
(`check_schemes`). Names only make us ask; and where there is no tag at all, the check says that it cannot know.
"""

from collections.abc import Mapping

from linghang.engine.packs.forbidden_words import RULING, forbidden_words
from linghang.engine.packs.model import Band, Item, Pack, Scheme
from linghang.engine.problems import Problems

OFFICE, ENTERPRISE = "office", "enterprise"
PRESETS: Mapping[str, str] = {OFFICE: "机关事业", ENTERPRISE: "企业"}


def check_compliance(pack: Pack, problems: Problems) -> None:
    """Point out what a person has to look at before the pack is published."""
    for scheme in pack.schemes.values():
        _untagged(pack, scheme, problems)
        for item in scheme.items:
            _named_like_forbidden(pack, item, problems)
        _ranked(scheme, problems)


def _untagged(pack: Pack, scheme: Scheme, problems: Problems) -> None:
    """Kinds that earn points and carry no tag: nobody can tell from the pack what they measure."""
    used = dict.fromkeys(kind for item in scheme.items for kind in item.kinds)
    bare = [pack.kinds[kind] for kind in used if not pack.kinds[kind].meaning]
    if bare:
        titles = "、".join(kind.title["zh"] for kind in bare)
        words = f"{titles}：没有含义标签，查不出是不是登录、在线时长、点赞之类不得计分的"
        hint = "给这些记录种类写 meaning，例如 [service]；不得计分的写它自己的标签（见 national 的 facts.yaml）"
        problems.add(bare[0].place, "meaning-unknown", words, hint, severity="warning")


def _named_like_forbidden(pack: Pack, item: Item, problems: Problems) -> None:
    """An item called like a forbidden metric, whatever the kind is called that it counts."""
    found = [*forbidden_words(item.title["zh"], pack), *forbidden_words(item.clause, pack)]
    for _, word, called, why in found[:1]:
        words = f"项目“{item.title['zh']}”里有“{word}”，看起来属于“{called}”：{why}"
        hint = "如果是，删掉这个项目；如果不是，换一个说法"
        problems.add(item.place, "looks-forbidden", words, hint, severity="warning")


# --- presets ---------------------------------------------------------------------------------------------------------


def ranked_items(scheme: Scheme) -> list[Item]:
    """Items that give points to persons by their place among others."""
    return [item for item in scheme.items if item.rank] if scheme.subject == "member" else []


def last_ones(scheme: Scheme) -> list[Band]:
    """Bands from which persons are left out because they are the last of their branch."""
    grades = scheme.grades if scheme.subject == "member" else ()
    return [band for grade in grades for band in grade.bands if band.top and band.top.all_but]


def _ranked(scheme: Scheme, problems: Problems) -> None:
    for band in last_ones(scheme):
        words = f"档次“{band.title['zh']}”把最后几名党员排除在外，“机关事业”预设不允许（{RULING}）"
        problems.add(band.place, "ranks-persons", words, "按分数线定档：写 at_least，不写 all_but", severity="warning")
    for item in ranked_items(scheme):
        words = f"项目“{item.title['zh']}”按名次给党员计分，“机关事业”预设不允许（{RULING}）"
        hint = "用于“企业”预设的，先记录依据；否则改成达到多少给多少"
        problems.add(item.place, "ranks-persons", words, hint, severity="warning")


def check_preset(pack: Pack, preset: str, problems: Problems) -> None:
    """What a unit of that preset may not use: under 机关事业 no person gets points by a place among others."""
    for scheme in pack.schemes.values() if preset == OFFICE else ():
        for item in ranked_items(scheme):
            words = f"“机关事业”预设不允许按名次给党员计分：项目“{item.title['zh']}”（{RULING}）"
            problems.add(item.place, "preset-forbids", words, "改成达到多少给多少，或由单位改用“企业”预设并记录依据")
        for band in last_ones(scheme):
            words = f"“机关事业”预设不允许按名次定最后几名党员：档次“{band.title['zh']}”（{RULING}）"
            problems.add(band.place, "preset-forbids", words, "按分数线定档，或由单位改用“企业”预设并记录依据")
