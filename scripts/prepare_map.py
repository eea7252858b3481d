#!/usr/bin/env python3
"""Prepares the map of the regency that the fleet's pages draw; run by hand when borders change.

``scripts/prepare_map.py villages.geojson anjungan/regency/web/fleet/regency_map.json``

Takes a GeoJSON collection of villages (``kode``, ``nama``, ``kecamatan``), such as one made from
cahyadsn/wilayah_boundaries (MIT), and needs shapely (``pip install shapely``), which nothing else
here does. Borders of villages were simplified one by one at their source and do not quite meet;
at the size of a page that does not show. What is written is in the units of the drawing: projected
(equirectangular about the middle), whole numbers, paths relative.
"""

import argparse
import json
import math
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from shapely import make_valid
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.ops import polylabel, transform, unary_union

WIDTH = 1200
MARGIN = 6
TOLERANCE = 1.0
"""How far a simplified border may be from the one it stands for, in units of the drawing."""
SLIVER = 3.0
"""Villages of a kecamatan are grown and shrunk by this, so that gaps between them close."""
SMALLEST_AREA = 12.0
LARGEST_BYTES = 75_000


def main() -> None:
    """Read the collection, write the map."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("geojson", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    features = json.loads(arguments.geojson.read_text(encoding="utf-8"))["features"]
    shapes = [make_valid(shape(feature["geometry"])) for feature in features]
    project, height = _projection(unary_union(shapes).bounds)
    drawn = [transform(project, each) for each in shapes]
    districts: dict[str, list[BaseGeometry]] = defaultdict(list)
    villages = []
    for feature, polygon in zip(features, drawn, strict=True):
        properties = feature["properties"]
        districts[properties["kecamatan"]].append(polygon)
        villages.append({"code": properties["kode"], **_drawing(polygon)})
    outlines = [
        {"name": name, **_drawing(_closed(parts))} for name, parts in sorted(districts.items())
    ]
    text = json.dumps(
        {
            "source": "cahyadsn/wilayah_boundaries (MIT), Kepmendagri 300.2.2-2430/2025",
            "width": WIDTH,
            "height": height,
            "villages": sorted(villages, key=lambda each: each["code"]),
            "districts": outlines,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if len(text) > LARGEST_BYTES:
        raise SystemExit(f"{len(text)} bytes: more than a page can carry; simplify further")
    arguments.output.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(villages)} villages, {len(outlines)} kecamatan, {len(text)} bytes\n")


def _projection(bounds: tuple[float, float, float, float]) -> tuple[Any, int]:
    west, south, east, north = bounds
    shrink = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * shrink)

    def project(longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - west) * shrink * scale + MARGIN, (north - latitude) * scale + MARGIN

    return project, math.ceil((north - south) * scale) + 2 * MARGIN


def _closed(parts: list[BaseGeometry]) -> BaseGeometry:
    joined: BaseGeometry = unary_union([part.buffer(SLIVER, join_style="mitre") for part in parts])
    return joined.buffer(-SLIVER, join_style="mitre")


def _drawing(geometry: BaseGeometry) -> dict[str, Any]:
    polygons = _polygons(geometry.simplify(TOLERANCE))
    largest = max(polygons, key=lambda each: each.area)
    label = polylabel(largest, tolerance=2.0)
    kept = [each for each in polygons if each is largest or each.area >= SMALLEST_AREA]
    return {"path": "".join(map(_path, kept)), "x": round(label.x), "y": round(label.y)}


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    match geometry:
        case Polygon():
            return [geometry]
        case MultiPolygon():
            return list(geometry.geoms)
        case _:
            return [part for each in getattr(geometry, "geoms", ()) for part in _polygons(each)]


def _path(polygon: Polygon) -> str:
    points = [(round(x), round(y)) for x, y in polygon.exterior.coords[:-1]]
    befores = [points[-1], *points[:-1]]
    kept = [point for point, before in zip(points, befores, strict=True) if point != before]
    x, y = kept[0]
    words = [f"M{x} {y}l"]
    for next_x, next_y in kept[1:]:
        step = f"{next_x - x} {next_y - y}"
        words.append(step if words[-1].endswith("l") or step.startswith("-") else f" {step}")
        x, y = next_x, next_y
    return "".join(words).replace(" -", "-") + "z"


if __name__ == "__main__":
    main()
