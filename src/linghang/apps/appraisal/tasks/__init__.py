"""What the worker runs for this room."""

from linghang.apps.appraisal.tasks import expected, months, packs, trials

__all__ = ["expected", "months", "packs", "trials"]
