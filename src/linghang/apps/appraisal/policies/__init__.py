"""What may be done in which state."""
