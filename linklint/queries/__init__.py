"""What the commands `env`, `graph` and `upgrade` answer from the facts."""
