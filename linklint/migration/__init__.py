"""Move containers that are tied by links on the default bridge to a network of their own.

`plan` reads the facts, decides for each group of containers what has to change (`components`, `aliases`), edits the
files where the containers are defined (`edits`), and proves the result on the facts of the edited files (`proof`).
"""
