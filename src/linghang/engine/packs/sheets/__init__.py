"""A pack as tables for people: one sheet for every list of the pack, decision tables as tables, and back without loss.

`layout` derives the sheets from the shapes that read packs, so a key that the reader learns has its column at once.
"""
