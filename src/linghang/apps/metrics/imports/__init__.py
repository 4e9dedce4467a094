"""What can be imported into the registry of indicators; registered with `exchange` when the application starts."""
