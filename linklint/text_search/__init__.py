"""Links and link variables in any text, whatever its language."""
