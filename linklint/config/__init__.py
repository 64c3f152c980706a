"""The configuration: its keys, loading, and its schema."""
