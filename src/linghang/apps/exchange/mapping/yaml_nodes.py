"""A YAML file as nodes with line numbers: small, without anchors and without depth, every scalar a text."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from linghang.engine.problems import Place, Problems

_MOST_BYTES = 1_000_000
_DEEPEST = 10
_MOST_EVENTS = 200_000


class Reader:
    """Gives the parts of the file and records what is wrong with their lines."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file, self.problems = file, problems

    def wrong(self, node: yaml.Node, message: str, hint: str = "") -> None:
        """A problem at the node's line."""
        place = Place(file=self.file, line=node.start_mark.line + 1)
        self.problems.add(place, "mapping", message, hint)

    def pairs(self, node: yaml.Node | None, what: str) -> dict[str, yaml.Node]:
        """The keys of a mapping with their nodes; a problem when it is none, or says a key twice."""
        if node is None or _is_empty(node):
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what}应写成“名称: 内容”")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            word = self.text(key)
            if word in found:
                self.wrong(key, f"“{word}”写了两次")
            found[word] = value
        return found

    def items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        """The entries of a list; a problem when it is none."""
        if node is None or _is_empty(node):
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{what}应是一个列表，每项前写“- ”")
            return []
        return list(node.value)

    def text(self, node: yaml.Node | None) -> str:
        """The scalar as written; '' and a problem when it is something else."""
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, "这里应是一个词或一个数")
            return ""
        return str(node.value).strip()

    def texts(self, node: yaml.Node | None, what: str) -> dict[str, str]:
        """A mapping of words to words."""
        return {word: self.text(value) for word, value in self.pairs(node, what).items()}


def _is_empty(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.value


def load(path: Path, problems: Problems) -> yaml.Node | None:
    """The file's root node; None, with a problem, when it is no harmless YAML."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig") if len(content) <= _MOST_BYTES else ""
    except (OSError, UnicodeDecodeError):
        problems.add(Place(file=path.name), "mapping", "读不到列对应表，或编码不是 UTF-8", "用 UTF-8 编码保存")
        return None
    if not text.strip():
        problems.add(Place(file=path.name), "mapping", "列对应表是空的，或超过 1 MB", "重新生成列对应表")
        return None
    try:
        refused = next(_dangers(text), None)
        if refused is None:
            return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file=path.name, line=mark.line + 1 if mark else 0)
        problems.add(place, "mapping", "YAML 格式有错", "检查这一行的缩进、冒号后的空格和引号")
        return None
    problems.add(Place(file=path.name, line=refused[0]), "mapping", refused[1], "重新生成列对应表")
    return None


def _dangers(text: str) -> Iterator[tuple[int, str]]:
    depth = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, "不能用 & 和 * 引用"
        if getattr(event, "tag", None):
            yield line, "不能用 ! 指定类型"
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1
        if depth > _DEEPEST:
            yield line, "层次太深"
        if number > _MOST_EVENTS:
            yield line, "内容太多"
