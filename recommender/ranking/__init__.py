"""Features and the rankers that score them."""
