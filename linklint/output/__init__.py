"""Findings and answers as text, one module for each format."""
