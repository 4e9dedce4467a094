"""From rows of a mapped sheet to facts: who, what, when; then the checks that need the whole file."""
