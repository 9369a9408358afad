"""Frozen nouns of the field: articles, provenance, interactions, slates."""
