"""The meaning of Docker's words, as pure functions: no file, no rule, no database."""
