"""Texts in, vectors out: the encoder, its weights and where they come from."""
