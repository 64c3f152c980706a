"""Findings → text, one module a format."""
