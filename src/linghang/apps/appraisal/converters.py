"""A month in an address. Registered when the room is ready, before any address is read."""

from linghang.engine.periods import Month


class MonthConverter:
    """2026-03 in an address."""

    regex = "[0-9]{4}-(0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Month:
        return Month.parse(value)

    def to_url(self, value: Month | str) -> str:
        return str(value)
