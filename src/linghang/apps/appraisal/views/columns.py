"""Match columns: look at what was proposed, change it, go on. The rest can be said in the mapping file."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linghang.apps.appraisal.data.trials import TrialData, TrialFile
from linghang.apps.appraisal.operations.trials import match_columns, take_mapping
from linghang.apps.appraisal.trials.folder import PROPOSAL, folder_of, mapping_file, read_json
from linghang.apps.appraisal.views.shared import own_trial
from linghang.apps.exchange.mapping.model import TableMapping
from linghang.apps.exchange.mapping.read import read_mapping
from linghang.apps.exchange.mapping.text import write_mapping
from linghang.apps.exchange.matching.choices import (
    Corrected,
    SheetView,
    Vocabulary,
    corrected,
    records_vocabulary,
    roster_vocabulary,
    views_of,
)
from linghang.apps.exchange.matching.words import CELL_MEANINGS
from linghang.engine.problems import Problem
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.request import Request

MOST_TEXT = 200_000  # bytes of a mapping file


@dataclass(frozen=True)
class FileView:
    """One file with its sheets."""

    number: int
    file: TrialFile
    sheets: list[SheetView]
    doubts: list[str]
    remembered: bool

    @property
    def unsure(self) -> int:
        return len(self.doubts) + sum(sheet.unsure for sheet in self.sheets)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def columns(request: Request, uuid: UUID) -> HttpResponse:
    """What each sheet and column is taken for; a POST takes it over and settles."""
    trial = own_trial(request, uuid)
    proposal = _proposal(trial)
    if request.method != "POST":
        return _page(request, trial, proposal, {})
    found = _corrected(request, trial, proposal)
    if any(corrected.problems for corrected in found.values()):
        return _page(request, trial, proposal, found)
    match_columns(
        trial=uuid, texts={stored: write_mapping(c.mapping) for stored, c in found.items()},
        headers={stored: c.headers for stored, c in found.items() if c.headers},
        remember=request.POST.get("remember") == "1", actor=request.viewer, now=request.now,
    )  # fmt: skip
    return redirect("appraisal:trial-page", uuid=uuid)


def _proposal(trial: TrialData) -> dict[str, Any]:
    found: dict[str, Any] | None = read_json(folder_of(trial.uuid) / PROPOSAL)
    if found is None:
        words = _("这次试算没有列对应可改（示例不用对列）。请上传自己的文件重新开始。")
        raise DomainError("no_proposal", words, status=404)
    return found


def _mapping(trial: TrialData, stored: str) -> TableMapping:
    """What the mapping file beside an input says."""
    found, _problems = read_mapping(folder_of(trial.uuid) / mapping_file(stored))
    return found or TableMapping()


def _corrected(request: Request, trial: TrialData, proposal: Mapping[str, Any]) -> dict[str, Corrected]:
    found = {}
    for number, file in enumerate(proposal["files"]):
        stored = file["stored"]
        words = _vocabulary(stored == trial.roster.stored, proposal)
        found[stored] = corrected(request.POST, file, _mapping(trial, stored), words, number=number)
    return found


def _vocabulary(is_roster: bool, proposal: Mapping[str, Any]) -> Vocabulary:
    return roster_vocabulary() if is_roster else records_vocabulary(proposal["kinds"])


def _page(
    request: Request, trial: TrialData, proposal: Mapping[str, Any], found: Mapping[str, Corrected]
) -> HttpResponse:
    files = {f.stored: f for f in trial.files}
    views = []
    for number, file in enumerate(proposal["files"]):
        own = files[file["stored"]]
        made = found.get(own.stored)
        mapping = made.mapping if made else _mapping(trial, own.stored)
        problems = made.problems if made else {}
        words = _vocabulary(own.role == "roster", proposal)
        sheets = views_of(file, mapping, words, number=number, problems=problems)
        doubts = [f"{d['message']}。{d['hint']}" for d in file["doubts"]]
        views.append(FileView(number, own, sheets, doubts, bool(file.get("remembered"))))
    unsure = sum(view.unsure for view in views if not view.remembered)
    context = {
        "trial": trial, "files": views, "unsure": unsure, "kinds": proposal["kinds"], "cells": CELL_MEANINGS,
        "refused": bool(found),
    }  # fmt: skip
    return render(request, "appraisal/columns.html", context, status=422 if found else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def mapping(request: Request, uuid: UUID, stored: str) -> HttpResponse:
    """The mapping file of one input: take it away, or put one's own in its place."""
    trial = own_trial(request, uuid)
    file = next((f for f in trial.files if f.stored == stored), None)
    if file is None:
        raise not_found()
    if request.method != "POST":
        path = folder_of(uuid) / mapping_file(file.stored)
        if not path.is_file():
            raise not_found()
        answer = HttpResponse(path.read_bytes(), content_type="application/yaml")
        answer.headers["Content-Disposition"] = f'attachment; filename="{Path(file.stored).stem}-mapping.yaml"'
        return answer
    text, problems = _text_of(request, file)
    for problem in problems:
        messages.error(request, str(problem))
    if text:
        take_mapping(trial=uuid, stored=file.stored, text=text, actor=request.viewer, now=request.now)
        messages.success(request, _("已按上传的列对应文件重新对好，请再看一遍。"))
    return redirect("appraisal:trial-columns", uuid=uuid)


def _text_of(request: Request, file: TrialFile) -> tuple[str, list[Problem]]:
    """The part of an uploaded mapping file that speaks of this input, written anew; '' when it cannot be used."""
    upload = request.FILES.get("mapping")
    if upload is None or (upload.size or 0) > MOST_TEXT:
        raise DomainError(
            "mapping_size", _("没有选列对应文件，或文件超过 200 KB。请选从这里下载、改好的那一份。"), field="mapping"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mapping.yaml")
        path.write_bytes(upload.read())
        found, problems = read_mapping(path)
    if found is None:
        return "", list(problems)
    only = TableMapping(roster=found.roster) if file.role == "roster" else TableMapping((), found.facts, found.closings)
    return write_mapping(only), []
