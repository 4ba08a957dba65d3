"""The parts of administrative units: the units of another comparison that lie within them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cityebb.model import CityebbError
from cityebb.study import kept

if TYPE_CHECKING:
    import pandas as pd

    from cityebb.identify.inside import InsideRules
    from cityebb.model import InsideFound
    from cityebb.study.stages import Stage
    from cityebb.study.units import UnitPipeline


def stage_of_units(pipeline: UnitPipeline, name: str) -> Stage[InsideFound]:
    """Return the stage of what the parts of a comparison's units say."""
    rule = pipeline.rule(name)
    asked = rule.looks_inside
    parts = [
        *(pipeline.verdicts(each).key for each in (name, str(rule.parts))),
        *(pipeline.cities(each).key for each in (name, str(rule.parts))),
        [rule.parts, rule.parts_by, None if asked is None else asked.model_dump(mode="json")],
    ]
    return pipeline.stage(
        f"inside-{name}",
        parts,
        "identify",
        make=lambda: _look(pipeline, name),
        save=kept.save_inside,
        load=kept.load_inside,
    )


def _look(pipeline: UnitPipeline, name: str) -> InsideFound:
    from cityebb.identify.inside import InsideParameters, city_and_parts, county_patterns, look_inside
    from cityebb.model import InsideFound

    pipeline.progress("inside", 0, 1)
    rule = pipeline.rule(name)
    told, lies = _parts(pipeline, name)
    own = pipeline.verdicts(name).value.drop_duplicates("city_id").set_index("city_id")
    line = float(pipeline.verdicts(str(rule.parts)).value["threshold"].iloc[0])
    rules = (rule.looks_inside or InsideParameters()).rules(line, parts=len(told))
    asked = _asked(pipeline, name, rules, lies)
    together = city_and_parts(own, told)
    drawn = _drawn(pipeline, name, told)
    if drawn is None:
        pipeline.progress("inside", 1, 1)
        return InsideFound("units", together=together, asked=asked)
    parts, pairs, outlines = drawn
    found = look_inside(parts, rules, pairs=pairs)
    counties = county_patterns(parts, pairs=pairs, least_known=rules.least_known)
    pipeline.progress("inside", 1, 1)
    return InsideFound(
        "units", found.cities, parts.drop(columns="state"), found.parts, together, counties, outlines, asked
    )


def _asked(pipeline: UnitPipeline, name: str, rules: InsideRules, lies: dict[str, int]) -> dict[str, Any]:
    rule, (start, end) = pipeline.rule(name), pipeline.years(name)
    return {
        "threshold": rules.threshold,
        "alpha": rules.alpha,
        "least_parts": rules.least_parts,
        "least_known": rules.least_known,
        "centre": rules.centre,
        "permutations": rules.permutations,
        "start": [start],
        "end": [end],
        "noise": True,
        "product": None,
        "of": rule.parts,
        "by": rule.parts_by,
        **lies,
    }


def _parts(pipeline: UnitPipeline, name: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the units within those of a comparison, with what their own verdicts say."""
    from cityebb.measure import within_by_code, within_by_outline

    other = str(pipeline.rule(name).parts)
    small, large = pipeline.cities(other).value, pipeline.cities(name).value
    if pipeline.rule(name).parts_by == "outline":
        where = within_by_outline(small, large)
    else:
        members = [pipeline.comparable(each).value.comparability.members for each in (other, name)]
        where = within_by_code(small.index, large.index, of_parts=members[0], of_cities=members[1])
    if not (where["lies"] == "inside").any():
        key = f"study.no_parts_by_{pipeline.rule(name).parts_by}"
        raise CityebbError(
            key,
            section=f"identify.{name}",
            parts=other,
            part=str(small.index[0]),
            city=str(large.index[0]),
        )
    verdicts = pipeline.verdicts(other).value.drop_duplicates("city_id").set_index("city_id")
    mine = where[where["lies"] == "inside"]
    said = verdicts.loc[mine["part_id"], ["before", "after", "noise", "state"]].reset_index(drop=True)
    told = mine[["city_id", "part_id"]].reset_index(drop=True).join(said)
    told["area_km2"] = small["area_km2"].reindex(told["part_id"]).to_numpy()
    return told, {way: int((where["lies"] == way).sum()) for way in ("outside", "across")}


def _drawn(
    pipeline: UnitPipeline, name: str, told: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame] | None:
    """Return the parts of cities of which every part has an outline, which of them touch, and outlines."""
    import geopandas as gpd
    import shapely

    from cityebb.measure import outlines_on_map, parts_of_outlines

    shapes = pipeline.cities(str(pipeline.rule(name).parts)).value.geometry
    shape = shapes.reindex(told["part_id"])
    missing = (shape.isna() | shape.is_empty).to_numpy()
    whole = ~told["city_id"].isin(told.loc[missing, "city_id"]).to_numpy()
    if not whole.any():
        return None
    frame = gpd.GeoDataFrame(
        told[whole].reset_index(drop=True), geometry=shape.to_numpy()[whole], crs=shapes.crs
    )
    parts, pairs = parts_of_outlines(frame)
    parts["state"] = frame["state"].to_numpy()
    outlines = parts[["city_id", "part_id"]].assign(wkb=shapely.to_wkb(outlines_on_map(frame)))
    return parts, pairs, outlines
