"""Between the rows of the database and the engine: rosters and final results in, statements out.

Modules that load the engine's tables are imported where they are used, never when a web process starts.
"""
