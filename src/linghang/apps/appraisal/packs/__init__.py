"""Packs of units: from an upload to texts, from a text of rules to a document."""
