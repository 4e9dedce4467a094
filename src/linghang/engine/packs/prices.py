"""The price cell of a decision table.

`2.00`, `$parameter`, `每2小时 0.50`, `每满2小时 0.50`, `1.00 至 5.00`, `低于95每1% -0.10`, `3.00 加 超过1每1项 1.00`.
"""

import re

from linghang.engine.packs.compose import short
from linghang.engine.packs.mechanism_model import Beyond
from linghang.engine.packs.model import Constant, Judged, Price, Rate
from linghang.engine.packs.schema import Written, normal, number, parse_amount
from linghang.engine.points import UNIT

_AMOUNT = r"[+-]?[0-9][0-9.,]*|\$[a-z0-9.-]+"
_RATE = re.compile(rf"每\s*(满?)\s*([0-9][0-9.]*)?\s*([^\s0-9.$+-]+?)\s*({_AMOUNT})(?:\s*分)?")
_RANGE = re.compile(rf"({_AMOUNT})(?:\s*分)?\s*(?:至|到|~)\s*({_AMOUNT})(?:\s*分)?")
_BEYOND = re.compile(
    rf"(?:({_AMOUNT})(?:\s*分)?\s*(?:加|,|，)\s*)?(低于|超过)\s*([0-9][0-9.]*)\s*([^\s0-9.$+-]*?)\s*[,，]?\s*"
    rf"每\s*(满?)\s*([0-9][0-9.]*)?\s*([^\s0-9.$+-]+?)\s*({_AMOUNT})(?:\s*分)?"
)
HOW = (
    "可以写：2.00、-3.50、$参数编号、每小时 0.50、每满2小时 0.50、1.00 至 5.00、"
    "低于95每1% -0.10、3.00 加 超过1每1项 1.00"
)

_PLAIN = r"([0-9]{1,9}(?:\.[0-9]{1,4})?)"
_EACH = r"(?:每次|每项|每条|每个|每人次)?\s*"
_TO = r"\s*[-—–~至到]+\s*"
# what documents write, and what a cell says instead
_SAID: tuple[tuple[str, str], ...] = (
    (rf"{_EACH}(?:扣|减|-)\s*{_PLAIN}(?:分/次|/次)?", "扣分写负数：-{0}"),
    (rf"{_EACH}(?:加|得|计|奖|\+)?\s*{_PLAIN}(?:分/次|/次)?", "写成数：{0}"),
    (rf"(?:扣|减)\s*{_PLAIN}{_TO}{_PLAIN}", "在范围内酌情扣分的，写成 -{1} 至 -{0}"),
    (rf"(?:加|得|计|奖)?\s*{_PLAIN}{_TO}{_PLAIN}", "在范围内评定的，写成 {0} 至 {1}"),
    (
        rf"每?(?:少|缺)\s*[0-9]*\s*[次条个项]\s*扣\s*{_PLAIN}",
        "次数不足的扣分不写表格，写 norm: {{at_least: 几次, short: -{0}}}",
    ),
    (
        rf"每低\s*([0-9.]+)\s*%?\s*扣\s*{_PLAIN}",
        "写明低于多少：低于100每{0}% -{1}；由记录算出的比率写 share",
    ),
    (r"(?:该项|此项|本项)?(?:不得|零|不计|全扣)", "不计的写 0；整项清零的写 effects 的 zeroes，或扣满分"),
    (rf"(?:封顶|最高|至多|不超过)\s*{_PLAIN}", "上限不写在得分里，写项目的 year: {{cap: {0}}}"),
    (rf"{_PLAIN}分?\s*(?:封顶|为限)", "上限不写在得分里，写项目的 year: {{cap: {0}}}"),
)


def how_to_write(text: str) -> str:
    """What to do about a price that nothing was made of: said of this one where it is known, else all forms."""
    plain = normal(text[:200]).removesuffix("分").rstrip().replace("分,", ",")
    for form, hint in _SAID if not re.fullmatch(_AMOUNT, plain) else ():
        if (found := re.fullmatch(form, plain)) and not (_TO in form and _falls(*found.groups())):
            return hint.format(*found.groups())
    return HOW


def _falls(low: str, high: str) -> bool:
    return float(low) > float(high)


def read_price(cell: Written, units: frozenset[str]) -> Price:
    """The cell's price; `units` are those of the kinds that the row prices. Raises ValueError with a sentence."""
    text = normal(cell.text[:200]).removesuffix("分").rstrip()
    rate, judged, beyond = _RATE.fullmatch(text), _RANGE.fullmatch(text), _BEYOND.fullmatch(text)
    if rate:
        return _rate(rate, cell, units)
    if beyond:
        return _beyond(beyond, cell, units)
    if judged:
        return Judged(parse_amount(judged[1], cell.place), parse_amount(judged[2], cell.place))
    if not re.fullmatch(_AMOUNT, text):
        raise ValueError(f"看不懂得分“{short(cell.text)}”" if text else "得分空着")
    return Constant(parse_amount(text, cell.place))


def _rate(found: re.Match[str], cell: Written, units: frozenset[str]) -> Rate:
    if {found[3]} != units:
        raise ValueError(f"得分按“{found[3]}”算，而记录的单位是“{'、'.join(sorted(units))}”")
    per = number(found[2], UNIT) if found[2] else UNIT
    if per <= 0:
        raise ValueError("“每”后面的数要大于 0")
    return Rate(parse_amount(found[4], cell.place), per, bool(found[1]))


def _beyond(found: re.Match[str], cell: Written, units: frozenset[str]) -> Beyond:
    base, side, pivot, unit, full, per, named, amount = found.groups()
    if not {named, unit or named} <= units or len(units) > 1:
        raise ValueError(f"得分按“{named}”算，而记录的单位是“{'、'.join(sorted(units))}”")
    step = number(per, UNIT) if per else UNIT
    if step <= 0:
        raise ValueError("“每”后面的数要大于 0")
    return Beyond(
        amount=parse_amount(amount, cell.place),
        pivot=number(pivot, UNIT),
        per=step,
        below=side == "低于",
        whole_steps=bool(full),
        base=parse_amount(base, cell.place) if base else None,
    )
