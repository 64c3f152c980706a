"""The files of a scan: listing, selecting, reading."""
