"""How points are shown to fellow members, at a place on a day: what the nearest place above says."""

from collections.abc import Iterable
from datetime import date

from linghang.apps.appraisal.data.presets import PresetCode, PresetLine
from linghang.apps.appraisal.models import Preset
from linghang.ui.web.scope import system_scope

ABOVE = "how points are shown is known to everybody whom it is shown to, wherever above it was said"
DEFAULT = PresetLine(PresetCode.OFFICE)


def preset_at(path: str, *, on: date) -> PresetLine:
    """The preset that holds at a place: of those said there or above until the day, the nearest and then the latest."""
    return presets_at([path], on=on)[path]


def preset_of_month(path: str, *, shown_on: date | None, on: date) -> PresetLine:
    """How a month is shown on a day: as what holds then, and never more openly than what held when it was shown."""
    now = preset_at(path, on=on)
    if shown_on is None or now.code == PresetCode.OFFICE:
        return now
    then = preset_at(path, on=shown_on)
    return then if then.code == PresetCode.OFFICE else now


def presets_at(paths: Iterable[str], *, on: date) -> dict[str, PresetLine]:
    """The same for many places, in one statement; the caller has read the paths in his scope."""
    wanted = set(paths)
    above = {
        "".join(f"{step}/" for step in path.split("/")[: n + 1]) for path in wanted for n in range(path.count("/"))
    }
    with system_scope(reason=ABOVE):
        rows = Preset.objects.select_related("node").filter(node__path__in=above, since__lte=on)
        said = {row.node.path: row for row in rows.order_by("since", "made_at", "pk")}
    return {path: _nearest(said, path) for path in wanted}


def _nearest(said: dict[str, Preset], path: str) -> PresetLine:
    holding = [place for place in said if path.startswith(place)]
    return _line(said[max(holding, key=len)]) if holding else DEFAULT


def presets() -> list[PresetLine]:
    """All that was said at places of the open scope, the newest first; what begins later is among it."""
    rows = Preset.objects.select_related("node").order_by("-since", "-made_at", "-pk")
    return [_line(row) for row in rows]


def _line(row: Preset) -> PresetLine:
    return PresetLine(row.preset, row.since, row.node.label, row.ground)
