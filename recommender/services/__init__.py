"""The use cases: they read, let the pure rooms think, and write."""
