"""Responses of earlier waves that stand in columns beside the newest, put below each other."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cxcase.intake.schema import EARLIER, RATING
from cxcase.settings import METRICS

_KEPT = ("_source", "customer_id", "team")  # what is known of a response whatever its wave


def with_waves_below(frame: pd.DataFrame) -> pd.DataFrame:
    """The typed responses, those of earlier waves before them, each a row of its own day; such a
    row stands for no spreadsheet row (`_row` -1), as the newest answer does.
    """
    beside = [str(column) for column in frame if str(column).startswith(EARLIER)]
    if not beside:
        return frame
    newest = frame.drop(columns=beside)
    newest = newest.loc[newest[_ratings(newest)].notna().any(axis=1)]
    waves: dict[str, dict[str, str]] = {}
    for column in beside:
        day, name = column.removeprefix(EARLIER).split(":", 1)
        waves.setdefault(day, {})[column] = name
    below = [_of_wave(frame, day, names) for day, names in sorted(waves.items())]
    return pd.concat([*below, newest], ignore_index=True)


def _of_wave(frame: pd.DataFrame, day: str, names: Mapping[str, str]) -> pd.DataFrame:
    kept = [column for column in _KEPT if column in frame]
    rows = frame[[*kept, *names]].rename(columns=dict(names))
    when = pd.Timestamp(day)
    rows = rows.assign(_row=-1, responded_at=pd.Series(when, rows.index).astype("datetime64[us]"))
    before = pd.to_datetime(frame["responded_at"]).dt.normalize() > when
    return rows.loc[rows[_ratings(rows)].notna().any(axis=1) & before]


def _ratings(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame if name in METRICS or str(name).startswith(RATING)]
