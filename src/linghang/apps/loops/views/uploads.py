"""Files that come with a form."""

from linghang.apps.ledger.data import StoredFile
from linghang.apps.ledger.operations import keep_file
from linghang.ui.web.request import Request

FIELD = "files"


def uploaded(request: Request) -> list[StoredFile]:
    """Each file of the form, checked and on the disk; what no case names afterwards is swept away."""
    return [keep_file(upload=upload) for upload in request.FILES.getlist(FIELD)]
