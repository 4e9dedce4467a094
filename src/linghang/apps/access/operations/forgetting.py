"""What the work of signing in leaves behind says when somebody was here. It is removed as soon as it has served."""

from datetime import datetime

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore

from linghang.apps.access.models import Authenticator
from linghang.apps.access.operations.second_factor import STEP_SECONDS, TOLERANCE


def forget_traces(*, now: datetime) -> None:
    """Remove sessions that have ended, wrong tries that lock nobody any more, and the times of one-time passwords."""
    SessionStore.clear_expired()
    pause = get_cool_off()
    if pause is not None:
        AccessAttempt.objects.filter(attempt_time__lt=now - pause).delete()
    oldest_accepted = int(now.timestamp()) // STEP_SECONDS - TOLERANCE
    Authenticator.objects.filter(last_step__lt=oldest_accepted).update(last_step=None)
