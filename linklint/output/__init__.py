"""Reports and answers as text."""
