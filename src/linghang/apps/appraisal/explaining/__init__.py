"""How a month came about, in values that a page can show: shared by trials and by the statements of the month.

Loads the engine: imported where it is used, never when a web process starts.
"""
