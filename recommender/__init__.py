"""A personalised news-feed recommender: the library. It knows nothing of Flask."""
