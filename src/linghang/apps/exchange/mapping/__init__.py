"""The mapping file: which column of a person's own table means what. Proposed by us, corrected by a person, remembered."""
