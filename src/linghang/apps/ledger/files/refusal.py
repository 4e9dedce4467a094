"""Why a file is not taken in."""


class Unacceptable(Exception):
    """One sentence: what is wrong and what to do."""
