"""The real worker with the tests' kinds registered: `python -m linghang.apps.jobs.tests.worker_with_kinds`."""

import sys

from linghang.apps.jobs.tests import kinds  # noqa: F401 -- registers
from linghang.apps.jobs.worker import main

if __name__ == "__main__":
    sys.exit(main())
