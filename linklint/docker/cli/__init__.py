"""The `docker` command line: options, values, commands."""
