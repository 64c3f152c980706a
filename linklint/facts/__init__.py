"""The facts that extractors find, and the database in which rules ask for them."""
