"""Which member of the roster a row means. Never a guess: several candidates are all named."""

import re
from dataclasses import dataclass

from linghang.apps.exchange.words import fits_mask, masked, name_key, near, plain
from linghang.engine.roster import Member, Roster

_BRANCH_WORDS = re.compile("^中共|党总支|党支部|支部|委员会")


@dataclass
class Unresolved(Exception):
    """Nobody, or more than one, is meant."""

    code: str
    message: str
    hint: str


def branch_key(name: str) -> str:
    """“中共机修车间党支部委员会” and “机修车间支部” are the same branch."""
    return _BRANCH_WORDS.sub("", plain(name))


class People:
    """Finds members by code, by name and branch, by a name that only one has."""

    def __init__(self, roster: Roster) -> None:
        self._by_code = {plain(m.code): m for m in roster}
        self._by_name: dict[str, list[Member]] = {}
        for member in roster:
            self._by_name.setdefault(name_key(member.name), []).append(member)
        self._branches: dict[str, list[str]] = {}
        for branch in sorted({m.organisation for m in roster if m.organisation}):
            self._branches.setdefault(branch_key(branch), []).append(branch)
        self._known: dict[tuple[str, str, str], Member | Unresolved] = {}

    def is_name(self, text: str) -> bool:
        """Whether somebody in the roster has that name."""
        return name_key(text) in self._by_name

    def is_code(self, text: str) -> bool:
        return plain(text) in self._by_code

    def branch(self, text: str) -> str:
        """The roster's branch that the text means, '' when none or several come into question."""
        key = branch_key(text)
        exact = self._branches.get(key, [])
        if exact or not key:
            return exact[0] if len(exact) == 1 else ""
        within = [b for k, found in self._branches.items() if k and (k in key or key in k) for b in found]
        return within[0] if len(within) == 1 else ""

    def find(self, code: str, name: str, organisation: str) -> Member:
        """The member meant; raises Unresolved with a sentence that lists the candidates."""
        asked = (code, name, organisation)
        if asked not in self._known:
            try:
                self._known[asked] = self._find(*asked)
            except Unresolved as unresolved:
                self._known[asked] = unresolved
        found = self._known[asked]
        if isinstance(found, Unresolved):
            raise Unresolved(found.code, found.message, found.hint)
        return found

    def _find(self, code: str, name: str, organisation: str) -> Member:
        if code:
            return self._of_code(code, name)
        namesakes = self._by_name.get(name_key(name), [])
        if not namesakes:
            raise self._nobody(name, organisation)
        if not organisation:
            return _only(name, namesakes)
        branch = self.branch(organisation)
        if not branch:
            raise self._no_branch(organisation)
        there = [m for m in namesakes if m.organisation == branch]
        if there:
            return _only(name, there)
        homes = "、".join(sorted({m.organisation or "（未写支部）" for m in namesakes}))
        words = f"与名册不一致：{name}在名册里属于{homes}，不属于{branch}"
        raise Unresolved("contradicts-roster", words, "核对支部；调动过的，在名册里改支部")

    def _of_code(self, code: str, name: str) -> Member:
        member = self._by_code.get(plain(code))
        if member is None:
            found = near(code, [m.code for m in self._by_code.values()])
            hint = f"相近的编码：{'、'.join(found)}" if found else "核对编码，或先补进名册"
            raise Unresolved("unknown-member", f"名册里没有编码 {code}", hint)
        if name and name_key(name) != name_key(member.name):
            words = f"与名册不一致：编码 {code} 在名册里是{member.name}，不是{name}"
            raise Unresolved("contradicts-roster", words, "核对编码和姓名")
        return member

    def _nobody(self, name: str, organisation: str) -> Unresolved:
        everybody = [m for namesakes in self._by_name.values() for m in namesakes]
        if masked(name):
            fitting = [m for m in everybody if fits_mask(name, m.name)]
            hint = f"可能是：{_listed(fitting)}" if fitting else "写出全名或编码"
            return Unresolved("masked-name", f"姓名“{name}”有遮挡，认不出是谁", hint)
        branch = self.branch(organisation) if organisation else ""
        among = [m.name for m in everybody if branch in ("", m.organisation)]
        found = near(name, among)
        hint = f"名册里相近的有：{'、'.join(found)}" if found else "核对姓名；是新党员的，先补进名册"
        return Unresolved("unknown-member", f"名册里没有{name}", hint)

    def _no_branch(self, organisation: str) -> Unresolved:
        known = [b for found in self._branches.values() for b in found]
        found = near(organisation, known)
        hint = f"名册里相近的有：{'、'.join(found)}" if found else f"名册里的支部：{'、'.join(known[:8])}"
        return Unresolved("unknown-branch", f"名册里没有支部“{organisation}”", hint)


def _only(name: str, members: list[Member]) -> Member:
    if len(members) == 1:
        return members[0]
    words = f"有 {len(members)} 个人叫{name}：{_listed(members)}"
    raise Unresolved("ambiguous-name", words, "写上支部或编码，说明是哪一位")


def _listed(members: list[Member]) -> str:
    """“张三(一支部,1001)、张三(二支部,1007)”; long lists are cut and say so."""
    words = "、".join(f"{m.name}（{m.organisation or '未写支部'}，{m.code}）" for m in members[:8])
    return f"{words} 等 {len(members)} 人" if len(members) > 8 else words
