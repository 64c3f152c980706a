"""The schema of facts, and their collector."""
