"""Rules over facts: rows become findings, and ignores take some away."""
