"""Versions of packs of the unit of a cell, bindings at its place, and a trial of a version by its owner."""

from datetime import timedelta
from typing import Any

from linghang.apps.access.models import ScopeNode
from linghang.apps.access.tests.world import NOW
from linghang.apps.appraisal.models import Binding, PackVersion
from linghang.apps.appraisal.operations.simulations import SIMULATE
from linghang.apps.appraisal.tests.packs_world import SCHEME, shipped
from linghang.apps.jobs.models import Job
from linghang.ui.web.scope import system_scope
from tests.permissions.targets.cell import Cell, Maker


def _version(cell: Cell, state: str, **changed: Any) -> dict[str, Any]:
    with system_scope(reason="test"):
        example = PackVersion.objects.get(uuid=shipped())
        given = {"files": example.files, "content_hash": example.content_hash, "locked": example.locked} | changed
        made = PackVersion.objects.create(
            owner=ScopeNode.objects.get(pk=cell.place.node.top_key), pack="own-points", version="1.0.0", title="甲",
            state=state, made_at=NOW, published_by=cell.owner if state == "published" else None, **given,
        )  # fmt: skip
    return {"uuid": made.uuid}


def _published(cell: Cell) -> dict[str, Any]:
    return _version(cell, "published")


def _draft(cell: Cell) -> dict[str, Any]:
    """With an error, so that nothing long is made of it."""
    return _version(cell, "draft", files={"pack.yaml": "pack: own-points\n"}, content_hash="", locked={})


def _binding(cell: Cell) -> dict[str, Any]:
    with system_scope(reason="test"):
        version = PackVersion.objects.get(uuid=shipped())
        made = Binding.objects.create(
            node_id=cell.place.node.key, version=version, scheme=SCHEME, since=2026 * 12, offered_at=NOW
        )
    return {"uuid": made.uuid}


def _simulation(cell: Cell) -> dict[str, Any]:
    made = Job.objects.create(
        kind=SIMULATE, title="试算", arguments={}, starter=cell.owner, scope={}, created_at=NOW,
        expires_at=NOW + timedelta(days=7),
    )  # fmt: skip
    return {"uuid": made.uuid}


_STEPS = ("word", "pdf", "copy", "files", "file", "remove", "offer", "return", "publish", "withdraw", "simulate")
OBJECTS: dict[str, Maker] = {
    **dict.fromkeys(("appraisal:pack", "appraisal:pack-zip", "appraisal:pack-workbook"), _published),
    **dict.fromkeys((f"appraisal:pack-{step}" for step in _STEPS), _draft),
    **dict.fromkeys((f"appraisal:binding-{step}" for step in ("confirm", "withdraw", "end")), _binding),
    "appraisal:simulation": _simulation,
}
DATA: dict[str, Maker] = {
    "appraisal:binding-end": lambda _cell: {"until": "2026-02"},
}
