#!/usr/bin/env python3
"""plot.py RESULT.json OUTPUT.svg: draws the medians of `tools/bench-peers`.

Each cell has axes of its own, with the figure of its first target. What was measured over the
number of segments ("write 10", "write 100" ...) is drawn as curves, both axes logarithmic.
Needs matplotlib (Debian: python3-matplotlib).
"""

import json
import math
import pathlib
import sys
import textwrap

import matplotlib

matplotlib.use("svg")
# Equal input gives an equal file, and letters stay text.
matplotlib.rcParams.update(
    {
        "svg.hashsalt": "pravega_actor",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.titlesize": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
)
from matplotlib import pyplot, ticker  # noqa: E402

COLOURS = {
    "ours": "#1f77b4",
    "group": "#2a9d8f",
    "java": "#e07b00",
    "raw": "#808080",
    "write": "#1f77b4",
    "read": "#d1495b",
}
OTHERS = ["#1f77b4", "#7fb2d9"]
NAMES = {"ours": "this client", "group": "through a group", "java": "Java client", "raw": "raw socket"}
UNITS = {
    "events_per_s": "million events/s",
    "mb_per_s": "MB/s",
    "p50_us": "µs, median",
    "peak_memory_bytes": "MB at the peak",
    "longest_gap_ms": "ms, longest silence",
    "open_ms": "ms until all are connected",
}
SCALES = {"events_per_s": 1e-6, "peak_memory_bytes": 1e-6}
CURVES = {
    "open_ms": "until all segments are connected, ms",
    "peak_memory_bytes": "memory at the peak, MB",
    "cpu_us_per_event": "CPU per event, µs",
}
COLUMNS = 2
TITLE_CHARACTERS = 44
CURVE_COLUMNS = 3


def short(value):
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def shown_figure(cell):
    for name in UNITS:
        if any(target["text"].startswith(name) for target in cell["targets"]):
            return name
    raise SystemExit(f"plot.py: nothing to draw for {cell['name']}")


def is_curve(cell):
    return all(name.split()[-1].isdigit() for name in cell["medians"])


def draw_bars(axes, cell):
    figure = shown_figure(cell)
    rows = [(peer, values[figure]) for peer, values in cell["medians"].items() if figure in values]
    peers = [NAMES.get(peer, peer) for peer, _ in rows]
    values = [value * SCALES.get(figure, 1) for _, value in rows]
    colours = [COLOURS.get(peer, OTHERS[i % len(OTHERS)]) for i, (peer, _) in enumerate(rows)]
    bars = axes.barh(peers, values, color=colours, height=0.6)
    axes.bar_label(bars, [short(value) for value in values], padding=3)
    axes.set_title(textwrap.fill(cell["title"], TITLE_CHARACTERS), loc="left")
    axes.set_xlabel(UNITS[figure])
    axes.set_xlim(0, max(values) * 1.15)
    axes.set_ylim(-0.6, max(len(rows), 3) - 0.4)
    axes.invert_yaxis()


def draw_curve(axes, cell, figure):
    lines = {}
    for name, values in cell["medians"].items():
        what, count = name.split()
        if figure in values:
            value = values[figure] * SCALES.get(figure, 1)
            lines.setdefault(what, []).append((int(count), value))
    for number, (what, points) in enumerate(sorted(lines.items(), reverse=True)):
        counts, values = zip(*sorted(points))
        colour = COLOURS.get(what, OTHERS[number % len(OTHERS)])
        axes.loglog(counts, values, marker="o", markersize=4, color=colour, label=what)
        others = [value for other, rest in lines.items() if other != what for _, value in rest]
        above = not others or sum(map(math.log, values)) / len(values) >= sum(
            map(math.log, others)
        ) / len(others)
        for count, value in zip(counts, values):
            axes.annotate(
                short(value),
                (count, value),
                textcoords="offset points",
                xytext=(0, 6 if above else -13),
                ha="center",
                color=colour,
                fontsize=8,
            )
    axes.set_xlabel("segments")
    axes.set_title(CURVES[figure], loc="left")
    axes.grid(True, which="major", color="#d5dbe1", linewidth=0.6)
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda y, _: f"{y:,.4g}"))
    axes.yaxis.set_minor_formatter(ticker.NullFormatter())
    axes.margins(x=0.12, y=0.25)
    axes.legend(frameon=False)


def draw(result):
    bars = [cell for cell in result["cells"] if not is_curve(cell)]
    curves = [cell for cell in result["cells"] if is_curve(cell)]
    bar_rows = math.ceil(len(bars) / COLUMNS)
    rows = bar_rows + len(curves)
    heights = [1.6] * bar_rows + [3.0] * len(curves)
    figure = pyplot.figure(figsize=(9.5, sum(heights) + 0.4), layout="constrained")
    grid = figure.add_gridspec(rows, COLUMNS * CURVE_COLUMNS, height_ratios=heights)
    for number, cell in enumerate(bars):
        row, column = divmod(number, COLUMNS)
        span = slice(column * CURVE_COLUMNS, (column + 1) * CURVE_COLUMNS)
        draw_bars(figure.add_subplot(grid[row, span]), cell)
    for number, cell in enumerate(curves):
        for column, name in enumerate(CURVES):
            span = slice(column * COLUMNS, (column + 1) * COLUMNS)
            draw_curve(figure.add_subplot(grid[bar_rows + number, span]), cell, name)
    about = result["about"]
    figure.supxlabel(
        f"{about['cpu']}, {about['cores']} cores, {about['time'][:10]}",
        x=0.01,
        ha="left",
        fontsize=8,
        color="#5a6672",
    )
    return figure


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    result = json.loads(pathlib.Path(sys.argv[1]).read_text())
    draw(result).savefig(sys.argv[2], format="svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
