"""Rules, findings, suppressions and the baseline."""
