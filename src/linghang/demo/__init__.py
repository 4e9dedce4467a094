"""Five invented units with two years of records, made through the operations that people use; and any size of them.

Read `content` (what a unit is), `people` and `life` (who and what, from a seed), then `build` (how it gets in).
"""
