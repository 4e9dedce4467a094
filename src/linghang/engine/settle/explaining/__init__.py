"""How a result came about, in words: `explain` is the door; `next_band` says what would be needed for more."""
