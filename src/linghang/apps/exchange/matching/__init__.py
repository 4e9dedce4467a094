"""The page on which a person says what each sheet and column of his table is, for every room that reads tables."""
