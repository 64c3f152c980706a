"""Answers of commands as text: one module per command."""
