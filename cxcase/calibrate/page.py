"""The study as a page: markdown with tables, and the chart beside it as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import resources
from textwrap import dedent

from cxcase.calibrate import rule
from cxcase.calibrate.rule import Cell
from cxcase.calibrate.study import Study

NAMES = {
    "cx_to_churn": "score → leaving",
    "ex_to_cx": "EX → score, as measured",
    "ex_to_cx_corrected": "EX → score, corrected",
    "ex_to_churn_through_cx": "EX → leaving, through the score",
    "through_cx_true": "EX → leaving, through the score, corrected",
    "kept": "worth of a point: kept",
    "added": "worth of a point: added",
    "both": "worth of a point: both",
    "all moments": "revenue at stake, all moments",
    "cx_to_churn: pays": "score → leaving: a better score pays",
    "cx_to_churn: harms": "score → leaving: a better score harms",
    "chain": "EX pays through the score",
    "all": "mean over quantities",
    "chance to pay back": "chance that a step pays back",
}
FAULTS = {
    "coverage": "coverage outside three Monte-Carlo errors",
    "tails": "misses on one side only",
    "bias": "off by more than the rule allows",
    "fresh": "still outside on fresh seeds",
    "mean": "mean coverage outside 88 to 92 %",
    "claims": "claims something where nothing is",
    "reliability": "a stated chance does not hold",
}
ROW = 16
LEFT = 330
WIDTH = 760
FIRST = 0.75
LAST = 1.0


def _name(quantity: str) -> str:
    """A quantity in words; "stake:Invoice" is the stake of one moment."""
    kind, colon, moment = quantity.partition(":")
    if colon and kind == "stake":
        return f"revenue at stake, {moment}"
    return NAMES.get(quantity, quantity)


def write_page(study: Study, seconds: float, processes: int, chart: str) -> str:
    """The page as markdown; `chart` is the picture's file name."""
    text = resources.files("cxcase.calibrate").joinpath("template.md").read_text(encoding="utf-8")
    fresh = "Flagged cells on fresh seeds:\n\n" + _cells(study.fresh) if study.fresh else ""
    claims = [[arm, NAMES[name], _share(share)] for (arm, name), share in study.null_claims.items()]
    return text.format(
        companies=study.companies,
        first_seed=study.first_seed,
        last_seed=study.first_seed + study.companies - 1,
        seconds=f"{seconds:.0f}",
        cores="one core" if processes == 1 else f"{processes} cores",
        verdict=_verdict(study),
        chart=chart,
        rule=_rule(),
        cells=_cells(study.cells, study.held),
        fresh=fresh,
        faults=_faults(study),
        mistakes=_mistakes(study),
        pairwise=_share(study.pairwise_broken),
        reliability=_reliability(study),
        null=_table(["arm", "claim", "share"], claims),
    )


def _faults(study: Study) -> str:
    """What kept arms from passing; empty where nothing did."""
    faults = [[arm, _name(name), FAULTS[code]] for arm, name, code in study.faults]
    if not faults:
        return ""
    return "At fault:\n\n" + _table(["arm", "quantity", "what"], faults) + "\n"


def _mistakes(study: Study) -> str:
    """The figures done wrong on purpose, and whether the rule missed them."""
    rows = []
    for mistake in study.mistakes:
        missed = "yes" if mistake.missed else "**no**"
        share = _share(mistake.coverage)
        rows.append([mistake.name, mistake.arm, share, f"{mistake.bias:+.0%}", missed])
    return _table(["what is done wrong", "arm", "coverage", "error", "missed"], rows)


def _reliability(study: Study) -> str:
    """Stated chances to pay back beside how many truly do."""
    rows = []
    for group in study.reliability:
        flag = "" if rule.reliable(group) else " ⚑"
        rows.append([str(group.n), _share(group.stated), _share(group.paid) + flag])
    return _table(["steps", "stated chance", "truly pay back"], rows)


def _verdict(study: Study) -> str:
    if not study.fresh:
        open_cells = sum(c.arm in study.held and rule.flagged(c) for c in study.cells)
    else:
        open_cells = 0
    if not study.accepted:
        return "Not passed: see below."
    if open_cells:
        only = f"which only a run of {rule.FULL} or more settles"
        return f"Nothing at fault; {open_cells} flagged, {only}."
    return "Passed."


def _rule() -> str:
    return dedent(str(rule.__doc__).split("\n\n", 1)[1]).strip()


def _share(value: float) -> str:
    return f"{100 * value:.1f} %"


def _cells(cells: Iterable[Cell], held: frozenset[str] | None = None) -> str:
    heads = ["arm", "quantity", "n", "coverage", "below", "above", "error", "in se", "width"]
    rows = []
    for c in cells:
        mark = " ⚑" if (held is None or c.arm in held) and rule.flagged(c) else ""
        shares = (_share(c.coverage) + mark, _share(c.low), _share(c.high))
        rows.append(
            [
                c.arm,
                _name(c.quantity),
                str(c.n),
                *shares,
                f"{c.bias:+.1%}",
                f"{c.bias_in_se:+.2f}",
                f"{c.width:.2f}",
            ]
        )
    return _table(heads, rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def draw_chart(study: Study) -> str:
    """The coverage of every cell as a dot on a line from 75 to 100 %, as SVG.

    The band is 88 to 92 %.
    """

    def across(share: float) -> float:
        return LEFT + (WIDTH - LEFT - 20) * (max(share, FIRST) - FIRST) / (LAST - FIRST)

    height = ROW * (len(study.cells) + len({c.arm for c in study.cells})) + 40
    left, right = (across(share) for share in rule.MEAN)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-size="11">',
        "<style>text { font-family: sans-serif; }</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<rect x="{left:.1f}" y="20" width="{right - left:.1f}" '
        f'height="{height - 40}" fill="#d9e6f2"/>',
    ]
    y = 20
    arm = ""
    for cell in study.cells:
        if cell.arm != arm:
            arm = cell.arm
            y = y + ROW
            parts.append(f'<text x="8" y="{y}" font-weight="bold">{arm}</text>')
        y += ROW
        start = across(cell.coverage - 2 * cell.error)
        end = across(min(cell.coverage + 2 * cell.error, LAST))
        parts += [
            f'<text x="20" y="{y}">{_name(cell.quantity)}</text>',
            f'<line x1="{start:.1f}" x2="{end:.1f}" y1="{y - 4}" y2="{y - 4}" stroke="#345"/>',
            f'<circle cx="{across(cell.coverage):.1f}" cy="{y - 4}" r="3.5" fill="#345"/>',
        ]
    parts += [
        f'<text x="{across(share):.1f}" y="{height - 6}" text-anchor="middle">{share:.0%}</text>'
        for share in (0.75, 0.8, 0.85, 0.9, 0.95, 1.0)
    ]
    return "\n".join([*parts, "</svg>"]) + "\n"
