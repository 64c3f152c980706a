"""The answers of commands as text: one module for each command."""
