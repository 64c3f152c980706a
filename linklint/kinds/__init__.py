"""Extract facts from files: one module or package for each kind of file."""
