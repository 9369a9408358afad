"""What the evaluation of policies prints: rates of clicks with intervals and what they are from."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from recommender.evaluation.intervals import Estimate
from recommender.evaluation.off_policy.drawn_places import Preference, Summary
from recommender.evaluation.off_policy.simulated import Accuracy, World
from recommender.evaluation.off_policy.two_logs import Judgement
from scripts.console import tables


def print_preference(
    candidate: str, found: Preference, against: Mapping[str, Estimate], log: Summary
) -> None:
    """Print what the drawn places of an archive say of a candidate."""
    table = Table(title=f"of two drawn articles of a page, one is chosen: {log.pairs} pairs")
    table.add_column("who chooses")
    table.add_column("clicks per choice", justify="right")
    table.add_row(candidate, _told(found.candidate))
    table.add_row("a coin", _told(found.coin))
    table.add_row(f"{candidate} − a coin", _told(found.gain))
    for name, gain in against.items():
        table.add_row(f"{candidate} − {name}", _told(gain))
    tables.print(table)
    tables.print(
        f"{log.pages} first pages of {log.units} readers and hours of guests, {log.clicks} clicks "
        f"on {log.draws} drawn articles; effective sample size {log.effective_sample_size:.0f} "
        f"pairs.\nJudged are {100 * log.supported:.1f} % of the {log.impressions} impressions on "
        "first pages: what the candidate would put at the other places was never left to chance.",
        highlight=False,
    )


def print_judgement(judged: Judgement) -> None:
    """Print a policy judged from another's log, beside its own."""
    table = Table(title=f"{judged.target} policy, from the log of the {judged.log} policy")
    table.add_column("estimator", no_wrap=True)
    table.add_column("clicks per choice", justify="right", no_wrap=True)
    for column in ("choices", "effective", "largest weight", "mean weight", "clipped", "holds own"):
        table.add_column(column, justify="right")
    for name, each in judged.estimates.items():
        table.add_row(
            name,
            _told(each.reward),
            f"{each.choices:,}",
            f"{each.effective_sample_size:,.0f}",
            f"{each.largest_weight:.1f}",
            f"{each.mean_weight:.3f}",
            f"{each.clipped:.1%}, {each.bias:+.4f}" if each.clipped else "none",
            "yes" if judged.covers(name) else "no",
        )
    own = f"its own {judged.own_clicks} clicks"
    table.add_row(own, _told(judged.own), f"{judged.own_choices:,}")
    tables.print(table)


def print_accuracies(world: World, found: Mapping[str, Accuracy], runs: int, choices: int) -> None:
    """Print how the estimators do where the truth is known."""
    title = f"{runs} logs of {choices:,} choices; true value {world.value:.4f}"
    table = Table(title=f"{title}, of the logging policy {world.logging_value:.4f}")
    for column in ("estimator", "mean", "standard errors off", "standard deviation", "held"):
        table.add_column(column, justify="left" if column == "estimator" else "right")
    for name, each in found.items():
        off = (each.mean - world.value) / each.error
        deviation = each.variance**0.5
        table.add_row(
            name, f"{each.mean:.4f}", f"{off:+.2f}", f"{deviation:.4f}", f"{each.covered:.1%}"
        )
    tables.print(table)


def _told(estimate: Estimate) -> str:
    said = f"{estimate.mean:.4f} ({estimate.low:.4f}, {estimate.high:.4f})"
    return said.replace("-", "−")
