"""Data sets as columns: MIND, EB-NeRD and the service's own archive."""
