"""Every place that mentions links or their variables, and what it is."""
