"""Reads the labelled sentences in ``lists/``: ``1<TAB>sentence`` is meant to be found, ``0<TAB>sentence`` is a trap."""

from pathlib import Path

LISTS = Path(__file__).parent / "lists"


def sentences(name: str) -> list[tuple[bool, str]]:
    """Return what ``lists/NAME.tsv`` holds, in its order; lines that are empty or begin with # are left out.

    Raises:
        FileNotFoundError: there is no such list.
        ValueError: a line is neither; names its number.
    """
    found: list[tuple[bool, str]] = []
    for number, line in enumerate((LISTS / f"{name}.tsv").read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        label, tab, sentence = line.partition("\t")
        if label not in ("0", "1") or not tab or not sentence.strip():
            raise ValueError(f"{name}.tsv line {number} is neither 0 nor 1, a tab and a sentence")
        found.append((label == "1", sentence))
    return found
