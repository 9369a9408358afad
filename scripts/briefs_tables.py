"""What the evaluation of briefs prints: the quality of a writer, and what the checker finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.markup import escape
from rich.table import Table

from recommender.evaluation.briefs.detection import TRUTH, Detection, Share, Verdict
from recommender.evaluation.intervals import Estimate
from scripts.console import tables


def print_quality(
    writer: str, events: int, failed: Mapping[str, str], means: Mapping[str, Estimate]
) -> None:
    """Print the means of a writer's briefs over events, and where it gave none."""
    table = Table(title=f"{writer} writer: briefs of {events - len(failed)} of {events} events")
    for heading in ("", "mean", "95 % over events"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, of in means.items():
        table.add_row(name.replace("_", " "), f"{of.mean:.3f}", f"{of.low:.3f} to {of.high:.3f}")
    tables.print(table)
    for event, why in failed.items():
        tables.print(f"no brief of {event}: {why}", highlight=False, markup=False)


def print_detection(half: str, found: Detection, denied: Share) -> None:
    """Print what the checker found in one half of the events, negations apart."""
    table = Table(title=f"checker, events for {half}")
    for heading in ("", "objected to", "share", "95 % (Wilson)"):
        table.add_column(heading, justify="right" if heading else "left")
    _add(table, "planted errors", found.detected)
    for kind, share in found.by_kind.items():
        _add(table, f"  {kind.value}", share)
    for name, share in found.by_edit.items():
        _add(table, f"    {name.replace('_', ' ')}", share)
    table.add_section()
    _add(table, "a negation too many or too few", denied)
    table.add_section()
    _add(table, "faithful sentences", found.false_alarms)
    for name, share in found.by_rephrasing.items():
        _add(table, f"  {name.replace('_', ' ')}", share)
    tables.print(table)
    said = (
        f"{rule.value}{'' if rule in TRUTH else ' (does not count)'}: {errors} errors, "
        f"{faithful} faithful"
        for rule, (errors, faithful) in found.by_rule.items()
    )
    tables.print(f"objections by rule: {'; '.join(said)}", highlight=False)


def print_examples(verdicts: Sequence[Verdict]) -> None:
    """Print cases of the half for development that the checker was wrong about."""
    for each in verdicts:
        case = each.case
        what = f"missed ({case.planted.value})" if case.planted else "false alarm"
        tables.print(f"{what}: {', '.join(case.done)}", style="bold", highlight=False)
        tables.print(f"  {escape(case.sentence.text)}", highlight=False)
        tables.print(f"  cites {', '.join(case.sentence.sources)}", highlight=False, markup=False)
        for objection in (one for one in each.objections if one.rule in TRUTH):
            said = f"  {objection.rule.value}: {objection.detail}"
            tables.print(said, highlight=False, markup=False)


def _add(table: Table, name: str, share: Share) -> None:
    interval = f"{share.low:.3f} to {share.high:.3f}"
    table.add_row(name, f"{share.count} of {share.of}", f"{share.share:.3f}", interval)
