"""What is read in a file of any kind: suppression comments, addresses, daemon settings."""
