"""Checking the whole ledger against its chain: every row, every entry, the file of heads, what is derived.

Everything is read in one snapshot of the database, so it runs beside recording and accuses nobody of what is just
being written. It trusts neither the app role nor the owner: it needs the key and the file of heads, which lie outside.
"""
