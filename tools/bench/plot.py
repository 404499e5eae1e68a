#!/usr/bin/env python3
"""plot.py RESULT.json OUTPUT.svg: draws the medians of `tools/bench-peers`.

One group of bars for each cell: the figure of its first target, in a scale of its own, as the
cells differ by orders of magnitude. What was measured over the number of segments ("write 10",
"write 100" ...) is drawn as curves, both axes logarithmic.
"""

import html
import json
import math
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
    "longest_gap_ms": "ms",
    "open_ms": "ms until all are connected",
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


CURVES = {
    "open_ms": "ms until all segments are connected",
    "peak_memory_bytes": "bytes of memory at the peak",
    "cpu_us_per_event": "µs of CPU per event",
}
CURVE_HEIGHT = 130


def is_curve(cell):
    return all(name.split()[-1].isdigit() for name in cell["medians"])


def draw_curve(cell, figure, top):
    """The lines of one figure: a point for each number of segments, with its value."""
    lines = {}
    for name, values in cell["medians"].items():
        what, count = name.split()
        if figure in values:
            lines.setdefault(what, []).append((int(count), values[figure]))
    points = [point for line in lines.values() for point in line]
    low_x, high_x = (bound(math.log10(x) for x, _ in points) for bound in (min, max))
    low_y, high_y = (bound(math.log10(y) for _, y in points) for bound in (min, max))

    def place(x, y):
        across = (math.log10(x) - low_x) / (high_x - low_x)
        up = (math.log10(y) - low_y) / max(high_y - low_y, 0.01)
        return LABEL + across * (WIDTH - LABEL - FIGURE), top + HEAD + 90 * (1 - up)

    parts = [text(0, top + 16, f"{cell['title']}: {CURVES[figure]}", weight="bold")]
    for number, (what, line) in enumerate(sorted(lines.items(), reverse=True)):
        colour = OTHER_COLOURS[number % len(OTHER_COLOURS)]
        places = [place(x, y) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        for (x, y), (count, value) in zip(places, line):
            shown = f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
            parts.append(text(x + 6, y - 4 + 16 * number, f"{what} {count:,}: {shown}", size=11))
    return parts, top + HEAD + CURVE_HEIGHT


def draw(cell, top):
    if not is_curve(cell):
        return draw_cell(cell, top)
    parts = []
    for figure in CURVES:
        drawn, top = draw_curve(cell, figure, top)
        parts += drawn
    return parts, top


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    result = json.loads(pathlib.Path(sys.argv[1]).read_text())
    parts, y = [], 0
    for cell in result["cells"]:
        drawn, y = draw(cell, y)
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
