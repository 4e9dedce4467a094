"""What several pages of imports need."""

from uuid import UUID

from django.utils.translation import gettext as _

from linghang.apps.exchange.data import ImportData, ImportState
from linghang.apps.exchange.kinds import ImportKind, kind_of
from linghang.apps.exchange.queries import import_of
from linghang.ui.web.errors import DomainError, not_found
from linghang.ui.web.request import Request


def own_import(request: Request, uuid: UUID) -> tuple[ImportData, ImportKind]:
    """An import that the viewer may see, with its kind."""
    found = import_of(viewer=request.viewer, uuid=uuid)
    kind = kind_of(found.kind)
    if kind is None:
        raise not_found()
    return found, kind


def in_state(found: ImportData, *states: ImportState) -> None:
    """Refuse a page of a step that the import is not at."""
    if found.state not in states:
        words = _("这次导入不在这一步。请打开它的页面，按页面上的下一步做。")
        raise DomainError("import_elsewhere", words, status=409)
