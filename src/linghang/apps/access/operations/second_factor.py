"""The second factor: one-time passwords of an authenticator on the phone, and backup codes for the day it is lost."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from linghang.apps.access.codes import code_digest, new_code
from linghang.apps.access.models import BackupCode, User
from linghang.apps.access.operations.accounts import refuse_unmanageable
from linghang.apps.access.policies import BACKUP_CODES
from linghang.apps.access.queries import get_user
from linghang.ui.web.clock import day_of
from linghang.ui.web.errors import DomainError
from linghang.ui.web.viewer import Viewer
from linghang.ui.web.writing import writing

PURPOSE = "backup"


@dataclass(frozen=True)
class Enrolment:
    """What the phone needs: the address for the QR code and the same key to type by hand."""

    address: str
    key: str


def begin_second_factor(*, user: User) -> Enrolment:
    """Make a device that counts only after a first code from it was typed; calling again shows the same one."""
    device, _made = TOTPDevice.objects.get_or_create(user=user, confirmed=False, defaults={"name": "phone"})
    address = str(device.config_url)
    return Enrolment(address, address.partition("secret=")[2].partition("&")[0])


def confirm_second_factor(*, user: User, token: str) -> list[str]:
    """The first right code switches the second factor on; returns the backup codes, shown once."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    if device is None or not device.verify_is_allowed()[0] or not device.verify_token(token):
        raise DomainError("bad_token", _("动态口令不对。请核对手机时间,再输入当前的6位数字。"), field="token")
    with writing(_as_actor(user), "confirm_second_factor"):
        TOTPDevice.objects.filter(user=user, confirmed=True).delete()
        device.confirmed = True
        device.save()
        return new_backup_codes(user=user)


def new_backup_codes(*, user: User) -> list[str]:
    """Replace all backup codes; the old ones stop working. Only keyed hashes are kept."""
    with writing(_as_actor(user), "new_backup_codes"):
        codes = [new_code(groups=2, size=5) for _number in range(BACKUP_CODES)]
        BackupCode.objects.filter(user=user).delete()
        BackupCode.objects.bulk_create(BackupCode(user=user, digest=code_digest(code, PURPOSE)) for code in codes)
        return codes


def verify_second_factor(*, user: User, token: str, now: datetime) -> TOTPDevice:
    """Check a one-time password or a backup code at sign-in; wrong ones make the next try wait longer and longer."""
    device = TOTPDevice.objects.filter(user=user, confirmed=True).first()
    if device is None:
        raise DomainError("no_device", _("这个账号没有启用动态口令,请重新登录。"))
    allowed, _why = device.verify_is_allowed()
    if not allowed:
        raise DomainError("too_fast", _("输错次数较多,请稍等片刻再输入。"), status=429, field="token")
    if token.isdecimal() and len(token) == 6:
        accepted = device.verify_token(token)
    else:
        accepted = _use_backup_code(user, token, now)
        if not accepted:
            device.throttle_increment()
    if not accepted:
        raise DomainError("bad_token", _("动态口令或备用码不对,请再试一次。"), field="token")
    return device


def _use_backup_code(user: User, token: str, now: datetime) -> bool:
    unused = BackupCode.objects.filter(user=user, digest=code_digest(token, PURPOSE), used_at=None)
    return unused.update(used_at=now) == 1


def remove_second_factor(*, user: User, password: str) -> None:
    """The user switches it off himself; the password proves that it is he."""
    if not user.check_password(password):
        raise DomainError("wrong_password", _("密码不对,动态口令没有停用。"), field="password")
    with writing(_as_actor(user), "remove_second_factor"):
        _remove(user)


def reset_second_factor(*, user: UUID, actor: Viewer, now: datetime) -> None:
    """The branch takes it off when phone and backup codes are lost; the person is in front of the desk."""
    target = get_user(user)
    refuse_unmanageable(actor, target, day_of(now))
    with writing(actor, "reset_second_factor"):
        _remove(target)


def _remove(user: User) -> None:
    TOTPDevice.objects.filter(user=user).delete()
    BackupCode.objects.filter(user=user).delete()


def _as_actor(user: User) -> Viewer:
    return Viewer(uuid=user.uuid, name=user.display_name)
