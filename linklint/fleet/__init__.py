"""Facts of many repositories: exports that travel, and what is asked of all of them."""
