"""A case as the first version of the app kept it: body, tables and `.cxcase` file are written here
by hand, so that nothing of today's code can bring them up to date on the way.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import make_uploads
import pandas as pd

NAME = "Thornbeck"
_SCALE = {"low": 1.0, "high": 7.0}


def body() -> dict[str, Any]:
    """The body of format 1 as it was first written: no owners, no asks, settings of that day."""
    return {
        "settings": {
            "currency": "GBP",
            "start": {"date": "2025-06-01"},
            "margin": 0.35,
            "budget": 9000.0,
            "barred": ["S3"],
            "asked": {},
            "owned": ["margin", "budget"],
        },
        "company": NAME,
        "files": [_file(name, role) for name, role in _ROLES.items()],
        "mapping": [],
        "mapping_from": "",
        "pins": [],
        "clips": [],
    }


_ROLES = {"customers.csv": "customers", "cx.csv": "cx", "recommendations.csv": "recommendations"}


def _file(name: str, role: str) -> dict[str, Any]:
    headings = _HEADINGS[role]
    rated = role == "cx"
    source = {
        "role": role,
        "role_confidence": 0.95,
        "file": name,
        "sheet": None,
        "format": "plain",
        "rows_read": len(typed()[role]),
        "rows_accepted": len(typed()[role]),
        "rows_set_aside": 0,
        "reasons": {},
        "columns": headings,
        "headings": list(headings.values()),
        "dropped_columns": [],
        "samples": {},
        "messages": [],
    }
    marks = [field for field in headings if field == "ease" or field.startswith("moment:")]
    table = {
        "source": source,
        "path": f"{role}-typed.parquet",
        "raw": None,
        "scales": dict.fromkeys(marks, _SCALE) if rated else {},
        "currency": None,
        "suppressed_teams": 0,
        "decisions": {},
    }
    key = hashlib.sha256(name.encode()).hexdigest()
    parsed = {"key": key, "file": name, "tables": [table], "set_aside": [], "findings": []}
    return {"name": name, "digest": key, "parsed": {**parsed, "names": {"hashed": []}}}


_HEADINGS: dict[str, dict[str, str]] = {
    "customers": {
        "customer_id": "Customer id",
        "team": "Branch",
        "tenure_months": "Tenure months",
        "revenue_start": "Revenue start",
        "revenue_end": "Revenue end",
        "churned": "Churned",
    },
    "cx": {
        "customer_id": "Customer id",
        "responded_at": "Response date",
        "ease": "Ease (1-7)",
        **{f"moment:{name}": f"{name} (1-7)" for name in make_uploads.MOMENTS},
    },
    "recommendations": {
        "id": "Id",
        "title": "Title",
        "moment": "Moment",
        "one_off_cost": "One-off cost",
        "yearly_cost": "Yearly cost",
        "months_to_deliver": "Months to deliver",
        "lift_low": "Lift low",
        "lift_likely": "Lift likely",
        "lift_high": "Lift high",
        "needs": "Needs",
    },
}


def typed() -> dict[str, pd.DataFrame]:
    """Role -> its typed rows."""
    ledger = make_uploads.customers()
    answers = make_uploads.survey(ledger)
    found = {"customers": ledger, "cx": answers, "recommendations": make_uploads.recommendations()}
    rows = {
        role: found[role].rename(columns={heading: field for field, heading in headings.items()})[
            list(headings)
        ]
        for role, headings in _HEADINGS.items()
    }
    rows["customers"]["churned"] = rows["customers"]["churned"] == "yes"
    rows["customers"]["tenure_months"] = rows["customers"]["tenure_months"].astype(float)
    cx = rows["cx"]
    cx["responded_at"] = pd.to_datetime(cx["responded_at"])
    for name in make_uploads.MOMENTS:
        cx[f"rating:{name}"] = cx.pop(f"moment:{name}")
        cx[f"lived:{name}"] = cx[f"rating:{name}"].notna()
        cx[f"unanswered:{name}"] = False
    costs = rows["recommendations"]
    for column in ("one_off_cost", "yearly_cost", "months_to_deliver"):
        costs[column] = costs[column].astype(float)
    for frame in rows.values():
        frame.insert(0, "_row", range(2, len(frame) + 2))
    return rows


def write_tables(folder: Path) -> dict[str, Path]:
    """Name -> where the table lies, as the body speaks of them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for role, rows in typed().items():
        path = folder / f"{role}-typed.parquet"
        rows.to_parquet(path, index=False)
        paths[path.name] = path
    return paths


def case_file(folder: Path) -> bytes:
    """The case as the `.cxcase` file of that day."""
    parts = {"case.json": json.dumps(body()).encode()}
    for name, path in write_tables(folder).items():
        parts[f"tables/{name}"] = path.read_bytes()
    digests = {part: hashlib.sha256(data).hexdigest() for part, data in parts.items()}
    manifest = {"format": 1, "app": "0.1.0", "name": NAME, "sha256": digests}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", json.dumps(manifest))
        for part, data in parts.items():
            made.writestr(part, data)
    return out.getvalue()
