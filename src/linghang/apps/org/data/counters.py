"""How links are counted: an upper room that keeps records registers itself, this room only asks.

    from linghang.apps.org.data.counters import link_counters
    link_counters.register("ledger", count_links)      # (asks) -> {ask.key: number}

One call answers many asks. A counter is asked for all of them at once and leaves out what it does not keep.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from linghang.apps.org.data.links import CountAsk

Counter = Callable[[Sequence[CountAsk]], Mapping[UUID, int]]


@dataclass
class LinkCounters:
    """A registry of counters; registering a name again replaces the counter."""

    _counters: dict[str, Counter] = field(default_factory=dict)

    def register(self, name: str, counter: Counter) -> None:
        self._counters[name] = counter

    def forget(self, name: str) -> None:
        self._counters.pop(name, None)

    def count(self, asks: Sequence[CountAsk]) -> dict[UUID, int]:
        """Numbers by the asks' keys; a key is missing when no room keeps such records (unknown is not zero)."""
        found: dict[UUID, int] = {}
        for counter in self._counters.values() if asks else ():
            for key, number in counter(asks).items():
                found[key] = found.get(key, 0) + number
        return found


link_counters = LinkCounters()

# the page of a room above on which one more of what a quota counts is recorded; it takes `?link=`
recording_pages: dict[str, str] = {}
