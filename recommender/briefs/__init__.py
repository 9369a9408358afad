"""Briefs: written from the sources of one story, and checked against them."""
