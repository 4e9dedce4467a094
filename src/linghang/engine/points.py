"""Points and quantities are integers: points in hundredths, quantities in ten-thousandths. No float touches a score.

Only + − × and the one shared `div_round` are used, in Python and in SQL alike, so all engines agree to the last digit.
"""

import unicodedata
from decimal import Decimal, InvalidOperation

POINT = 100  # one point in stored units
UNIT = 10_000  # one unit of quantity in stored units
LIMIT = 10**12  # the largest amount that any single number in a pack or fact may have, in stored units


def div_round(numerator: int, denominator: int) -> int:
    """Integer division rounded half away from zero; `denominator` must be positive."""
    if denominator <= 0:
        raise ValueError(f"denominator must be positive, got {denominator}")
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((-2 * numerator + denominator) // (2 * denominator))


def clamp(value: int, floor: int | None, cap: int | None) -> int:
    """`value` kept within the closed range; None leaves that side open."""
    if floor is not None and value < floor:
        return floor
    if cap is not None and value > cap:
        return cap
    return value


def parse_decimal(text: str, scale: int) -> int:
    """Text to an integer in 1/`scale`; raises ValueError when it is no number, too fine or too large.

    Full-width digits and signs, thousands commas and surrounding spaces are accepted: '－３．５' is −3.5.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-").replace(",", "")
    try:
        value = Decimal("" if "_" in plain else plain)
    except InvalidOperation:
        raise ValueError(f"“{text}”不是数字") from None
    if not value.is_finite() or value.adjusted() > 20:  # compared before it is multiplied: 1e9999999 is cheap to write
        raise ValueError(f"“{text}”超出范围")
    scaled = value * scale
    if abs(scaled) > LIMIT:
        raise ValueError(f"“{text}”超出范围")
    if scaled != scaled.to_integral_value() or scaled / scale != value:
        raise ValueError(f"“{text}”小数位太多，最多 {len(str(scale)) - 1} 位")
    return int(scaled)


def parse_points(text: str) -> int:
    """'−3.50' → −350 (hundredths)."""
    return parse_decimal(text, POINT)


def parse_quantity(text: str) -> int:
    """'2.5' → 25000 (ten-thousandths)."""
    return parse_decimal(text, UNIT)


def format_points(value: int, *, sign: bool = False) -> str:
    """−350 → '−3.50'; with `sign`, a positive value carries '+'."""
    whole, part = divmod(abs(value), POINT)
    mark = "−" if value < 0 else ("+" if sign and value > 0 else "")
    return f"{mark}{whole}.{part:02d}"


def format_quantity(value: int) -> str:
    """25000 → '2.5'; trailing zeros are left off."""
    whole, part = divmod(abs(value), UNIT)
    text = f"{whole}.{part:04d}".rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 else text
