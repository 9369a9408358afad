"""What a report's page is made of: HTML that needs nothing else, no script, no font, no file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from recommender.evaluation.intervals import Difference, Estimate

STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 86rem; margin: 2rem auto; padding: 0 1rem;
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
    """Return a table; the first cell of a row names it."""
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


def told(estimate: Estimate | Difference | None) -> str:
    """Return an estimate in words, as ``0.712 (0.703 to 0.721)``."""
    if estimate is None:
        return "undefined"
    return f"{estimate.mean:.3f} ({estimate.low:.3f} to {estimate.high:.3f})"


def told_difference(difference: Difference) -> str:
    """Return a difference in words, as ``+0.0120 (−0.0040 to +0.0280)``."""
    said = f"{difference.mean:+.4f} ({difference.low:+.4f} to {difference.high:+.4f})"
    return said.replace("-", "−")
