"""领航: record once; everything else is derived."""

__version__ = "0.1.0"
