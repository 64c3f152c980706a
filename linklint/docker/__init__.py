"""What Docker means, as pure functions of words: no file, no rule, no database."""
