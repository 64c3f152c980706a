"""The answers of `env`, `graph` and the upgrade question, computed from the facts."""
