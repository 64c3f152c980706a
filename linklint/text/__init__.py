"""Strings that know their location in a file."""
