"""The commands around gold: check it, add to it, draft it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.arguments import CorpusFolder, Gold

GoldFile = Annotated[Path, typer.Option("--gold", help="The gold file.", show_default=False)]
Folder = Annotated[Path, typer.Option("--corpus", help="The folder that it is about.", show_default=False)]


def lint(gold: Gold = None, corpus: CorpusFolder = None) -> None:
    """Hold a gold file against its corpus and say what is wrong with it, line by line: 0 sound, 1 not."""
    from eval.benchmark import SEEDS, SEEDS_GOLD
    from eval.gold import GoldError, load
    from eval.gold import lint as problems_of

    if (gold is None) != (corpus is None):
        raise GoldError("a gold file and its corpus belong together: give --gold FILE and --corpus DIR")
    path, folder = gold or SEEDS_GOLD, corpus or SEEDS
    problems = problems_of(path, folder)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{path}: {len(load(path))} questions, all sound")


def add(
    question: Annotated[str, typer.Argument(help="The question.", show_default=False)],
    gold: GoldFile,
    corpus: Folder,
    source: Annotated[
        str, typer.Option(help="The document with the evidence; none for an unanswerable question.")
    ] = "",
    quote: Annotated[str, typer.Option(help="The words of it that answer the question.")] = "",
    start: Annotated[int | None, typer.Option(help="Where they stand, if they stand there more than once.")] = None,
    answer: Annotated[
        list[str] | None, typer.Option(help="An accepted answer; may repeat.", show_default="the quote")
    ] = None,
    wrong: Annotated[list[str] | None, typer.Option(help="A likely wrong answer; may repeat.")] = None,
    kind: Annotated[str, typer.Option(help="What the question asks of the assistant.")] = "",
    note: Annotated[str, typer.Option(help="Who claims it; or where the nearest text stops short.")] = "",
) -> None:
    """Turn a question with a marked span into a gold item; without a span, into an unanswerable one."""
    from eval.add import answerable, append, mark, unanswerable
    from eval.corpus import read_corpus
    from eval.gold import GoldError

    if bool(source) != bool(quote):
        raise GoldError("evidence is a document and its words: give --source and --quote, or neither")
    if source:
        documents = read_corpus(corpus).documents
        if source not in documents:
            raise GoldError(f"{corpus} holds no document {source!r}; there are {', '.join(sorted(documents)[:10])}")
        item = answerable(question, mark(documents[source], quote, start), answer or (), kind or "fact", note)
    else:
        item = unanswerable(question, wrong or (), note, kind or "absent")
    append(gold, item)
    typer.echo(f"{gold}: {item.id}")


def draft(
    review: Annotated[Path, typer.Argument(help="The review file to write, or to accept from.", show_default=False)],
    corpus: CorpusFolder = None,
    gold: Gold = None,
    limit: Annotated[int, typer.Option(min=1, help="Proposals at most.")] = 60,
    model: Annotated[bool, typer.Option("--model", help="Ask the configured language model too.")] = False,
) -> None:
    """Propose gold items from a corpus into a review file; with --gold, move those that a person accepted into it."""
    from eval.corpus import read_corpus
    from eval.draft import accept, write_drafts
    from eval.draft import draft as drafts_of
    from eval.gold import GoldError

    if gold:
        accepted = accept(review, gold)
        typer.echo(f"{len(accepted)} accepted into {gold}")
        return
    if corpus is None:
        raise GoldError(
            "drafts are made from a corpus: give --corpus DIR; or --gold FILE to take over what was accepted"
        )
    documents = read_corpus(corpus).documents
    proposals = list(drafts_of(documents, limit))
    if model:
        from eval.draft_model import ask
        from eval.screen import language_model

        proposals += ask(language_model([]), documents, limit)
    count = write_drafts(review, proposals)
    typer.echo(f"{review}: {count} proposals; set `accept` to true where they are good, then: "
               f"rag eval draft {review} --gold FILE")  # fmt: skip
