"""Tables of the ledger. Facts, events and chain are appended to; what else there is can be derived from them."""

from linghang.apps.ledger.models.attached import Erasure, Evidence, Text
from linghang.apps.ledger.models.chain import ChainEntry, ChainHead
from linghang.apps.ledger.models.facts import Batch, Event, Fact, StandingFact
from linghang.apps.ledger.models.inspecting import Draw, Reported, VerificationRun
from linghang.apps.ledger.models.subjects import Subject

__all__ = [
    "Batch",
    "ChainEntry",
    "ChainHead",
    "Draw",
    "Erasure",
    "Event",
    "Evidence",
    "Fact",
    "Reported",
    "StandingFact",
    "Subject",
    "Text",
    "VerificationRun",
]
