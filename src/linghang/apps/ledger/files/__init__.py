"""What an uploaded file is, told from its content and never from its name."""
