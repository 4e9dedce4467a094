"""The sabotage run: every row of docs/reference/mechanisms.yaml names its operations; each in turn does nothing, and at
least one test of the row must fail. A row whose tests all pass without its operation proves nothing: a survivor.

python tools/sabotage [row ...]        all rows, or these; the last line counts survivors
"""
