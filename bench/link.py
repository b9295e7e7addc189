"""The link stage beside other people's tools, in one run: reported, never tested.

    python -m bench.link

Clustered logit at a million rows beside statsmodels; the interval of an indirect effect at 100,000
rows beside the bootstraps of pingouin and statsmodels; the whole stage at 20,000, 200,000 and a
million responses, with time and peak memory above what the process held before.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import gc
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
TEAMS = 60
SIZES = (20_000, 200_000, 1_000_000)
BOOTSTRAPS = 500  # pingouin's default; statsmodels' is 1,000


def seconds(action: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def rows(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """(x (n, 8) with a constant, outcome, mediator from x[:, 1], team) of a known logit."""
    rng = np.random.default_rng(seed)
    team = rng.integers(0, TEAMS, n)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 7))])
    m = 0.5 * x[:, 1] + rng.normal(size=n) + 0.3 * rng.normal(size=TEAMS)[team]
    p = 1 / (1 + np.exp(1.5 - 0.4 * x[:, 1] + 0.3 * m - 0.2 * rng.normal(size=TEAMS)[team]))
    return x, (rng.random(n) < p).astype(float), m, team


def clustered_logit(n: int = 1_000_000) -> tuple[float, float, float]:
    """(our seconds, statsmodels' seconds, largest difference of coefficients)."""
    import statsmodels.api as sm

    from cxcase.stats.cluster import cr2
    from cxcase.stats.logit import fit_logit, row_pass

    x, y, _, team = rows(n)

    def ours() -> np.ndarray:
        fit = fit_logit(row_pass(x, y, np.ones(n), team, TEAMS), x.shape[1])
        for column in range(x.shape[1]):
            cr2(fit.hessian, fit.score, fit.inverse, np.eye(x.shape[1])[column])
        return fit.beta

    def theirs() -> np.ndarray:
        fit = sm.Logit(y, x).fit(disp=0, cov_type="cluster", cov_kwds={"groups": team})
        return np.asarray(fit.params)

    mine = ours()
    other = theirs()
    return seconds(ours), seconds(theirs), float(np.abs(mine - other).max())


def indirect(n: int = 100_000) -> tuple[float, float, float]:
    """Seconds for an interval of x -> m -> y: ours (by team, 16,384 draws), pingouin's and
    statsmodels' bootstraps.
    """
    import pandas as pd
    import pingouin
    import statsmodels.api as sm
    from statsmodels.stats.mediation import Mediation

    from cxcase.estimate import summarise
    from cxcase.stats.cluster import cr2
    from cxcase.stats.draws import t_draws
    from cxcase.stats.effects import average_slope, cr2_mean
    from cxcase.stats.logit import fit_logit, row_pass
    from cxcase.stats.ols import fit_ols, team_sums

    x, y, m, team = rows(n)
    both = np.column_stack([x[:, 0], m, x[:, 1]])
    frame = pd.DataFrame({"x": x[:, 1], "m": m, "y": y})

    def ours() -> None:
        first = fit_ols(team_sums(x[:, :2], m, np.ones(n), team, TEAMS))
        a = cr2(first.hessian, first.score, first.inverse, np.eye(2)[1])
        second = fit_logit(row_pass(both, y, np.ones(n), team, TEAMS), 3)
        mean = average_slope(both, np.eye(3)[1], second.beta, np.ones(n), team, TEAMS)
        b = cr2_mean(second, mean)
        draws = (first.beta[1] + a.se * t_draws("a", a.df, 0)) * (
            mean.value + b.se * t_draws("b", b.df, 0)
        )
        summarise(draws, first.beta[1] * mean.value, "")

    def by_statsmodels() -> None:
        outcome = sm.GLM.from_formula("y ~ x + m", frame, family=sm.families.Binomial())
        Mediation(outcome, sm.OLS.from_formula("m ~ x", frame), "x", "m").fit(
            n_rep=BOOTSTRAPS, method="bootstrap"
        )

    ours()
    return (
        seconds(ours),
        seconds(
            lambda: pingouin.mediation_analysis(
                frame, x="x", m="m", y="y", n_boot=BOOTSTRAPS, seed=1
            )
        ),
        seconds(by_statsmodels) if n <= 100_000 else float("nan"),
    )


def stage(responses: int) -> tuple[float, float, float]:
    """(seconds, peak memory above the start in MB, size of the design matrix in MB) of
    `fit_link`.
    """
    from cxcase.calibrate.company import Arm, draw, frames_of
    from cxcase.intake import Scale, case_from_frames
    from cxcase.link import fit_link
    from cxcase.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        rng = np.random.default_rng(1)
        world = draw(Arm("bench", TEAMS), rng, TEAMS, int(responses / 0.345))
        scales = {"ease": Scale(0, 10)}
        case = case_from_frames(
            frames_of(world, rng), Settings(), Path(folder), scales=scales, ex_scale=Scale(1, 5)
        )
        del world
        tables = {name: case.table(name) for name in ("customers", "responses")}
        held = sum(table.memory_usage(deep=True).sum() for table in tables.values()) / 1e6
        del tables
        _forget_peak()
        before = _memory("VmRSS")
        taken = seconds(
            lambda: print(fit_link(case, Settings()).population.metric.shape, file=sys.stderr)
        )
    return taken, _memory("VmHWM") - before, float(held)


def _forget_peak() -> None:
    """Gives back what was freed, so that it does not hide what is asked for next, and starts the
    peak anew.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # not every C library has it
        ctypes.CDLL(None).malloc_trim(0)
    if Path("/proc/self/clear_refs").exists():
        Path("/proc/self/clear_refs").write_text("5")


def _memory(name: str) -> float:
    """Megabytes by the kernel's name; the whole process's peak where there is no such name."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def _child(expression: str) -> tuple[float, ...]:
    return _child_of("bench.link", expression) or ()


def _child_of(module: str, expression: str, limit: float | None = None) -> tuple[float, ...] | None:
    """What the expression gives in a fresh process; None where `limit` seconds are not enough."""
    code = f"from {module} import *; print({expression})"
    command = [sys.executable, "-c", code]
    try:
        done = subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, text=True, timeout=limit
        )
    except subprocess.TimeoutExpired:
        return None
    return ast.literal_eval(done.stdout.strip().splitlines()[-1].replace("nan", "0.0"))


def main() -> None:
    """Prints the table."""
    ours, theirs, apart = _child("clustered_logit()")
    print(
        f"clustered logit, 1,000,000 rows    ours {ours:7.2f} s   statsmodels {theirs:7.2f} s   "
        f"({apart:.0e} apart)"
    )
    ours, pingouin, models = _child("indirect()")
    print(
        f"indirect effect, 100,000 rows      ours {ours:7.2f} s   pingouin {pingouin:7.2f} s   "
        f"statsmodels {models:7.2f} s   ({BOOTSTRAPS} bootstraps each)"
    )
    for size in SIZES:
        taken, peak, held = _child(f"stage({size})")
        design = size * 8 * 8 / 1e6
        print(
            f"link stage, {size:>9,} responses {taken:7.2f} s   peak {peak:7.0f} MB above the start"
            f"   (tables {held:.0f} MB, design matrix {design:.0f} MB)"
        )


if __name__ == "__main__":
    main()
