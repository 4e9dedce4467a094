"""The second factor: one-time passwords of an authenticator on the phone, and backup codes for the day it is lost."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from linghang.apps.access.codes import code_digest, new_code
from linghang.apps.access.models import Authenticator, BackupCode, User
from linghang.apps.access.operations.accounts import note_in_history, refuse_unmanageable
from linghang.apps.access.policies import BACKUP_CODES, wait_after
from linghang.apps.access.queries import get_user
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

PURPOSE = "backup"
SECRET_BYTES = 20
STEP_SECONDS = 30
TOLERANCE = 1  # steps that a phone may be wrong


@dataclass(frozen=True)
class Enrolment:
    """What the phone needs: the address for the QR code and the same key to type by hand."""

    address: str = field(repr=False)
    key: str = field(repr=False)


def begin_second_factor(*, user: User) -> Enrolment:
    """A fresh key for a phone, which counts only after a first code made with it; nobody saw it before."""
    key = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    fresh = {"secret": key, "last_step": None, "failures": 0, "failed_at": None}
    Authenticator.objects.update_or_create(user=user, confirmed=False, defaults=fresh)
    return _enrolment(user, key)


def go_on_with_second_factor(*, user: User) -> Enrolment:
    """The key that was shown a moment ago, after a mistyped code; a fresh one if there is none."""
    device = Authenticator.objects.filter(user=user, confirmed=False).first()
    return _enrolment(user, _key_of(device)) if device else begin_second_factor(user=user)


def _enrolment(user: User, key: str) -> Enrolment:
    label = quote(f"{settings.OTP_ISSUER}:{user.username}")
    return Enrolment(f"otpauth://totp/{label}?{urlencode({'secret': key, 'issuer': settings.OTP_ISSUER})}", key)


def _key_of(device: Authenticator) -> str:
    assert device.secret is not None
    return device.secret.open()


def confirm_second_factor(*, user: User, token: str) -> list[str]:
    """The first right code switches the second factor on; returns the backup codes, shown once."""
    _check(user, token, confirmed=False)
    with writing(_as_actor(user), "confirm_second_factor"):
        Authenticator.objects.filter(user=user, confirmed=True).delete()
        Authenticator.objects.filter(user=user).update(confirmed=True)
        note_in_history(user)
        return new_backup_codes(user=user)


def new_backup_codes(*, user: User) -> list[str]:
    """Replace all backup codes; the old ones stop working. Only keyed hashes are kept."""
    with writing(_as_actor(user), "new_backup_codes"):
        codes = [new_code(groups=2, size=5) for _number in range(BACKUP_CODES)]
        BackupCode.objects.filter(user=user).delete()
        BackupCode.objects.bulk_create(BackupCode(user=user, digest=code_digest(code, PURPOSE)) for code in codes)
        return codes


def verify_second_factor(*, user: User, token: str) -> None:
    """Check a one-time password or a backup code at sign-in; wrong ones make the next try wait longer and longer."""
    _check(user, token, confirmed=True)


def _check(user: User, token: str, *, confirmed: bool) -> None:
    with transaction.atomic():
        refusal = _refusal(user, token, confirmed=confirmed)
    if refusal is not None:  # only now: a wrong try must be counted
        raise refusal


def _refusal(user: User, token: str, *, confirmed: bool) -> DomainError | None:
    """The row is locked: of two browsers with one password only one gets in."""
    device = Authenticator.objects.select_for_update().filter(user=user, confirmed=confirmed).first()
    if device is None:
        return DomainError("no_device", _("这个账号没有启用动态口令，请重新登录。"), field="token")
    clock = TOTP(base64.b32decode(_key_of(device)), step=STEP_SECONDS)
    clock.time = int(clock.time)
    if device.failed_at is not None and clock.time < device.failed_at + wait_after(device.failures):
        return DomainError("too_fast", _("输错次数较多，请稍等片刻再输入。"), status=429, field="token")
    if _is_fresh(device, clock, token) or (confirmed and _use_backup_code(user, token)):
        device.failures, device.failed_at, refusal = 0, None, None
    else:
        device.failures, device.failed_at = min(device.failures + 1, 1000), clock.time
        refusal = DomainError("bad_token", _wrong(confirmed=confirmed), field="token")
    device.save(update_fields=["last_step", "failures", "failed_at"])
    return refusal


def _wrong(*, confirmed: bool) -> str:
    if confirmed:
        return _("动态口令或备用码不对，请再试一次。")
    return _("动态口令不对。请核对手机时间，再输入当前的6位数字。")


def _is_fresh(device: Authenticator, clock: TOTP, token: str) -> bool:
    """Whether it is a one-time password of now that was not used before; notes which one it was."""
    if not (token.isdecimal() and len(token) == 6):
        return False
    earliest = None if device.last_step is None else device.last_step + 1
    if not clock.verify(int(token), tolerance=TOLERANCE, min_t=earliest):
        return False
    device.last_step = clock.t()
    return True


def _use_backup_code(user: User, token: str) -> bool:
    used, _tables = BackupCode.objects.filter(user=user, digest=code_digest(token, PURPOSE)).delete()
    return used == 1


def remove_second_factor(*, user: User) -> None:
    """The user switches it off himself."""
    with writing(_as_actor(user), "remove_second_factor"):
        _remove(user)


def reset_second_factor(*, user: UUID, actor: Viewer, now: datetime) -> None:
    """The branch takes it off when phone and backup codes are lost; the person is in front of the desk."""
    target = get_user(user)
    refuse_unmanageable(actor, target, day_of(now))
    with writing(actor, "reset_second_factor"):
        _remove(target)


def _remove(user: User) -> None:
    Authenticator.objects.filter(user=user).delete()
    BackupCode.objects.filter(user=user).delete()
    note_in_history(user)


def _as_actor(user: User) -> Viewer:
    return Viewer(uuid=user.uuid, name=user.display_name)
