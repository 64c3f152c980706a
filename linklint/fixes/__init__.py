"""Edits of files: checked text edits, and rewriting of Python."""
