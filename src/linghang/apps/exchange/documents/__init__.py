"""Documents that people hand in: Word in the official page set-up, PDF with embedded fonts."""
