"""What trending lists are worth: judged and tuned by what was clicked next.

The lists themselves, as the service makes them, are ``recommender.trending``.
"""
