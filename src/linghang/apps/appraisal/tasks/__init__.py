"""What the worker runs for this room."""

from linghang.apps.appraisal.tasks import expected, months, trials

__all__ = ["expected", "months", "trials"]
