"""The documentation says what the code says."""

from __future__ import annotations

import pytest

from scripts.reference import DOCS, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


def test_every_setting_says_what_it_means() -> None:
    rows = [line for line in pages()["settings.md"].splitlines() if line.startswith("| `")]
    assert rows
    assert not [row for row in rows if row.endswith("|  |")]
