"""What a report's page is made of: HTML that needs nothing else, no script, no font, no file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from recommender.evaluation.intervals import Difference, Estimate

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 86rem; margin: 2rem auto; padding: 0 1rem;
  background: Canvas; color: CanvasText; overflow-wrap: break-word; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; white-space: nowrap; }
dl { display: grid; grid-template-columns: fit-content(45%) 1fr; gap: .2rem 1rem; }
dt { font-weight: 600; overflow-wrap: anywhere; }
dd { margin: 0; overflow-wrap: anywhere; }
th, td { padding: .2rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
tbody th, td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
tbody th[scope="row"] { position: sticky; left: 0; background: Canvas; }
tbody th[scope="rowgroup"] { padding-top: 1rem; font-style: italic; }
td small, th small { display: block; font-weight: 400; }
tbody small { white-space: normal; max-width: 14rem; }
tbody th small { max-width: 8rem; }
td small { margin-left: auto; }
figure { margin: 1.5rem 0; overflow-x: auto; }
figcaption { font-size: .9rem; position: sticky; left: 0; }
svg { max-width: 100%; min-width: 34rem; height: auto; }
details { margin: 1rem 0; border-top: 1px solid var(--line); padding-top: .5rem; }
summary { cursor: pointer; }
summary h2 { display: inline; font-size: 1.2rem; }
p, dd, li, figcaption { max-width: 60rem; }
.scroll { overflow-x: auto; }
.cautions { border-left: 4px solid #d55e00; background: var(--soft); padding: .5rem 1rem; }
"""


def document(title: str, sections: Iterable[str]) -> str:
    """Return a whole page; the sections are HTML."""
    body = "\n".join((f"<h1>{escape(title)}</h1>", *sections))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def section(title: str, parts: Iterable[str]) -> str:
    """Return parts, which are HTML, under a title."""
    return f"<section><h2>{escape(title)}</h2>\n{''.join(parts)}</section>"


def folded(title: str, parts: Iterable[str]) -> str:
    """Return parts, which are HTML, under a title that opens them."""
    return f"<details><summary><h2>{escape(title)}</h2></summary>\n{''.join(parts)}</details>\n"


def paragraph(text: str) -> str:
    """Return a paragraph."""
    return f"<p>{escape(text)}</p>"


def cautions(title: str, texts: Iterable[str]) -> str:
    """Return what must be known before the rest is believed."""
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f'<section class="cautions"><h2>{escape(title)}</h2><ul>{items}</ul></section>'


def terms(pairs: Iterable[tuple[str, str]]) -> str:
    """Return terms, each with what it means."""
    items = "".join(f"<dt>{escape(term)}</dt><dd>{escape(of)}</dd>" for term, of in pairs)
    return f"<dl>{items}</dl>\n"


def figure(svg: str, caption: str) -> str:
    """Return a picture with what is said below it."""
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>\n"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the first cell of a row names it.

    What follows a line's end within a cell is set small, below the rest.
    """
    return _table(caption, head, [_rows(rows)])


def grouped_table(
    caption: str, head: Sequence[str], groups: Mapping[str, Iterable[Sequence[str]]]
) -> str:
    """Return a table whose rows stand in groups, each under its name."""
    bodies = (
        f'<tr><th scope="rowgroup" colspan="{len(head)}">{escape(name)}</th></tr>\n{_rows(rows)}'
        for name, rows in groups.items()
    )
    return _table(caption, head, bodies)


def _table(caption: str, head: Sequence[str], bodies: Iterable[str]) -> str:
    top = "".join(f'<th scope="col">{_cell(each)}</th>' for each in head)
    told = "".join(f"<tbody>\n{each}</tbody>" for each in bodies)
    # Whoever has no mouse can scroll only what takes the focus, and hears then what it is.
    opening = f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(caption)}">'
    return (
        f"{opening}<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{top}</tr></thead>{told}</table></div>\n"
    )


def _rows(rows: Iterable[Sequence[str]]) -> str:
    return "".join(
        f'<tr><th scope="row">{_cell(first)}</th>'
        + "".join(f"<td>{_cell(each)}</td>" for each in rest)
        + "</tr>\n"
        for first, *rest in rows
    )


def _cell(text: str) -> str:
    first, *below = text.splitlines() or [""]
    return escape(first) + "".join(f"<small>{escape(each)}</small>" for each in below)


def told(estimate: Estimate | Difference | None) -> str:
    """Return an estimate in words, as ``0.712 (0.703 to 0.721)``."""
    if estimate is None:
        return "undefined"
    return f"{estimate.mean:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def told_difference(difference: Difference) -> str:
    """Return a difference in words, as ``+0.0120 (−0.0040 to +0.0280)``."""
    said = f"{difference.mean:+.4f} ({difference.low:+.4f} to {difference.high:+.4f})"
    return said.replace("-", "−")
