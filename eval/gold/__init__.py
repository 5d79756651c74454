"""Gold: questions with their accepted answers and the exact characters that bear them out.

`load` reads a gold file or says what is wrong with it, line by line; `lint` holds it against its
corpus; `split` says whether an item may be tuned on.

`seeds.jsonl` asks about the five documents in `seeds/`. They are scraped, partly garbled, and take
sides on a war: the gold is neutral, and keeps who claims what. Its kinds:

    fact, list, number, date, who_said, why     one place answers
    several_sentences, several_documents        every group of evidence is needed
    told_twice                                  the same fact in more than one place: any of them is enough
    conflict                                    places that disagree: an answer gives every side
    near_miss                                   the text comes close and avoids just this name, number or date
    absent                                      the topic is near, the fact is nowhere
    false_premise                               the question takes for granted what the text does not say, or denies
    after_period                                it happened after the documents were written
    off_topic                                   nothing to do with them

`seeds_paraphrases.jsonl` words some of the questions anew, each twice.
"""

from eval.gold.items import GoldError, Item, Paraphrase, Problem, Span, StaleGold, alternatives, asked, split
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
    "asked",
    "lint",
    "load",
    "load_paraphrases",
    "split",
]
