"""The drivers' fit against pyfixest itself and against the reference fits, and what it takes; JSON, exit 4 where a target is missed.

python -m bench.drivers SHARED     # about a minute
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

from qanat.estimate.contributions import Change, why
from qanat.estimate.drivers import EFFECTS, Drivers, Effects, Fitted, fitted, terms_of
from qanat.estimate.panel import Panel, panel
from qanat.jobs.driver_tables import TablesRequest, gathered
from qanat.store import Memory

REFERENCE: tuple[tuple[Effects, bool, str], ...] = (
    ("two-way", False, "struct_oy_dy"), ("two-way", True, "struct_oy_dy_stock"), ("year", False, "naive_year"), ("pair", False, "pair_fe"),
)  # fmt: skip
THEIRS = {"language": "comlang_off"}
CLOSE = 1e-6


def directly(data: Panel, fit: Fitted) -> float:
    """The largest difference of a coefficient from pyfixest's, called with the same formula on the whole panel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        formula = f"flow ~ {' + '.join(fit.terms)} | {' + '.join(EFFECTS[fit.effects])}"
        model: Any = import_module("pyfixest").fepois(formula, data.rows.to_pandas(), vcov={"CRV1": "pair"})
    return max(abs(float(row["estimate"]) - float(model.coef()[row["term"]])) for row in fit.coefficients.to_dicts())


def beside(fit: Fitted, theirs: dict[str, Any]) -> dict[str, Any]:
    """Each coefficient beside the reference's, and how far apart in standard errors."""
    out: dict[str, Any] = {}
    for row in fit.coefficients.to_dicts():
        name = THEIRS.get(row["term"], row["term"])
        apart = abs(row["estimate"] - theirs["coef"][name]) / theirs["se"][name]
        out[row["term"]] = {
            "ours": round(row["estimate"], 6),
            "reference": theirs["coef"][name],
            "standard_errors_apart": round(apart, 3),
        }
    return {"rows": fit.rows, "reference_rows": theirs["nobs"], "terms": out}


def main(shared: Path) -> int:
    """Measure, print, judge."""
    data = shared / "data"
    reference = json.loads((data / "flows/reference/ppml_gravity_pyfixest.json").read_text(encoding="utf-8"))
    tables = TablesRequest(
        flows=data / "flows/abel_cohen_2025release_bilat_mig.parquet", ties=data / "drivers/cepii_geodist_bilateral.parquet",
        countries=data / "drivers/gdi_indicators.parquet", deaths=data / "drivers/ucdp_conflict_deaths_eu.parquet",
        stocks=data / "stocks/un_desa_ims2024_bilateral.parquet",
    )  # fmt: skip
    found = gathered(tables, Memory)
    out: dict[str, Any] = {"fits": {}, "from_pyfixest": {}, "cpu_seconds": {}}
    adds_up = 0.0
    for effects, diaspora, name in REFERENCE:
        rows = panel(found.flows, found.evidence, terms_of(effects, diaspora=diaspora), zeros=True)
        started = time.process_time()
        fit = fitted(rows, Drivers(effects=effects))
        out["cpu_seconds"][name] = round(time.process_time() - started, 2)
        out["from_pyfixest"][name] = directly(rows, fit)
        out["fits"][name] = beside(fit, reference[f"da_pb_closed__{name}"])
        if effects == "pair":
            for origin, place in (("MEX", "USA"), ("IND", None), (None, "DEU")):
                apart = why(rows, fit, Change(origin=origin, place=place, start=2010, end=2015))
                adds_up = max(adds_up, abs(float(apart.rows.get_column("people").sum()) - (apart.after - apart.before)))
    out["parts_off_by_people"] = adds_up
    out["met"] = max(out["from_pyfixest"].values()) <= CLOSE and adds_up < 1e-3
    sys.stdout.write(json.dumps(out, indent=1) + "\n")
    return 0 if out["met"] else 4


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
