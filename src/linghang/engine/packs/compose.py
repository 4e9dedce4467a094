"""YAML text to plain nodes with their lines. Nothing is constructed, nothing is guessed: `no` and 2026-01 stay texts.

The parser's events are read one by one, so that a file that is too deep or too large is given up early.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from linghang.engine.problems import Place, Problems

MOST_BYTES = 1_000_000
MOST_DEPTH = 20
MOST_NODES = 50_000
_UNREADABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_BREAK = re.compile("[\r\x85\u2028\u2029]")  # ends of lines that tables and other files would not keep
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # only its parser is used, never its constructors
_SAVE_AS = "用文本编辑器“另存为”，编码选 UTF-8"

HINTS = {"pack.lock.yaml": "运行 linghang pack lock <方案包文件夹> 写出它"}


@dataclass(frozen=True)
class ScalarNode:
    """A text as written; `plain` tells an unquoted one."""

    text: str
    place: Place
    plain: bool = True


@dataclass(frozen=True)
class ListNode:
    items: tuple["Node", ...]
    place: Place


@dataclass(frozen=True)
class MapNode:
    """Key → (where the key stands, value); keys are unique."""

    pairs: dict[str, tuple[Place, "Node"]]
    place: Place


Node = ScalarNode | ListNode | MapNode


class _Refused(Exception):
    """The rest of the file is not read."""

    def __init__(self, line: int, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.line, self.code, self.message, self.hint = line, code, message, hint


def compose_file(path: Path, problems: Problems) -> Node | None:
    """The file's only document; None with a problem when it is missing, unreadable or breaks a limit."""
    place = Place(file=str(path))
    try:
        if not path.is_file():
            problems.add(place, "file-missing", f"没有文件 {path.name}", HINTS.get(path.name, "补上这个文件"))
            return None
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        problems.add(place, "file-unreadable", f"读不了文件 {path.name}：{error.strerror}", "检查文件权限")
        return None
    return compose_bytes(data, str(path), problems)


def compose_bytes(data: bytes, file: str, problems: Problems) -> Node | None:
    """As `compose_file`, for content that is already in memory; `file` stands in the problems."""
    try:
        return _Composer(file, problems).compose(_decode(data))
    except _Refused as refused:
        problems.add(Place(file=file, line=refused.line), refused.code, refused.message, refused.hint)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        problems.add(Place(file=file, line=line), "yaml-syntax", *_syntax_words(getattr(error, "problem", "")))
    return None


def _syntax_words(problem: str | None) -> tuple[str, str]:
    if problem and ("'\\t'" in problem or "tab" in problem):
        return "这里用了 Tab 字符", "缩进改用空格"
    if problem and "mapping values are not allowed" in problem:
        return "这一行的冒号位置不对", "检查缩进，和上一行的冒号（半角，后面空一格）；文字里有“: ”时用引号括起来"
    if problem and "expected ',' or" in problem:
        return "方括号、花括号里少一个逗号或没有括完", "每样之间用半角“,”；冒号用半角“:”，后面空一格；括号成对"
    return f"这里不合 YAML 的写法（{problem or '无法读懂'}）", "检查缩进、冒号后的空格、括号和引号是否成对"


def _decode(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise _Refused(0, "file-too-large", "文件超过 1 MB", "拆成几个文件")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Refused(0, "encoding", "文件是 UTF-16 编码", _SAVE_AS)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Refused(data.count(b"\n", 0, error.start) + 1, *_wrong_encoding(data)) from None
    bad = _UNREADABLE.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        what = "空字符（NUL）" if bad[0] == "\0" else f"看不见的控制字符 U+{ord(bad[0]):04X}"
        raise _Refused(line, "control-character", f"这一行有{what}", "删掉它；整行重新打一遍最稳妥")
    return text


def _wrong_encoding(data: bytes) -> tuple[str, str, str]:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "encoding", "文件不是 UTF-8 编码的文本", _SAVE_AS
    return "encoding", "文件看起来是 GBK（GB18030）编码", _SAVE_AS


@dataclass
class _Open:
    """A list or mapping that is still being read; `key` waits for its value."""

    place: Place
    is_map: bool
    items: list[Node] = field(default_factory=list)
    pairs: dict[str, tuple[Place, Node]] = field(default_factory=dict)
    key: ScalarNode | None = None

    def close(self) -> Node:
        return MapNode(self.pairs, self.place) if self.is_map else ListNode(tuple(self.items), self.place)


class _Composer:
    def __init__(self, file: str, problems: Problems) -> None:
        self.file, self.problems = file, problems
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.nodes = 0

    def compose(self, text: str) -> Node:
        for event in _events(text):
            line = event.start_mark.line + 1 if event.start_mark else 0
            if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
                raise _Refused(line, "yaml-documents", "一个文件里只能有一份内容", "删掉“---”分隔线，或拆成几个文件")
            if isinstance(event, yaml.NodeEvent):
                self._node(event, line)
            elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                self._put(self.stack.pop().close())
        if self.root is None:
            raise _Refused(0, "file-empty", "文件里没有内容", "补上内容，或删掉这个文件")
        return self.root

    def _node(self, event: yaml.NodeEvent, line: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _Refused(line, "yaml-too-many", f"文件里的内容超过 {MOST_NODES} 项", "拆成几个文件")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _Refused(
                line, "yaml-anchor", "不能用 & 和 * 引用别处的内容", "把内容直接写在这里；以 & 或 * 开头的文字加引号"
            )
        if getattr(event, "tag", None) not in (None, "!"):
            raise _Refused(line, "yaml-tag", "不能用 ! 指定类型", "去掉 ! 标记；以 ! 开头的文字加引号")
        place = Place(file=self.file, line=line)
        if isinstance(event, yaml.ScalarEvent):
            if _UNREADABLE.search(event.value) or _BREAK.search(event.value):
                words = "这里用转义写出了看不见的控制字符"
                raise _Refused(line, "control-character", words, "删掉反斜杠和后面的编号")
            self._put(ScalarNode(event.value, place, not event.style))
        elif len(self.stack) >= MOST_DEPTH:
            raise _Refused(line, "yaml-too-deep", f"层次超过 {MOST_DEPTH} 层", "检查缩进和括号")
        else:
            self.stack.append(_Open(place, isinstance(event, yaml.MappingStartEvent)))

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.is_map:
            top.items.append(node)
        elif top.key is None:
            top.key = self._key(node)
        else:
            self._pair(top, top.key, node)
            top.key = None

    def _key(self, node: Node) -> ScalarNode:
        if not isinstance(node, ScalarNode):
            raise _Refused(node.place.line, "yaml-key", "冒号左边只能是一个词", "检查括号和缩进")
        if node.text == "<<" and node.plain:
            raise _Refused(node.place.line, "yaml-anchor", "不能用 << 合并别处的内容", "把内容直接写在这里")
        return node

    def _pair(self, top: _Open, key: ScalarNode, node: Node) -> None:
        if key.text in top.pairs:
            first = top.pairs[key.text][0].line
            words = f"“{short(key.text)}”重复了，第 {first} 行已经写过"
            self.problems.add(key.place, "duplicate-key", words, "只留一个")
        else:
            top.pairs[key.text] = (key.place, node)


def _events(text: str) -> Iterator[yaml.Event]:
    events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
    return events


def short(text: str, most: int = 40) -> str:
    """A text that fits into a sentence."""
    line = " ".join(text.split()) if len(text) < 10_000 else text[:most]
    return line if len(line) <= most else line[: most - 1] + "…"
