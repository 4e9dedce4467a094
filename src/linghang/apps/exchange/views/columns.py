"""Match columns: look at what was proposed or remembered, change it, go on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linghang.apps.exchange.data import ImportData, ImportState
from linghang.apps.exchange.imports.stored import mapping_of
from linghang.apps.exchange.kinds import ImportKind
from linghang.apps.exchange.matching.choices import (
    ROSTER,
    UNREAD,
    Corrected,
    Vocabulary,
    corrected,
    records_vocabulary,
    views_of,
)
from linghang.apps.exchange.matching.words import CELL_MEANINGS, TAKEN
from linghang.apps.exchange.operations import match_columns, rematch_import
from linghang.apps.exchange.queries import columns_of
from linghang.apps.exchange.views.shared import in_state, own_import
from linghang.ui.web.request import Request

STATES = (ImportState.MATCHING, ImportState.CHECKED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def columns(request: Request, uuid: UUID) -> HttpResponse:
    """What each sheet and column is taken for; a POST takes it over and compares."""
    found, kind = own_import(request, uuid)
    in_state(found, *STATES)
    looks, stored = columns_of(viewer=request.viewer, uuid=uuid)
    mapping, words = mapping_of(stored), vocabulary_of(kind, looks.get("kinds", ()))
    if request.method != "POST":
        return _page(request, found, kind, looks, Corrected(mapping), words)
    said = corrected(request.POST, looks, mapping, words)
    if said.headers:
        rematch_import(import_uuid=uuid, headers=said.headers, mapping=said.mapping, actor=request.viewer,
                       now=request.now)  # fmt: skip
        return redirect("exchange:columns", uuid=uuid)
    nothing = not (said.mapping.roster or said.mapping.facts)
    if said.problems or nothing:
        return _page(request, found, kind, looks, said, words)
    remember = request.POST.get("remember") == "1"
    match_columns(
        import_uuid=uuid, mapping=said.mapping, remember=remember, actor=request.viewer, now=request.now
    )  # fmt: skip
    return redirect("exchange:import", uuid=uuid)


def vocabulary_of(kind: ImportKind, kinds: Sequence[Mapping[str, Any]]) -> Vocabulary:
    """What can be said of a file of this kind."""
    if kind.records is not None:
        return records_vocabulary(kinds)
    rows = {column.id: column.title for column in kind.columns}
    return Vocabulary({ROSTER: kind.title, UNREAD: TAKEN[UNREAD]}, rows, needed=kind.needed, branch=kind.whole)


def _page(
    request: Request, found: ImportData, kind: ImportKind, looks: Mapping[str, Any], said: Corrected,
    words: Vocabulary,
) -> HttpResponse:  # fmt: skip
    sheets = views_of(looks, said.mapping, words, problems=said.problems)
    doubts = [f"{d['message']}。{d['hint']}" for d in looks["doubts"]]
    unsure = 0 if looks.get("remembered") else len(doubts) + sum(sheet.unsure for sheet in sheets)
    context = {
        "found": found, "kind": kind, "sheets": sheets, "doubts": doubts, "unsure": unsure,
        "remembered": looks.get("remembered"), "kinds": words.kinds, "cells": CELL_MEANINGS,
        "refused": bool(said.problems), "nothing": not any(sheet.taken for sheet in sheets),
    }  # fmt: skip
    return render(request, "exchange/columns.html", context, status=422 if request.method == "POST" else 200)
