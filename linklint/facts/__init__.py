"""The vocabulary of facts, and what collects them."""
