"""Experiments: planned, simulated, defined, run and judged; and what arms of others say."""

from __future__ import annotations

import click

from scripts.experiment_analyse import analyse
from scripts.experiment_arms import arms
from scripts.experiment_defining import (
    discard_experiment,
    list_experiments,
    preview_variant,
    put_experiment,
    ramp_experiment,
    show_experiment,
    start_experiment,
    stop_experiment,
)
from scripts.experiment_plan import plan
from scripts.experiment_simulate import simulate

EXAMPLES = """
\b
Examples:
  python -m scripts.experiment plan --mean 0.05 --variance 0.02 --effect 0.03 --arrivals 2000
  python -m scripts.experiment simulate --once
  python -m scripts.experiment put docs/experiment.yaml
  python -m scripts.experiment preview wider-feed wider
  python -m scripts.experiment start wider-feed
  python -m scripts.experiment ramp wider-feed --coverage 0.5
  python -m scripts.experiment stop wider-feed
  python -m scripts.experiment analyse wider-feed --html results.html
  python -m scripts.experiment arms arms.csv --test test --impressions shown --clicks clicked
"""


@click.group(epilog=EXAMPLES)
def main() -> None:
    """Plan experiments, define and run them, and judge them.

    A running API follows every change within a second.
    """


for each in (
    *(plan, simulate, analyse, put_experiment, list_experiments, show_experiment, preview_variant),
    *(start_experiment, ramp_experiment, stop_experiment, discard_experiment, arms),
):
    main.add_command(each)

if __name__ == "__main__":
    main()
