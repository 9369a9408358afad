"""Experiments inside the feed: who meets which variant, what it changes, how rankings merge."""
