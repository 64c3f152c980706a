"""A model of the Docker Engine: which steps it accepts, and what it keeps afterwards.

`tables.ScopePlay` turns the facts of a scope into commands, and `play.play` answers for each, in order. Every
transition cites a section of `docs/engine.md`, which says how it was observed. The released engines (27 to 29) behave
alike here.
"""
