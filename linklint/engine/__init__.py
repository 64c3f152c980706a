"""A model of the Docker Engine: which steps it accepts, and what it keeps afterwards.

`play.play` takes the commands of one scope in order and answers for each. Every transition cites a section of
`docs/engine.md`, which says how it was observed. The released engines (27 to 29) behave alike here.
"""
