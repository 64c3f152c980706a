"""Edits that do not overlap, made to files whole or not at all."""
