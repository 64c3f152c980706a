"""Strings that know where in a file they came from."""
