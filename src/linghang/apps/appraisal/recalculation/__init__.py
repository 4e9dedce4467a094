"""复算表: a branch's month as a workbook that computes its totals again, from the lines up, with formulas.

Loads the engine: imported where it is used, never when a web process starts.
"""
