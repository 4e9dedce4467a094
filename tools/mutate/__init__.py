"""Mutation testing of the engine: small wrong changes, one at a time, and whether the tests notice."""
