"""Render the pictures of the README and fill in its verdicts, from a run of the embedded study.

    python tools/build_readme.py

Nothing that it writes is typed by hand: the counts are those that the program finds when it is run.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cityebb.publish import write_pictures
from cityebb.study.embedded import run_china_demo

if TYPE_CHECKING:
    from cityebb.model import Results

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "img"
MAIN = "china_2013_2016"
BLOCK = re.compile(r"(<!-- verdicts:begin[^\n]*-->\n).*?(<!-- verdicts:end -->)", re.DOTALL)
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
HEADS = {
    "en": "| compared | shrinking | growing | stable | undetermined | below the line and stayed there |",
    "zh": "| 比较 | 收缩 | 增长 | 平稳 | 未定 | 低于界线且未回升 |",
}
CLASS_HEADS = {
    "en": "| area, km² | cities | shrinking | undetermined | plain rule: down |",
    "zh": "| 面积（km²） | 城市数 | 收缩 | 未定 | 简单规则：下降 |",
}
BETWEEN = {
    "en": (
        "Small cities are the noisiest, and the first that a plain rule calls shrinking. 2013 against 2016 by"
        " size:"
    ),
    "zh": "城市越小，噪声越大，也最先被简单规则算作收缩。2013 与 2016 年相比，按规模：",
}
PICTURE = {
    "en": "![How many cities shrink in each of 1,728 combinations of choices, and what each chose]"
    "(docs/img/china_2013_2016_choices.en.png)",
    "zh": "![1,728 种选择组合下收缩的城市各有多少，各作何选择](docs/img/china_2013_2016_choices.zh.png)",
}


def row(results: Results) -> str:
    """Return one comparison's line of the table."""
    total = results.summary.set_index("by").loc["total"]
    years = [results.comparison["start"], results.comparison["end"]]
    ends = ["–".join(dict.fromkeys((str(min(part)), str(max(part))))) for part in years]
    cells = [f"{total[state]:,}" for state in ("shrinking", "growing", "stable")]
    cells.append(f"{total['undetermined']:,} ({total['undetermined'] / total['cities']:.0%})")
    cells.append(f"{total['persistent']:,}")
    return f"| {ends[0]} → {ends[1]} | " + " | ".join(cells) + " |"


def class_rows(results: Results) -> list[str]:
    """Return the lines by size class."""
    by_class = results.summary[results.summary["by"] == "size_class"]
    lines = []
    for line in by_class.itertuples():
        shares = [
            f"{count:,} ({count / line.cities:.0%})"
            for count in (line.shrinking, line.undetermined, line.plain_down)
        ]
        lines.append(f"| {line.group.replace('-', '–')} | {line.cities:,} | {' | '.join(shares)} |")
    return lines


def block(language: str, all_results: list[Results]) -> str:
    """Return what stands between the marks."""
    lines = [HEADS[language], "|---|---|---|---|---|---|", *map(row, all_results)]
    lines += ["", BETWEEN[language], "", CLASS_HEADS[language], "|---|---|---|---|---|"]
    lines += [*class_rows(all_results[0]), "", PICTURE[language]]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the study once and write both languages."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        outcome = run_china_demo(Path(scratch) / "demo", languages=("en",))
        for language, readme in READMES.items():
            written = write_pictures(outcome.main, Path(scratch), language, names=("map", "specifications"))
            for picture, name in zip(written, (MAIN, f"{MAIN}_choices"), strict=True):
                shutil.copyfile(picture, IMAGES / f"{name}.{language}.png")
            filled = block(language, list(outcome.results.values()))
            text = readme.read_text(encoding="utf-8")
            readme.write_text(BLOCK.sub(lambda found: found[1] + filled + found[2], text), encoding="utf-8")  # noqa: B023
            print(f"{readme.name}: {filled.count(chr(10))} lines")


if __name__ == "__main__":
    main()
