"""A container, however it is written, and how it becomes facts."""
