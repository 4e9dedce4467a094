"""The engine: facts, packs, rules, settlement. Pure Python, no Django; usable from a notebook or the command line.

Read in this order: `problems`, `points`, `periods`, `facts`, `roster` (the nouns) → `packs` (text to a checked scheme)
→ `rules` (a scheme into a plan) → `settle` (plan × facts into statements).
"""
