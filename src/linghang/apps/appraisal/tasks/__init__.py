"""What the worker runs for this room."""

from linghang.apps.appraisal.tasks import trials

__all__ = ["trials"]
