"""What can be imported about organisations and people; registered with `exchange` when the application starts."""
