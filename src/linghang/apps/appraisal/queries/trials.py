"""Reads: a person's own trials, and the packs that can be tried."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from linghang.apps.appraisal.data.trials import PackChoice, TrialData, TrialFile, TrialState
from linghang.apps.appraisal.models.trials import Trial
from linghang.engine.packs.load import load_pack
from linghang.engine.periods import Month
from linghang.ui.web.paging import Page, page_of


def own_trials(owner: UUID) -> QuerySet[Trial]:
    """The rows of one person; every read and every write begins here."""
    return Trial.objects.select_related("owner").filter(owner__uuid=owner)


def trial_of(*, owner: UUID, uuid: UUID, now: datetime) -> TrialData | None:
    """The person's own trial that has not expired, or None: another person's trial does not exist for him."""
    row = own_trials(owner).filter(alive(now), uuid=uuid).first()
    return trial_data(row) if row else None


def trials_of(*, owner: UUID, now: datetime, number: int = 1) -> Page[TrialData]:
    """The person's trials, newest first."""
    return page_of(own_trials(owner).filter(alive(now)).order_by("-created_at", "-id"), number, trial_data)


def alive(now: datetime) -> Q:
    return Q(kept=True) | Q(expires_at__gt=now)


def trial_data(row: Trial) -> TrialData:
    return TrialData(
        uuid=row.uuid,
        owner=row.owner.uuid,
        title=row.title,
        pack=row.pack,
        scheme=row.scheme,
        period=Month.parse(row.period),
        files=tuple(TrialFile(**file) for file in row.files),
        closed_all=row.closed_all,
        keep_going=row.keep_going,
        example=row.example,
        state=TrialState(row.state),
        job=row.job,
        created_at=row.created_at,
        expires_at=row.expires_at,
        kept=row.kept,
    )


def packs_to_try() -> list[PackChoice]:
    """Every scheme for members of every usable pack in the packs folder, by title; read again when a file changed."""
    folder = Path(settings.PACKS_DIR)
    return list(_choices(folder, _state(folder)))


def _state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Path, size and time of everything in the folder: cheap beside reading the packs themselves."""
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")))
    return tuple((str(path), about.st_size, about.st_mtime_ns) for path, about in found)


@lru_cache(maxsize=4)
def _choices(folder: Path, _state: tuple[tuple[str, int, int], ...]) -> tuple[PackChoice, ...]:
    found: list[PackChoice] = []
    for file in sorted(folder.glob("*/pack.yaml")):
        pack, problems = load_pack(file.parent)
        if pack is None or problems.errors:
            continue
        identity = pack.identity
        for scheme in pack.schemes.values():
            if scheme.subject != "member":
                continue
            key = f"{file.parent.name}/{scheme.id}"
            titles = (identity.title["zh"], scheme.title["zh"])
            found.append(
                PackChoice(key, file.parent.name, scheme.id, *titles, identity.version, invented=identity.invented)
            )
    return tuple(sorted(found, key=lambda choice: (choice.title, choice.key)))


def pack_named(key: str) -> PackChoice | None:
    """The choice of that key, None when the packs folder has none."""
    return next((choice for choice in packs_to_try() if choice.key == key), None)
