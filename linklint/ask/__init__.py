"""Questions that a command answers from the facts: what a recipient gets, who reaches whom.

Facts in, plain data out; reports make it text.
"""
