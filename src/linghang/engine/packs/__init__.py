"""Packs: folders of text that say which facts exist and what they are worth. Read → check → lock → settle."""
