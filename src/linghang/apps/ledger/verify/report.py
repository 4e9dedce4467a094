"""What a verification found, by name."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SHOWN = 50  # of one kind of damage; how many more there are is said

Progress = Callable[[str, int, int], None]

DAMAGES: dict[str, Promise] = {
    "fact-edited": _("记录被改动"),
    "event-edited": _("活动被改动"),
    "text-edited": _("文字被改动"),
    "evidence-edited": _("佐证材料被改动"),
    "erasure-edited": _("清除登记被改动"),
    "words-changed": _("内容与记录时不一致"),
    "words-lost": _("内容没有经过清除登记就不见了"),
    "words-back": _("已登记清除的内容仍在"),
    "file-missing": _("佐证文件不见了"),
    "file-changed": _("佐证文件被改动"),
    "rows-lost": _("链上的内容缺失"),
    "rows-added": _("链上的内容多出或被替换"),
    "row-outside": _("不在链上的内容"),
    "entry-forged": _("链条环节被改动，或不是用本系统密钥做的"),
    "entry-lost": _("链条中间缺环节"),
    "entry-order": _("链条前后环节不相接"),
    "tail-cut": _("链条末尾被截去"),
    "table-emptied": _("数据表被清空"),
    "head-wrong": _("链头与最后一个环节不一致"),
    "head-differs": _("与库外链头文件不一致，链条被重写过"),
    "heads-missing": _("库外链头文件不见了"),
    "standing-wrong": _("有效记录表与记录不符"),
}

NOTES: dict[str, Promise] = {
    "heads-behind": _("库外链头文件落后：服务在写入前停过，内容本身完整"),
    "heads-unreadable": _("库外链头文件有读不懂的行：写入时断过电，或被改动过"),
}


@dataclass(frozen=True)
class Damage:
    """One thing that is wrong: `code` of DAMAGES or NOTES, which place it belongs to, and what exactly."""

    code: str
    place: str
    what: str

    @property
    def title(self) -> str:
        return str({**DAMAGES, **NOTES}[self.code])

    def __str__(self) -> str:
        where = f"{self.place}：" if self.place else ""
        return f"{self.title}：{where}{self.what}"


@dataclass
class Verification:
    """`damages` are at most SHOWN of each kind, `counts` all; `rows` and `entries` are what was checked."""

    at: datetime
    rows: int = 0
    entries: int = 0
    files: int = 0
    damages: list[Damage] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def passed(self) -> bool:
        """Notes are no damage: they accuse nobody."""
        return not any(code in DAMAGES for code in self.counts)

    def add(self, code: str, place: str, what: str) -> None:
        self.counts[code] += 1
        if self.counts[code] <= SHOWN:
            self.damages.append(Damage(code, place, what))

    def unshown(self) -> dict[str, int]:
        """How many more there are of each kind than are listed."""
        return {code: count - SHOWN for code, count in sorted(self.counts.items()) if count > SHOWN}


def silent(_words: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
