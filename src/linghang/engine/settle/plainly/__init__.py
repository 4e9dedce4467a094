"""The meaning of the rules, said plainly in Python: `reference` settles one member after the other, slowly."""
