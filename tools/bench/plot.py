#!/usr/bin/env python3
"""plot.py RESULT.json OUTPUT.svg: draws the medians of `tools/bench-peers` as bars.

One group of bars for each cell: the figure of its first target, in a scale of its own, as the
cells differ by orders of magnitude.
"""

import html
import json
import pathlib
import sys

WIDTH, LABEL, FIGURE, BAR, GAP, HEAD = 760, 130, 150, 18, 6, 30
COLOURS = {"ours": "#1f77b4", "java": "#e07b00", "raw": "#808080"}
OTHER_COLOURS = ["#1f77b4", "#7fb2d9"]
UNITS = {
    "events_per_s": "events/s",
    "mb_per_s": "MB/s",
    "p50_us": "µs (median)",
    "peak_memory_bytes": "bytes at the peak",
}


def text(x, y, words, anchor="start", weight="normal", size=13):
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-weight="{weight}" '
        f'font-size="{size}">{html.escape(words)}</text>'
    )


def shown_figure(cell):
    for name in UNITS:
        if any(target["text"].startswith(name) for target in cell["targets"]):
            return name
    raise SystemExit(f"plot.py: nothing to draw for {cell['name']}")


def draw_cell(cell, top):
    figure = shown_figure(cell)
    rows = [
        (peer, values[figure]) for peer, values in cell["medians"].items() if figure in values
    ]
    largest = max(value for _, value in rows)
    room = WIDTH - LABEL - FIGURE
    parts = [text(0, top + 16, f"{cell['title']}: {UNITS[figure]}", weight="bold")]
    y = top + HEAD
    for number, (peer, value) in enumerate(rows):
        colour = COLOURS.get(peer, OTHER_COLOURS[number % len(OTHER_COLOURS)])
        length = max(1, room * value / largest)
        parts.append(text(LABEL - 8, y + 14, peer, anchor="end"))
        parts.append(
            f'<rect x="{LABEL}" y="{y}" width="{length:.1f}" height="{BAR}" '
            f'fill="{colour}"/>'
        )
        parts.append(
            text(
                LABEL + length + 6, y + 14, f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"
            )
        )
        y += BAR + GAP
    return parts, y + GAP


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    result = json.loads(pathlib.Path(sys.argv[1]).read_text())
    parts, y = [], 0
    for cell in result["cells"]:
        drawn, y = draw_cell(cell, y)
        parts += drawn
    about = result["about"]
    parts.append(
        text(
            0,
            y + 16,
            f"{about['cpu']}, {about['cores']} cores, {about['time'][:10]}, "
            f"commit {about['commit']}",
            size=11,
        )
    )
    height = y + 26
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        '<g fill="#1a1a1a">',
        *parts,
        "</g>",
        "</svg>",
    ]
    pathlib.Path(sys.argv[2]).write_text("\n".join(svg) + "\n")


if __name__ == "__main__":
    main()
