"""The report as one HTML page that needs nothing else: no script, no font, no file."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.evaluation import plots
from recommender.evaluation.beyond_accuracy import DIVERSITY, UNDEFINED
from recommender.evaluation.comparing import GROUPED, Comparison, GroupComparison
from recommender.evaluation.intervals import Estimate
from recommender.evaluation.markup import (
    cautions,
    document,
    figure,
    paragraph,
    section,
    table,
    terms,
    told,
    told_difference,
)
from recommender.evaluation.report import RULES, Report

METRICS = ("auc", "mrr", "ndcg@5", "ndcg@10", "hit@5", "hit@10")

LEAST_IMPRESSIONS = 20
"""Groups of fewer impressions are not drawn: their means say little."""

RELEVANCE = "ndcg@10"
VARIED_TOP = 5
"""Of the first so many the picture shows how varied they are: many lists hold hardly more."""

IMPORTANCE = "AUC lost where the feature is permuted"
EFFECT = "share of what moves the scores within a list"

BEYOND = (
    "Intra-list diversity: mean cosine distance of two of the articles. Novelty: how few of all "
    "clicks so far they had, in bits. Serendipity: mean cosine distance to what the reader read. "
    "Topic calibration: rank-aware Jensen-Shannon divergence from the topics that the reader read; "
    "0 is the same mix. Coverage: share of all articles offered that are shown at all. Gini index: "
    "how unequally they are, 0 to 1."
)

NOT_COMPARABLE = (
    "Figures are comparable only on the same impressions, with the same protocol. Published "
    "results of these data sets come from other splits, from larger samples, and often from "
    "features of the whole list; some from counts made after the impression. "
    "See docs/evaluation.md."
)


def page(report: Report) -> str:
    """Return the report as HTML."""
    return document(
        f"Rankers on {report.tables.name}, {report.plan.split}",
        (
            _made_of(report),
            _cautions(report),
            _metrics(report),
            _protocols(report),
            _groups(report),
            _probabilities(report),
            _features(report),
            _beyond(report),
            _rules(report),
        ),
    )


def _mean(estimate: Estimate | None) -> str:
    return "undefined" if estimate is None else f"{estimate.mean:.3f}"


def _made_of(report: Report) -> str:
    main, folds = report.evaluation.main, report.plan.folds
    rows = [
        ("impressions", f"{main.impressions:,} of {main.readers:,} readers, {main.rows:,} rows"),
        ("data", f"{report.tables.name}, SHA-256 {report.tables.digest}"),
        ("part", report.plan.split),
        ("seed", str(report.question.seed)),
        ("seconds", f"{report.seconds:.1f}"),
        ("versions", ", ".join(f"{name} {each}" for name, each in report.versions.items())),
    ]
    sizes = [
        (fold.name, f"{0 if fold.train is None else len(fold.train):,}", f"{len(fold.evaluate):,}")
        for fold in folds
    ]
    head = ("measured", "impressions before it, to learn from", "impressions")
    return terms(rows) + table("Folds", head, sizes)


def _cautions(report: Report) -> str:
    if not report.cautions:
        return ""
    texts = (f"{each.about}: {each.text} ({each.count:,})" for each in report.cautions)
    return cautions("Know before you believe it", texts)


def _metrics(report: Report) -> str:
    main = report.evaluation.main
    drawn = plots.bars(METRICS, main.rankers)
    parts = [
        _means("Mean and 95 % interval, protocol A", main),
        figure(drawn, "The same, drawn."),
        _differences(main),
    ]
    given = report.evaluation.all_given
    if given is not None:
        parts.append(_means("All impressions given, rankers that learn nothing", given))
    return section("Metrics", parts)


def _protocols(report: Report) -> str:
    others = report.evaluation.others.items()
    tables = [_means(f"Protocol {each.name}: {each.rule}", of) for each, of in others]
    return section("Other protocols", tables) if tables else ""


def _groups(report: Report) -> str:
    found = report.evaluation
    parts = [
        _grouped("history", "interactions remembered of the reader", found.history),
        _grouped(
            "age",
            "age of the article that was clicked",
            found.article_age,
            "The click tells which article an impression was about: compare rankers within a "
            "group, not groups.",
        ),
    ]
    return section("Groups of impressions", parts) if any(parts) else ""


def _grouped(name: str, label: str, groups: Sequence[GroupComparison], note: str = "") -> str:
    if not groups:
        return ""
    rankers = list(groups[0].rankers)
    rows = [
        (each.group, f"{each.impressions:,}", *(_mean(each.rankers[ranker]) for ranker in rankers))
        for each in groups
    ]
    heading = f"{GROUPED} by {label}"
    means = table(heading, (label, "impressions", *rankers), rows)
    large = [group for group in groups if group.impressions >= LEAST_IMPRESSIONS]
    if not large:
        return means
    drawn = plots.lines(name, large, GROUPED, label)
    caption = f"{heading}, groups of {LEAST_IMPRESSIONS} impressions or more. {note}".strip()
    return figure(drawn, caption) + means


def _probabilities(report: Report) -> str:
    curves = report.evaluation.calibration
    if not curves:
        return ""
    rows = [
        (
            name,
            told(of.log_loss),
            told(of.brier),
            f"{of.reliability.expected_calibration_error:.4f}",
        )
        for name, of in curves.items()
    ]
    drawn = plots.calibration(
        {name: of.reliability for name, of in curves.items()}, list(report.evaluation.main.rankers)
    )
    head = ("ranker", "log loss, nats", "Brier score", "mean gap of the tenths")
    parts = [
        figure(drawn, "Tenths of all rows by predicted probability; true ones lie on the line."),
        table("How true the probabilities are: the smaller, the truer", head, rows),
    ]
    return section("Calibration", parts)


def _features(report: Report) -> str:
    found, most = report.evaluation, plots.MOST_FEATURES
    parts = []
    for name, of in found.importance.items():
        drawn = plots.importance(name, of, IMPORTANCE)
        caption = (
            f"{name}: {IMPORTANCE} among all candidates of {of.impressions:,} impressions, drawn "
            f"once; the {most} features that cost most, and all features of a group together. "
            "Features that say nearly the same stand in for each other, or are weighed against "
            "each other: one alone then costs too little, or too much, and the group tells."
        )
        parts.append(figure(drawn, caption))
    for name, effects in found.effects.items():
        drawn = plots.effects(name, effects, EFFECT)
        parts.append(
            figure(drawn, f"{name}: {EFFECT} that it was trained on, the {most} greatest.")
        )
    return section("Importance of features", parts) if parts else ""


def _beyond(report: Report) -> str:
    found = report.evaluation
    rows = [
        (
            name,
            str(each.top),
            *(told(each.means[metric]) for metric in UNDEFINED),
            f"{each.coverage:.3f}",
            f"{each.gini:.3f}",
        )
        for name, of in found.beyond.items()
        for each in of
    ]
    head = ("ranker", "first", *(_spoken(each) for each in UNDEFINED), "coverage", "Gini index")
    points = [
        plots.Point(name=name, x=distance, y=relevance)
        for name, of in found.beyond.items()
        for each in of
        if each.top == VARIED_TOP
        and (distance := each.means[DIVERSITY]) is not None
        and (relevance := found.main.rankers[name][RELEVANCE]) is not None
    ]
    parts = [table("The first articles of each impression", head, rows), paragraph(BEYOND)]
    if points:
        label = f"intra-list diversity of the first {VARIED_TOP} (mean cosine distance)"
        drawn = plots.plane(points, label, RELEVANCE)
        parts.insert(0, figure(drawn, "Up is more relevant, right is more varied."))
    return section("Beyond accuracy", parts)


def _spoken(metric: str) -> str:
    return metric.replace("_", " ").replace("intra list", "intra-list")


def _rules(report: Report) -> str:
    protocol = report.question.all_protocols[0]
    rules = [(f"protocol {protocol.name}", protocol.rule), *RULES.items()]
    return section("How it was measured", [terms(rules), paragraph(NOT_COMPARABLE)])


def _means(caption: str, comparison: Comparison) -> str:
    rows = [
        (name, *(told(of[metric]) for metric in METRICS)) for name, of in comparison.rankers.items()
    ]
    return table(f"{caption} ({comparison.impressions:,} impressions)", ("ranker", *METRICS), rows)


def _differences(comparison: Comparison) -> str:
    rows = [
        (
            f"{each.ranker} − {each.against}",
            *(
                told_difference(each.metrics[metric]) if metric in each.metrics else "undefined"
                for metric in METRICS
            ),
        )
        for each in comparison.differences
    ]
    caption = "Paired differences: each ranker against the first, and against the one before it"
    return table(caption, ("", *METRICS), rows) if rows else ""
