"""Streaming XML without document types: no entities, no deep nesting, no endless tokens."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar
from xml.parsers import expat

from linghang.apps.exchange.tables.limits import Limits
from linghang.apps.exchange.tables.refusal import Refused

Start = Callable[[dict[str, str]], None]
End = Callable[[], None]
H = TypeVar("H", Start, End)

_BROKEN = Refused("broken-file", "文件内部的 XML 有错，读不出来", "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入")
_REMEMBERED = 1_000


class Parser:
    """Calls `starts[name]` and `ends[name]` for the elements named there, whatever their prefix."""

    def __init__(self, starts: Mapping[str, Start], ends: Mapping[str, End], limits: Limits) -> None:
        self._limits = limits
        self._starts: dict[str, Start | None] = dict(starts)
        self._ends: dict[str, End | None] = dict(ends)
        self._depth = 0
        self._size = 0
        self._pieces: list[str] = []
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype

    def listen(self) -> None:
        """From here on, collect character data."""
        self._pieces.clear()
        self._size = 0
        self._expat.CharacterDataHandler = self._text

    def heard(self) -> str:
        """Stop collecting and give what came."""
        self._expat.CharacterDataHandler = None
        return "".join(self._pieces)

    def parse(self, chunks: Iterable[bytes]) -> None:
        """Run to the end; raises Refused for everything that is not well-formed, plain and of ordinary size."""
        fed = 0
        try:
            for chunk in chunks:
                self._expat.Parse(chunk, False)
                fed += len(chunk)
                if fed - self._expat.CurrentByteIndex > self._limits.xml_token_bytes:
                    raise Refused("broken-file", "文件内部的 XML 有超长的标记", _BROKEN.hint)
            self._expat.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise Refused(_BROKEN.code, _BROKEN.message, _BROKEN.hint) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > self._limits.xml_depth:
            raise Refused("broken-file", "文件内部的 XML 嵌套过深", _BROKEN.hint)
        try:
            handler = self._starts[name]
        except KeyError:
            handler = _resolve(self._starts, name)
        if handler is not None:
            handler(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        try:
            handler = self._ends[name]
        except KeyError:
            handler = _resolve(self._ends, name)
        if handler is not None:
            handler()

    def _text(self, data: str) -> None:
        self._size += len(data)
        if self._size > self._limits.cell_text:
            raise Refused("too-large", f"有单元格超过 {self._limits.cell_text:,} 个字", "检查是否误贴了整篇文件")
        self._pieces.append(data)

    def _refuse_doctype(self, *_: object) -> None:
        raise Refused("xml-entities", "文件内部声明了 XML 实体，不予打开", _BROKEN.hint)


def _resolve(handlers: dict[str, H | None], name: str) -> H | None:
    handler = handlers.get(name.rpartition(":")[2]) if ":" in name else None
    if len(handlers) < _REMEMBERED:
        handlers[name] = handler
    return handler
