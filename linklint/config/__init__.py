"""The configuration: its keys, how it is read, and its schema."""
