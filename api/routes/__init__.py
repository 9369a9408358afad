"""The operations of the API; each module holds those of one noun."""

from api.operations import Operation
from api.routes import articles, experiments, feed, health, interactions, readers, rules, trending

OPERATIONS: tuple[Operation, ...] = (
    feed.feed,
    feed.why,
    feed.parameters,
    trending.trending,
    articles.get_article,
    articles.similar_articles,
    articles.submit_articles,
    articles.remove_article,
    interactions.record_interactions,
    readers.get_preferences,
    readers.put_preferences,
    readers.merge_reader,
    readers.get_profile,
    readers.export_reader,
    readers.erase_reader,
    rules.get_rules,
    rules.put_rules,
    experiments.get_experiments,
    experiments.put_experiment,
    experiments.get_experiment,
    experiments.get_results,
    experiments.preview_experiment,
    experiments.discard_experiment,
    health.live,
    health.ready,
)
"""In the order in which the documentation shows them."""
