"""Free text as customers write it, fitting the marks given and the moments lived."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from cxcase.sample import design as d

WRITES = 0.34  # share with a comment at an ease mark of 4; more at either end of the scale
WRITES_MORE = 0.055  # per mark away from it
OFTEN = {"sentence": 2, "remark": 4}  # how often the same words may come back, as people's words do
TRIES = 40
_SLOT = re.compile(r"\{(\w+)\}")
_BANDS = ("low", "mid", "high")
_TAIL = {"low": "grumble", "mid": "shrug", "high": "praise"}


def write_comments(survey: pd.DataFrame, rng: np.random.Generator) -> list[str | None]:
    """One comment or None for each row of the survey (ease, rating:<moment>), in its order."""
    bank = tomllib.loads(
        files("cxcase.sample").joinpath("phrases.toml").read_text(encoding="utf-8")
    )
    ease = survey["ease"].fillna(d.EASE_CENTRE).to_numpy()
    ratings = survey[[f"rating:{m.name}" for m in d.MOMENTS]].to_numpy()
    writer = _Writer(bank, rng)
    chance = WRITES + WRITES_MORE * np.abs(ease - 4)
    writes = rng.random(len(survey)) < chance
    return [
        writer.comment(e, r) if yes else None
        for e, r, yes in zip(ease, ratings, writes, strict=True)
    ]


class _Writer:
    """Fills templates from the bank and remembers them, so that nobody writes a form letter."""

    def __init__(self, bank: Mapping[str, Any], rng: np.random.Generator) -> None:
        self.bank = bank
        self.rng = rng
        self.said: Counter[str] = Counter()

    def comment(self, ease: float, ratings: np.ndarray) -> str:
        """One to three sentences about the moment that stood out, or the company as a whole."""
        mood = _BANDS[int(ease > 3.5) + int(ease > 5.5)]
        lived = np.flatnonzero(~np.isnan(ratings))
        parts = []
        if len(lived) and self.rng.random() < 0.8:
            j = self._stands_out(ratings, lived)
            band = _BANDS[int(ratings[j] >= 5) + int(ratings[j] >= 8)]
            parts.append(self._sentence(self.bank["moment"][d.MOMENTS[j].name][band]))
            if self.rng.random() < 0.25:
                parts += self._remark(band)
            if self.rng.random() < 0.22:
                parts.append(self._sentence(self.bank["general"][mood]))
        else:
            parts.append(self._sentence(self.bank["general"][mood]))
            if self.rng.random() < 0.35:
                parts += self._remark(mood)
        return self._typed(" ".join(parts))

    def _stands_out(self, ratings: np.ndarray, lived: np.ndarray) -> int:
        away = np.exp(0.8 * np.abs(ratings[lived] - [d.MOMENTS[j].mean for j in lived]))
        # Rare moments are what people write about: most have nothing to say of an invoice.
        rarity = np.exp([-0.35 * d.MOMENTS[j].lived_logit for j in lived])
        weight = away * rarity
        return int(self.rng.choice(lived, p=weight / weight.sum()))

    def _pick(self, options: list[str]) -> str:
        return options[int(self.rng.integers(len(options)))]

    def _sentence(self, templates: list[str]) -> str:
        """A filled template that was not written too often before, if there is one to be found."""
        for _ in range(TRIES):
            text = self._fill(self._pick(templates))
            if self.said[text] < OFTEN["sentence"]:
                break
        self.said[text] += 1
        return text

    def _remark(self, band: str) -> list[str]:
        """A short remark in the mood of the rest, or none when all of them have been used up."""
        fresh = [o for o in self.bank["slots"][_TAIL[band]] if self.said[o] < OFTEN["remark"]]
        if not fresh:
            return []
        text = self._pick(fresh)
        self.said[text] += 1
        return [text]

    def _fill(self, template: str) -> str:
        used: set[str] = set()

        def slot(match: re.Match[str]) -> str:
            fresh = [o for o in self.bank["slots"][match[1]] if o not in used] or self.bank[
                "slots"
            ][match[1]]
            word = self._pick(fresh)
            used.add(word)
            return word

        text = _SLOT.sub(slot, template)
        return text[0].upper() + text[1:]

    def _typed(self, text: str) -> str:
        """The same words as a thumb types them: capitals, full stops or letters amiss at times."""
        r = self.rng.random(6)
        if r[0] < 0.12:
            text = text[0].lower() + text[1:]
        if r[1] < 0.25:
            text = text.rstrip(".")
        if r[2] < 0.10:
            text = text.replace("n't", "nt").replace("I've", "Ive").replace("it's", "its")
        if r[3] < 0.08:
            text = self._slip(text)
        if r[4] < 0.02:
            text = text.upper()
        if r[5] < 0.06:
            text = text.replace(" and ", " & ").replace("you are", "you're")
        return text

    def _slip(self, text: str) -> str:
        """Two neighbouring letters of a longer word swapped."""
        words = text.split(" ")
        long = [i for i, word in enumerate(words) if len(word) > 5 and word.isalpha()]
        if not long:
            return text
        i = int(self.rng.choice(long))
        k = int(self.rng.integers(1, len(words[i]) - 2))
        word = words[i]
        words[i] = word[:k] + word[k + 1] + word[k] + word[k + 2 :]
        return " ".join(words)
