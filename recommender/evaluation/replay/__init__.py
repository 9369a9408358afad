"""Data sets replayed in order of time, with the state and the features that the service has."""
