"""Which kind a file has, and the extraction of its facts: units of work, running them, and what is kept."""
