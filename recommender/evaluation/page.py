"""The report as one HTML page that needs nothing else: no script, no font, no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from recommender.evaluation import plots
from recommender.evaluation.comparing import GROUPED, Comparison, GroupComparison
from recommender.evaluation.intervals import Difference, Estimate
from recommender.evaluation.report import RULES, Report

METRICS = ("auc", "mrr", "ndcg@5", "ndcg@10")
"""What the tables show; the JSON has all."""

LEAST_IMPRESSIONS = 20
"""Groups of fewer impressions are not drawn: their means say little."""

RELEVANCE = "ndcg@10"
VARIED_TOP = 5
"""Of the first so many the picture shows how varied they are: many lists hold hardly more."""

IMPORTANCE = "share of what moves the scores within a list"

NOT_COMPARABLE = (
    "Figures are comparable only on the same impressions, with the same protocol. Published "
    "results of these data sets come from other splits, from larger samples, and often from "
    "features of the whole list; some from counts made after the impression. "
    "See docs/evaluation.md."
)

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 66rem; margin: 2rem auto; padding: 0 1rem;
  background: Canvas; color: CanvasText; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; white-space: nowrap; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
tbody th, td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
figure { margin: 1.5rem 0; }
figcaption { font-size: .9rem; }
svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; }
.cautions { border-left: 4px solid #d55e00; background: var(--soft); padding: .5rem 1rem; }
"""


def page(report: Report) -> str:
    """Return the report as HTML."""
    title = f"Rankers on {report.tables.name}, {report.plan.split}"
    body = "\n".join(
        (
            f"<h1>{escape(title)}</h1>",
            _made_of(report),
            _cautions(report),
            _metrics(report),
            _protocols(report),
            _groups(report),
            _probabilities(report),
            _features(report),
            _variety(report),
            _rules(report),
        )
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def told(estimate: Estimate | Difference | None) -> str:
    """Return an estimate in words, as ``0.712 (0.703 to 0.721)``."""
    if estimate is None:
        return "undefined"
    return f"{estimate.mean:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def told_difference(difference: Difference) -> str:
    """Return a difference in words, as ``+0.0120 (−0.0040 to +0.0280)``."""
    said = f"{difference.mean:+.4f} ({difference.low:+.4f} to {difference.high:+.4f})"
    return said.replace("-", "−")


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
    return _terms(rows) + _table("Folds", head, sizes)


def _cautions(report: Report) -> str:
    if not report.cautions:
        return ""
    items = "".join(
        f"<li><strong>{escape(each.about)}</strong>: {escape(each.text)} ({each.count:,})</li>"
        for each in report.cautions
    )
    return (
        f'<section class="cautions"><h2>Know before you believe it</h2><ul>{items}</ul></section>'
    )


def _metrics(report: Report) -> str:
    main = report.evaluation.main
    drawn = plots.bars(METRICS, main.rankers)
    parts = [
        _means("Mean and 95 % interval, protocol A", main),
        _figure(drawn, "The same, drawn."),
        _differences(main),
    ]
    given = report.evaluation.all_given
    if given is not None:
        parts.append(_means("All impressions given, rankers that learn nothing", given))
    return _section("Metrics", parts)


def _protocols(report: Report) -> str:
    others = report.evaluation.others.items()
    tables = [_means(f"Protocol {each.name}: {each.rule}", of) for each, of in others]
    return _section("Other protocols", tables) if tables else ""


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
    return _section("Groups of impressions", parts) if any(parts) else ""


def _grouped(name: str, label: str, groups: Sequence[GroupComparison], note: str = "") -> str:
    if not groups:
        return ""
    rankers = list(groups[0].rankers)
    rows = [
        (each.group, f"{each.impressions:,}", *(_mean(each.rankers[ranker]) for ranker in rankers))
        for each in groups
    ]
    heading = f"{GROUPED} by {label}"
    table = _table(heading, (label, "impressions", *rankers), rows)
    large = [group for group in groups if group.impressions >= LEAST_IMPRESSIONS]
    if not large:
        return table
    drawn = plots.lines(name, large, GROUPED, label)
    caption = f"{heading}, groups of {LEAST_IMPRESSIONS} impressions or more. {note}".strip()
    return _figure(drawn, caption) + table


def _probabilities(report: Report) -> str:
    curves = report.evaluation.calibration
    if not curves:
        return ""
    rows = [(name, f"{of.expected_calibration_error:.4f}") for name, of in curves.items()]
    drawn = plots.calibration(curves, list(report.evaluation.main.rankers))
    parts = [
        _figure(drawn, "Tenths of all rows by predicted probability; true ones lie on the line."),
        _table("Mean gap between predicted and observed", ("ranker", "gap"), rows),
    ]
    return _section("Calibration", parts)


def _features(report: Report) -> str:
    parts = []
    for name, of in report.evaluation.importance.items():
        drawn = plots.importance(name, of, IMPORTANCE)
        caption = (
            f"{name}: {IMPORTANCE} that it was trained on, the {plots.MOST_FEATURES} greatest."
        )
        parts.append(_figure(drawn, caption))
    return _section("Importance of features", parts) if parts else ""


def _variety(report: Report) -> str:
    found = report.evaluation
    rows = [
        (name, str(each.top), told(each.distance), f"{each.coverage:.3f}", f"{each.gini:.3f}")
        for name, of in found.variety.items()
        for each in of
    ]
    head = ("ranker", "first", "intra-list distance", "coverage", "Gini index")
    points = [
        plots.Point(name=name, x=each.distance, y=relevance)
        for name, of in found.variety.items()
        for each in of
        if each.top == VARIED_TOP
        and each.distance is not None
        and (relevance := found.main.rankers[name][RELEVANCE]) is not None
    ]
    parts = [_table("The first articles of each impression", head, rows)]
    if points:
        label = f"intra-list distance of the first {VARIED_TOP} (mean cosine distance)"
        drawn = plots.plane(points, label, RELEVANCE)
        parts.insert(0, _figure(drawn, "Up is more relevant, right is more varied."))
    return _section("Relevance against diversity", parts)


def _rules(report: Report) -> str:
    protocol = report.question.all_protocols[0]
    rules = [(f"protocol {protocol.name}", protocol.rule), *RULES.items()]
    return _section("How it was measured", [_terms(rules), f"<p>{escape(NOT_COMPARABLE)}</p>"])


def _means(caption: str, comparison: Comparison) -> str:
    rows = [
        (name, *(told(of[metric]) for metric in METRICS)) for name, of in comparison.rankers.items()
    ]
    return _table(f"{caption} ({comparison.impressions:,} impressions)", ("ranker", *METRICS), rows)


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
    return _table(caption, ("", *METRICS), rows) if rows else ""


def _section(title: str, parts: Iterable[str]) -> str:
    return f"<section><h2>{escape(title)}</h2>\n{''.join(parts)}</section>"


def _terms(pairs: Iterable[tuple[str, str]]) -> str:
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(of)}</dd>" for term, of in pairs)
    return f"<dl>{items}</dl>\n"


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>\n"


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(each)}</td>" for each in rest)
        + "</tr>\n"
        for first, *rest in rows
    )
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table></div>\n"
    )
