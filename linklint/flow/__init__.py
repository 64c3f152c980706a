"""The order of steps, and the branches that they are on."""
