"""The files of a scan: listing, selecting, reading and writing, and the work of other processes."""
