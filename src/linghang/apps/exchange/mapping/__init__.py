"""The mapping file: which column of a person's own table means what. Proposed, corrected by a person, remembered."""
