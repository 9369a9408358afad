"""The operations of the API; each module holds those of one noun."""

from api.operations import Operation
from api.routes import articles, feed, health, interactions, trending

OPERATIONS: tuple[Operation, ...] = (
    feed.feed,
    trending.trending,
    articles.get_article,
    articles.similar_articles,
    articles.submit_articles,
    articles.remove_article,
    interactions.record_interactions,
    health.live,
    health.ready,
)
"""In the order in which the documentation shows them."""
