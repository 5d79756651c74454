"""The command `rag`: thin wrappers around `Assistant`, one a function.

Exit codes: 0 answered or done, 1 error, 2 usage, 3 some files were skipped, 4 the documents do not say.
"""

from __future__ import annotations

import atexit
import gc
import json
import sys
from dataclasses import asdict
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.assistant import Assistant
from rag.errors import RagError
from rag.settings import Settings
from rag.types import Filter


class Exit(IntEnum):
    """What the process ends with."""

    OK = 0
    ERROR = 1
    SKIPPED = 3
    DOCUMENTS_DO_NOT_SAY = 4
    INTERRUPTED = 130


app = typer.Typer(
    name="rag",
    help="Ask your documents. Every sentence of an answer points at the exact characters that support it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Library = Annotated[
    Path | None, typer.Option("--library", help="The library's folder.", show_default=".rag, or RAG_HOME")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Sources = Annotated[
    list[str] | None, typer.Option("--source", help="Only documents whose name matches, e.g. 'reports/*'; may repeat.")
]
From = Annotated[str, typer.Option("--from", help="Only documents published on this day or later: 2024-03-31.")]
To = Annotated[str, typer.Option("--to", help="Only documents published on this day or earlier.")]
AnswererOption = Annotated[
    str | None, typer.Option("--answerer", help="auto, openai, reader or sentences.", show_default="auto")
]
Model = Annotated[str | None, typer.Option("--model", help="The language model's name.", show_default="the provider's")]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", help="An OpenAI-compatible server: http://localhost:11434/v1.", show_default="OpenAI"),
]
Budget = Annotated[float | None, typer.Option("--budget", help="USD that the language model may cost, at most.")]
Strict = Annotated[
    bool | None, typer.Option("--strict/--no-strict", help="Leave out statements without support.", show_default="mark")
]
K = Annotated[int | None, typer.Option("-k", help="How many passages.", show_default="8; 24 where the reader answers")]
Fusion = Annotated[
    str | None, typer.Option("--fusion", help="both, lexical or dense: what is searched.", show_default="both")
]
Rerank = Annotated[
    bool | None, typer.Option("--rerank/--no-rerank", help="Let the reader order the passages.", show_default="no")
]
ChunkTokens = Annotated[
    int | None,
    typer.Option("--chunk-tokens", help="About so many tokens a chunk, in a new library.", show_default="200"),
]


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.", show_default=False)],
    library: Library = None,
    chunk_tokens: ChunkTokens = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing unless something changed or was skipped.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the library up to date with files and folders."""
    screen = _screen()
    assistant = Assistant.open(library, settings=Settings.given(chunk_tokens=chunk_tokens))
    with screen.progress() as progress:
        report = assistant.ingest(*paths, progress=progress)
    if as_json:
        _print_json(asdict(report))
    elif not (quiet and report.nothing_new):
        screen.report(report)
    raise typer.Exit(Exit.SKIPPED if report.skipped else Exit.OK)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.", show_default=False)],
    library: Library = None,
    k: K = None,
    source: Sources = None,
    published_from: From = "",
    published_to: To = "",
    answerer: AnswererOption = None,
    model: Model = None,
    base_url: BaseUrl = None,
    budget: Budget = None,
    strict: Strict = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, with the file, the line and the quote for each sentence."""
    settings = Settings.given(answerer=answerer, model=model, base_url=base_url, budget_usd=budget, strict=strict)
    assistant = Assistant.open(library, settings=settings)
    assistant.open_models()
    screen = _screen()
    if assistant.seen_by and not as_json:
        screen.seen_by(assistant.seen_by)
    answer = assistant.ask(question, k=k, where=_where(source, published_from, published_to))
    if as_json:
        _print_json(answer.to_dict())
    else:
        screen.answer(answer)
    raise typer.Exit(Exit.DOCUMENTS_DO_NOT_SAY if answer.abstained else Exit.OK)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.", show_default=False)],
    library: Library = None,
    k: K = None,
    source: Sources = None,
    published_from: From = "",
    published_to: To = "",
    fusion: Fusion = None,
    rerank: Rerank = None,
    as_json: AsJson = False,
) -> None:
    """Show the passages for a query, best first, without an answer."""
    where = _where(source, published_from, published_to)
    settings = Settings.given(fusion=fusion, rerank=rerank)
    passages = Assistant.open(library, settings=settings).retrieve(query, k=k, where=where)
    if as_json:
        _print_json([passage.to_dict() for passage in passages])
    else:
        _screen().passages(passages)
    raise typer.Exit(Exit.OK if passages else Exit.DOCUMENTS_DO_NOT_SAY)


@app.command()
def chat(
    library: Library = None,
    port: Annotated[int, typer.Option("--port", help="Where to serve it.")] = 8501,
    address: Annotated[
        str, typer.Option("--address", help="Another one than this machine's needs a login.")
    ] = "127.0.0.1",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open it in the browser.")] = True,
    insecure: Annotated[bool, typer.Option("--insecure", help="Serve other machines without a login.")] = False,
) -> None:
    """Open the chat in the browser."""
    from ui.start import Where, serve

    home = library or Settings().home
    serve(home, Where(address=address, port=port, browser=browser, insecure=insecure))


@app.command()
def status(library: Library = None, as_json: AsJson = False) -> None:
    """Show what is in the library."""
    assistant = Assistant.open(library)
    found, documents = assistant.status(), assistant.documents()
    if as_json:
        _print_json({**asdict(found), "documents": [asdict(document) for document in documents]})
    else:
        _screen().status(found, documents)


@app.command()
def forget(
    source: Annotated[str, typer.Argument(help="The document's name, as `rag status` shows it.", show_default=False)],
    library: Library = None,
    as_json: AsJson = False,
) -> None:
    """Remove one document from the library; the file stays where it is."""
    Assistant.open(library).forget(source)
    if as_json:
        _print_json({"forgotten": source})
    else:
        _screen().line(f"Forgotten: {source}; it comes back when its folder is ingested again")


@app.command()
def doctor(
    library: Library = None,
    check: Annotated[bool, typer.Option("--check", help="Only look: repair nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look for damage in the library and repair what can be; ends with 1 where something stays broken."""
    health = Assistant.open(library).doctor(repair=not check)
    if as_json:
        _print_json({"sound": health.sound, **asdict(health)})
    else:
        _screen().health(health)
    raise typer.Exit(Exit.OK if health.sound else Exit.ERROR)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there.", show_default=False)],
    library: Library = None,
    as_json: AsJson = False,
) -> None:
    """Write the library to one file, with a checksum over all of it."""
    held = Assistant.open(library).backup(file)
    if as_json:
        _print_json(asdict(held))
    else:
        _screen().line(f"{held.documents} documents, {held.chunks} chunks, written to {file}")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `rag backup` wrote.", show_default=False)],
    library: Library = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let it take the place of the library there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a library of a backup; nothing is embedded, and a library that is there stays unless --replace."""
    held = Assistant.open(library).restore(file, replace)
    if as_json:
        _print_json(asdict(held))
    else:
        _screen().line(f"{held.documents} documents, {held.chunks} chunks, restored from {file}")


@app.command(
    "eval",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def evaluate(context: typer.Context) -> None:
    """Measure the assistant on gold questions; `rag eval --help` shows how."""
    from eval.cli import app as evaluation

    evaluation(args=context.args, prog_name="rag eval")


def main() -> None:
    """Run the command; an error on purpose is one sentence on stderr."""
    # A short command makes many objects and drops few. Collecting garbage takes a fifth of it: while it starts, at
    # Python's 700 new objects, and once more at the end, over all that there is, unless that is frozen.
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a character shows "?"
    try:
        app()
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        sys.exit(Exit.ERROR)
    except SystemExit as ended:
        if ended.code == Exit.INTERRUPTED:  # what typer makes of Ctrl-C, without a word
            print("rag: stopped; what was finished is kept, and the next run carries on", file=sys.stderr)
        raise


def _where(sources: list[str] | None, published_from: str, published_to: str) -> Filter:
    return Filter(tuple(sources or ()), published_from, published_to)


def _screen() -> Any:
    from rag.terminal import Screen

    return Screen()


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
