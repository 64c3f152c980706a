"""The files of a scan: paths, listing, patterns, selection."""
