"""How fast records are taken in when many are stored already: `python -m benchmarks.ledger --facts 1e7`."""
