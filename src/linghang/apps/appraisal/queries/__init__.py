"""Reads of this room; they return frozen records."""
