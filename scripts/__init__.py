"""Command-line programs: thin, over the library."""
