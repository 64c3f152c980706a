"""Facts that files of any type can have: suppression comments, addresses, daemon settings."""
