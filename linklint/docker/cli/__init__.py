"""How the `docker` command line is read: options, values, commands."""
