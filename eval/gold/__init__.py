"""Gold: questions with their accepted answers and the exact characters that bear them out.

`load` reads a gold file or says what is wrong with it, line by line; `lint` holds it against its
corpus; `split` says whether an item may be tuned on.
"""

from eval.gold.items import GoldError, Item, Paraphrase, Problem, Span, StaleGold, alternatives, split
from eval.gold.lint import lint
from eval.gold.load import load, load_paraphrases

__all__ = [
    "GoldError",
    "Item",
    "Paraphrase",
    "Problem",
    "Span",
    "StaleGold",
    "alternatives",
    "lint",
    "load",
    "load_paraphrases",
    "split",
]
