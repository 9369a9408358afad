"""The page of an interleaving experiment: what was asked, the verdict, coin, clicks."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.domain.experiments import Experiment
from recommender.evaluation.experiments.asked import asked
from recommender.evaluation.experiments.merged import PreferenceReport
from recommender.evaluation.experiments.preference import Preference
from recommender.evaluation.experiments.results import Interval
from recommender.evaluation.markup import cautions, document, paragraph, section, table

READING = (
    "Any look: the interval that is true however often it is looked at. One look: true once, at a "
    "moment fixed in advance. One half is no preference. A click on an article that stands at its "
    "place however the coins fall is credited to both alike."
)


def preference_page(
    experiment: Experiment, report: PreferenceReport, sources: Sequence[str]
) -> str:
    """Return the report as one HTML page that needs nothing else."""
    control, other = report.variants
    ratio = report.sample_ratio
    head = (
        "",
        "readers who clicked",
        "slates",
        "clicks",
        f"credited to {control}",
        f"credited to {other}",
        f"share of {other}",
        "any look",
        "one look",
    )
    coin_caption = f"First pages by whose article comes first (χ² test, p = {ratio.p_value:.2g})"
    coin = [
        (name, f"{count:,}", f"{ratio.expected[name]:,.1f}") for name, count in ratio.counts.items()
    ]
    rows = [("all", *cells_of(report.preference))]
    days = [(each.name, *cells_of(each.preference)) for each in report.looks]
    verdict = report.verdict
    return document(
        f"Experiment {report.key}",
        (
            asked(experiment, report.period),
            cautions(f"Verdict: {verdict.finding}", (verdict.text, *verdict.because)),
            section(
                "Who picks first",
                [
                    table(
                        coin_caption,
                        ("variant", "slates", "expected"),
                        coin,
                    )
                ],
            ),
            section("Clicks credited", [table("All slates", head, rows)]),
            section(
                "What was known each day", [table("All slates so far", ("day", *head[1:]), days)]
            ),
            section("What it was made of", map(paragraph, sources)),
            section("How to read it", [paragraph(READING)]),
        ),
    )


def cells_of(found: Preference) -> tuple[str, ...]:
    """Return a preference as it is shown, every share beside its counts."""
    counts = (found.readers, found.slates, found.clicks)
    credited = (found.first, found.second)
    share = "undefined" if found.share is None else f"{100.0 * found.share:.1f} %"
    ends = (_ends(found.always_valid), _ends(found.fixed))
    told = (*(f"{each:,}" for each in counts), *(f"{each:,.1f}" for each in credited))
    return (*told, share, *ends)


def _ends(interval: Interval | None) -> str:
    if interval is None:
        return "undefined"
    return f"{100.0 * interval.low:.1f} to {100.0 * interval.high:.1f} %"
