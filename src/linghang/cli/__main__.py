"""`python -m linghang.cli`: the same as the command `linghang`."""

import sys

from linghang.cli import main

sys.exit(main())
