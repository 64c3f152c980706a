"""Edits of files: text edits, verified, and Python rewrites."""
