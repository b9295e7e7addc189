"""The moments stage beside other people's tools, in one run: reported, never tested.

    python -m bench.moments

Exact shares of R² (LMG) at 8, 12 and 15 predictors beside pingouin and dominance-analysis; their
ranges by leaving out each of 60 teams at 15 moments; the whole stage at 20,000, 200,000 and a
million responses to 12 moments.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import warnings
from pathlib import Path

import numpy as np

from bench.link import _child_of, _forget_peak, _memory, seconds

TEAMS = 60
SIZES = (20_000, 200_000, 1_000_000)
# seconds for each tool
TOOLS = ("ours", "pingouin", "dominance")
LIMIT = 120
REACH = (0.95, 0.9, 0.7, 0.5, 0.4, 0.3, 0.3, 0.2, 0.15, 0.1, 0.1, 0.05)
SLOPE = (0.2, 0.15, 0.1, 0.1, 0.1, 0.12, 0.1, 0.2, 0.3, 0.2, 0.1, 0.2)


def predictors(p: int, n: int = 5_000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(x (n, p) that move together, y (n,))."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + 0.7 * rng.normal(size=(n, 1))
    return x, x @ np.linspace(0.5, 0.05, p) + 2 * rng.normal(size=n)


def shares(p: int, tool: str) -> tuple[float, list[float]]:
    """(seconds, shares of R² (p,)) from rows to figures by "ours", "pingouin" or "dominance"."""
    x, y = predictors(p)
    found: dict[str, np.ndarray] = {}
    action = {"ours": _ours, "pingouin": _pingouin, "dominance": _dominance}[tool]
    if tool == "ours":
        action(x, y)  # what is compiled or loaded once
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        taken = seconds(lambda: found.update(shares=action(x, y)))
    return taken, found["shares"].tolist()


def _ours(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    from cxcase.stats.shapley import lmg

    z = np.column_stack([x, y])
    z = z - z.mean(axis=0)
    cross = z.T @ z
    p = x.shape[1]
    return lmg(cross, p, [[j] for j in range(p)]).phi / cross[p, p]


def _pingouin(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    import pingouin as pg

    return pg.linear_regression(x, y, relimp=True)["relimp"].to_numpy()[1:]


def _dominance(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    import pandas as pd
    import plotly.offline

    np.bool8 = np.bool_  # type: ignore[attr-defined]  # its plotting library is older than NumPy 2
    import bokeh.io

    plotly.offline.init_notebook_mode = lambda **_: (
        None
    )  # and it asks for a notebook as it is loaded
    bokeh.io.output_notebook = lambda **_: None
    from dominance_analysis import Dominance

    names = [f"x{j}" for j in range(x.shape[1])]
    frame = pd.DataFrame(x, columns=names).assign(y=y)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        result = Dominance(data=frame, target="y", objective=1, top_k=len(names))
        result.incremental_rsquare()
        table = result.dominance_stats()
    return table["Total Dominance"].reindex(names).to_numpy()


def ranges() -> tuple[float, float]:
    """Seconds for shares and their ranges, 15 moments, 60 teams: one column a moment, and two."""
    from scipy.special import logit

    from cxcase.stats.cluster import jackknife
    from cxcase.stats.shapley import lmg

    taken = []
    for size in (1, 2):
        x, y = predictors(15 * size)
        z = np.column_stack([x, y])
        team = np.arange(len(z)) % TEAMS
        groups = [list(range(size * j, size * j + size)) for j in range(15)]

        def run(z=z, team=team, groups=groups) -> None:  # type: ignore[no-untyped-def]
            own = np.array(
                [
                    (z[team == g] - z.mean(axis=0)).T @ (z[team == g] - z.mean(axis=0))
                    for g in range(TEAMS)
                ]
            )
            cross = np.concatenate([own.sum(axis=0)[None], own.sum(axis=0) - own])
            phi = lmg(cross, z.shape[1] - 1, groups).phi
            share = logit(phi / phi.sum(axis=1, keepdims=True))
            jackknife(share[1:], share[0])

        run()
        taken.append(seconds(run))
    return taken[0], taken[1]


def frames(responses: int) -> tuple[dict[str, object], dict[str, object]]:
    """(frames as intake types them, moment -> scale) of a company of 12 known slopes."""
    import pandas as pd

    from cxcase.intake import Scale

    rng = np.random.default_rng(1)
    n = int(responses / 0.5)
    j = len(REACH)
    team = rng.integers(0, TEAMS, n)
    lived = rng.random((n, j)) < np.array(REACH)
    level = 6.8 + 0.4 * rng.standard_normal((TEAMS, j))
    rating = level[team] + 0.7 * rng.standard_normal((n, 1)) + 1.5 * rng.standard_normal((n, j))
    rating = np.clip(np.rint(rating), 0, 10)
    ease = (
        5
        + np.where(lived, (rating - 6.8) * np.array(SLOPE), 0.0).sum(axis=1)
        + rng.standard_normal(n)
    )
    ease = np.clip(np.rint(ease), 0, 10)
    tenure = rng.gamma(2, 30, n)
    churned = rng.random(n) < 1 / (1 + np.exp(1.9 + 0.4 * (ease - 5) + 0.01 * (tenure - 60)))
    ids = pd.Series(np.char.add("C", np.arange(n).astype(str)))
    heard = np.flatnonzero(rng.random(n) < 0.5)
    columns = {
        f"rating:M{k}": np.where(lived[heard, k], rating[heard, k], np.nan) for k in range(j)
    }
    columns |= {f"lived:M{k}": lived[heard, k] for k in range(j)}
    customers = pd.DataFrame(
        {
            "customer_id": ids,
            "team": np.char.add("T", team.astype(str)),
            "tenure_months": tenure,
            "segment": rng.choice(["A", "B", "C"], n),
            "churned": churned,
            "revenue_start": np.exp(8 + 0.8 * rng.standard_normal(n)),
        }
    )
    customers["revenue_end"] = np.where(churned, 0.0, customers["revenue_start"])
    cx = pd.DataFrame(
        {
            "customer_id": ids.to_numpy()[heard],
            "responded_at": pd.Timestamp("2025-03-01"),
            "ease": ease[heard],
            **columns,
        }
    )
    return {"customers": customers, "cx": cx}, {f"M{k}": Scale(0, 10) for k in range(j)}


def stage(responses: int) -> tuple[float, float, float]:
    """Seconds of `fit_link`, and of `rank_moments` after it with its peak memory above what
    was held, in MB.
    """
    from cxcase.intake import Scale, case_from_frames
    from cxcase.link import fit_link
    from cxcase.moments import rank_moments
    from cxcase.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        made, scales = frames(responses)
        settings = Settings()
        case = case_from_frames(
            made, settings, Path(folder), scales={"ease": Scale(0, 10)}, moment_scales=scales
        )
        del made
        links = []
        before = seconds(lambda: links.append(fit_link(case, settings)))
        _forget_peak()
        held = _memory("VmRSS")
        return (
            before,
            seconds(lambda: rank_moments(case, links[0], settings)),
            _memory("VmHWM") - held,
        )


def main() -> None:
    """Prints the table."""
    for p in (8, 12, 15):
        found = {
            tool: _child_of("bench.moments", f"shares({p}, {tool!r})", LIMIT) for tool in TOOLS
        }
        mine = np.array(found["ours"][1])
        line = f"exact shares of R², {p:>2} predictors"
        for tool, got in found.items():
            if got is None:
                line += f"   {tool} over {LIMIT} s"
            else:
                apart = np.abs(mine - np.array(got[1])).max()
                line += f"   {tool} {got[0]:.3f} s" + (
                    f" ({apart:.0e} apart)" if tool != "ours" else ""
                )
        print(line)
    single, double = _child_of("bench.moments", "ranges()")
    print(
        f"shares with ranges, 15 moments, {TEAMS} teams   one column each {single:.2f} s   two "
        f"{double:.2f} s"
    )
    for size in SIZES:
        link, moments, peak = _child_of("bench.moments", f"stage({size})")
        what = f"moments stage, {size:>9,} responses x {len(REACH)} moments"
        print(
            f"{what}   {moments:7.2f} s   peak {peak:7.0f} MB above the start   (link before it "
            f"{link:.2f} s)"
        )


if __name__ == "__main__":
    main()
