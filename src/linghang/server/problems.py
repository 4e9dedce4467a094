"""Why a start, a backup or a restore was refused: one Chinese sentence that says what, why, and what to do."""


class Refused(Exception):
    """A refusal that the command line prints as it stands, without a traceback."""
