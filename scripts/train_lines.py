"""Trains the classifiers of lines of texts without tags: ``lines.json`` for the body, ``headlines.json`` for the headline.

Usage: python -m scripts.train_lines DATA [--check]

DATA holds ``eval/flattened.jsonl.gz``, one text a line with its body, title and chrome lines, and ``eval/pages_*.jsonl.gz``,
which are flattened here in further ways: as rendered, with only some lines around the article, with nothing but the article.
The project's own marked-up pages (``corpus``) are learnt from too.
Only what `streams.cleaning.linetraits` says of a line is learnt: shapes, no words. ``--check`` prints figures with each
publisher's texts held out and writes nothing.
"""

# ruff: noqa: S311 -- the limits of a rule are read where the rule is; chance here is no secret
import argparse
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoost

from scripts import marked, sets, training
from scripts.training import words
from streams.cleaning import flattened, linetraits, rendering, textbody
from streams.cleaning.evidence import look

CORPUS = Path(__file__).parents[1] / "corpus"
WEIGHTS = {"whole-nodes": 0.5, "rendered": 0.5, "around": 0.5, "bare": 0.3, "marked": 1.0}
CARD = (
    "Weights over structural traits of lines, no words. Trained by scripts/train_lines.py on {texts} flattened pages with "
    "known bodies: flairNLP/fundus parser tests (MIT), the same templates filled with Arabic text of SaudiNewsNet, and "
    "scrapinghub/article-extraction-benchmark (MIT); and on the project's marked-up pages (corpus, CC BY 4.0). Licence of the weights: Apache-2.0. Publishers held out: {figures}."
)
_TITLE = {"depth": 5, "iterations": 400, "learning_rate": 0.05}


@dataclass(slots=True)
class Text:
    """One flattened page."""

    name: str
    variant: str
    group: str
    text: str
    body: str
    title: str | None
    chrome: list[str]


@dataclass(slots=True)
class Sample:
    """A text as the classifier of lines sees it."""

    text: Text
    group: str
    rows: Any
    answers: Any
    weights: Any
    tokens: list[Counter[str]]
    gold: Counter[str]
    lines: linetraits.Lines
    draft: linetraits.Draft


@dataclass(slots=True)
class Titles:
    """The candidates for one text's headline."""

    sample: Sample
    group: str
    rows: Any
    answers: Any
    weights: Any = field(default=None)


def texts(data: Path) -> Iterator[Text]:
    """All texts, in a fixed order."""
    chance = random.Random(1)
    templates: dict[str, str] = {}
    pages = []
    for name in ("pages_news", "pages_arabic", "pages_scrapinghub"):
        for page in sets.read(data, name):
            group = templates[page["id"]] = sets.publisher(name, page)
            pages.append((name, group, page))
    for one in sets.read(data, "flattened"):
        page_id = one["id"].removeprefix(f"{one['set']}-{one['variant']}-")
        title = one["title_true"] if one["title"] else None
        yield Text(one["set"], one["variant"], templates[page_id], one["text"], one["body"], title, one["chrome"])
    for name, group, page in pages:
        yield from _more(name, group, page, chance)
    yield from _marked()


def _marked() -> Iterator[Text]:
    """The marked-up pages to train on, as they are and without their empty lines."""
    for page in marked.pages(CORPUS / "train"):
        body = "\n\n".join(page.of("BK"))
        chrome = [line.raw for line in page.lines if line.kind in "CP"]
        for blank in (True, False):
            text = "\n".join(line.raw for line in page.lines if blank or line.kind != "_")
            yield Text("marked", "marked", page.header["id"], text, body, page.of("T")[0], chrome)


def _more(name: str, group: str, page: dict[str, Any], chance: random.Random) -> Iterator[Text]:
    """Further ways to flatten a page."""
    body, title = page["body"], page.get("title")
    lines = [block.text for block in rendering.render(rendering.parse(page["html"])).blocks]
    found = [place for place, yes in enumerate(training.answers(lines, body)) if yes]
    if not found:
        return
    shown = title if title in lines else None
    yield Text(name, "rendered", group, "\n".join(lines), body, shown, [])
    start = max(0, found[0] - chance.randrange(16))
    end = found[-1] + 1 + chance.randrange(26)
    between = chance.choice(("\n", "\n\n"))
    yield Text(
        name, "around", group, between.join(lines[start:end]), body, title if title in lines[start:end] else None, []
    )
    head = [title] if title else []
    yield Text(
        name,
        "bare",
        group,
        chance.choice(("\n", "\n\n")).join([*head, *(lines[place] for place in found)]),
        body,
        title,
        [],
    )


def sample(text: Text) -> Sample:
    """The lines of a text with their answers."""
    page = flattened.split(text.text)
    chrome = {" ".join(words(line)) for line in text.chrome}
    found = training.answers((block.text for block in page.blocks), text.body)
    title = " ".join(words(text.title or ""))
    keys = [" ".join(words(block.text)) for block in page.blocks]
    answers = [yes and key not in chrome and key != title for yes, key in zip(found, keys, strict=True)]
    tokens = [Counter(words(block.text)) for block in page.blocks]
    gold = Counter(words(text.body))
    weights = training.importance(tokens, gold.total()) * WEIGHTS.get(text.variant, 1.0)
    lines = linetraits.gather(page.text, page.blocks, [look(block) for block in page.blocks])
    draft = textbody.sketch(lines)
    rows = linetraits.read(lines, draft)
    return Sample(text, text.group, rows, np.array(answers), weights, tokens, gold, lines, draft)


def titles(one: Sample, odds: Any) -> Titles | None:
    """The candidates for a text's headline; None when its headline is not among them."""
    body = [place for place, value in enumerate(odds) if value > textbody.LIMIT]
    wanted, rows = linetraits.titles(one.lines, one.rows, list(odds), body, one.draft)
    right = words(one.text.title or "")
    found = np.array([words(one.lines.blocks[place].text) == right for place in wanted])
    return Titles(one, one.group, rows, found) if right and found.any() else None


def fit(samples: list[Sample]) -> CatBoost:
    """The classifier of lines."""
    return training.fit(samples, iterations=280)


def fit_titles(samples: list[Titles]) -> CatBoost:
    """The ranker of headlines."""
    return training.fit(samples, ranked=True, **_TITLE)


def check(samples: list[Sample], odds: list[Any], candidates: list[Titles]) -> str:
    """Mean F1 of each kind of text, and the share of headlines found, publishers held out."""
    scores: dict[str, list[float]] = {}
    for one, values in zip(samples, odds, strict=True):
        kept = [count for count, value in zip(one.tokens, values, strict=True) if value > textbody.LIMIT]
        scores.setdefault(f"{one.text.name} {one.text.variant}", []).append(training.f1(kept, one.gold))
    right: dict[str, list[float]] = {}
    for made, values in zip(candidates, training.held_out(candidates, fit_titles), strict=True):
        text = made.sample.text
        right.setdefault(f"headline {text.name} {text.variant}", []).append(bool(made.answers[int(np.argmax(values))]))
    return ", ".join(f"{name} {np.mean(values):.4f}" for name, values in sorted((scores | right).items()))


def main() -> None:
    """Train, or check."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--check", action="store_true", help="print held-out figures and write nothing")
    options = parser.parse_args()
    samples = [sample(text) for text in texts(options.data)]
    odds = training.held_out(samples, fit)
    candidates = [made for one, values in zip(samples, odds, strict=True) if (made := titles(one, values)) is not None]
    figures = check(samples, odds, candidates)
    print(figures.replace(", ", "\n"))
    if not options.check:
        card = CARD.format(texts=len(samples), figures=figures)
        training.write(fit(samples), textbody.LINES, linetraits.TRAITS, card)
        training.write(fit_titles(candidates), textbody.TITLES, linetraits.TITLE_TRAITS, card)


if __name__ == "__main__":
    main()
