"""Writes on cases. Each is one transaction; who may do what is law 8 and the kind's table (`policies`)."""

from linghang.apps.loops.operations.declaring import confirm_many, declare
from linghang.apps.loops.operations.escalating import escalate_due
from linghang.apps.loops.operations.moving import move
from linghang.apps.loops.operations.opening import Opened, open_case
from linghang.apps.loops.operations.others import open_contact_lost, report_problem, request_correction
from linghang.apps.loops.operations.rating import rate
from linghang.apps.loops.operations.steering import assign, comment, erase_texts, extend, pause, resume
from linghang.apps.loops.operations.visiting import Visit, Visited, record_visit

__all__ = [
    "Opened",
    "Visit",
    "Visited",
    "assign",
    "comment",
    "confirm_many",
    "declare",
    "erase_texts",
    "escalate_due",
    "extend",
    "move",
    "open_case",
    "open_contact_lost",
    "pause",
    "rate",
    "record_visit",
    "report_problem",
    "request_correction",
    "resume",
]
