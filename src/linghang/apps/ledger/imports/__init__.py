"""What can be imported into the ledger; registered with `exchange` when the application starts."""
