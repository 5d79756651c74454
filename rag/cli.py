"""The command `rag`: thin wrappers around `Assistant`, one a function.

Exit codes: 0 answered or done, 1 error, 2 usage, 3 some files were skipped, 4 the documents do not say.
"""

from __future__ import annotations

import atexit
import errno
import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, NoReturn

import typer

from rag import cli_care
from rag.assistant import Assistant
from rag.cli_options import (
    AnswererOption,
    AsJson,
    BaseUrl,
    Budget,
    ChunkTokens,
    Exit,
    From,
    Fusion,
    K,
    Library,
    Model,
    Paths,
    Query,
    Question,
    Rerank,
    Shown,
    Source,
    Sources,
    Strict,
    To,
    print_json,
    screen,
)
from rag.errors import RagError
from rag.settings import Settings
from rag.types import Answer, Filter

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

STOPPED = "stopped; what was finished is kept, and the next run carries on"

app = typer.Typer(
    name="rag",
    help="Ask your documents. Every sentence of an answer points at the exact characters that support it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def ingest(
    paths: Paths,
    library: Library = None,
    chunk_tokens: ChunkTokens = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", help="Say nothing unless something changed or was skipped.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the library up to date with files and folders."""
    shown = screen()
    assistant = Assistant.open(library, settings=Settings.given(chunk_tokens=chunk_tokens))
    with shown.progress() as progress:
        report = assistant.ingest(*paths, progress=progress)
    if as_json:
        print_json(asdict(report))
    elif not (quiet and report.nothing_new):
        shown.report(report)
    raise typer.Exit(Exit.SKIPPED if report.skipped else Exit.OK)


@app.command()
def ask(
    question: Question,
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
    shown = screen()
    if assistant.seen_by and not as_json:
        shown.seen_by(assistant.seen_by)
    answer = assistant.ask(question, k=k, where=_where(source, published_from, published_to))
    if as_json:
        print_json(_answer(answer))
    else:
        shown.answer(answer)
    raise typer.Exit(Exit.DOCUMENTS_DO_NOT_SAY if answer.abstained else Exit.OK)


@app.command()
def search(
    query: Query,
    library: Library = None,
    k: Shown = None,
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
        print_json([passage.to_dict() for passage in passages])
    else:
        screen().passages(passages)
    raise typer.Exit(Exit.OK if passages else Exit.DOCUMENTS_DO_NOT_SAY)


@app.command()
def chat(
    library: Library = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65_535, help="Where to serve it.")] = 8501,
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
        print_json({**asdict(found), "documents": [asdict(document) for document in documents]})
    else:
        screen().status(found, documents)


@app.command()
def forget(
    source: Source,
    library: Library = None,
    as_json: AsJson = False,
) -> None:
    """Remove one document from the library; the file stays where it is."""
    Assistant.open(library).forget(source)
    if as_json:
        print_json({"forgotten": source})
    else:
        screen().line(f"Forgotten: {source}; it comes back when its folder is ingested again")


@app.command(
    "eval",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def evaluate(context: typer.Context) -> None:
    """Measure the assistant on gold questions; `rag eval --help` shows how."""
    from eval.cli import app as evaluation

    evaluation(args=context.args, prog_name="rag eval")


for command in (cli_care.doctor, cli_care.backup, cli_care.restore):
    app.command()(command)


def main() -> None:
    """Run the command; an error on purpose is one sentence on stderr, or `{"error": …}` where JSON was asked for."""
    # A short command makes many objects and drops few. Collecting garbage takes a fifth of it: while it starts, at
    # Python's 700 new objects, and once more at the end, over all that there is, unless that is frozen.
    gc.set_threshold(200_000)
    atexit.register(gc.freeze)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a character shows "?"
    try:
        try:
            _run(_asks_for_json(sys.argv[1:]))
        finally:
            if sys.stdout:  # it is None where the shell closed it
                sys.stdout.flush()
    except OSError as error:
        if error.filename is not None or error.errno not in (*_NO_ROOM, errno.EPIPE):
            raise
        _fail_without_output(error)


def _run(as_json: bool) -> NoReturn:
    try:
        code = app(standalone_mode=not as_json)  # returns where an error in the arguments is raised, not printed
        if code == Exit.INTERRUPTED:
            _fail(STOPPED, Exit.INTERRUPTED, as_json)
        sys.exit(code)
    except typer.TyperException as error:
        _fail(error.format_message(), error.exit_code, as_json)
    except RagError as error:
        _fail(str(error), Exit.ERROR, as_json)
    except SystemExit as ended:
        if ended.code == Exit.INTERRUPTED and not as_json:  # what typer makes of Ctrl-C, without a word
            _fail(STOPPED, Exit.INTERRUPTED, as_json)
        raise


def _asks_for_json(arguments: Sequence[str]) -> bool:
    options = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in options and options[0] not in ("chat", "eval")


def _fail(said: str, code: int, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"error": said})
    else:
        print(f"rag: {said}", file=sys.stderr)
    sys.exit(code)


def _fail_without_output(error: OSError) -> NoReturn:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left of it would fail as Python ends
    if error.errno != errno.EPIPE:  # who reads no further, as `head`, wants no word of it
        why = f"the output could not be written ({error.strerror})"
        print(f"rag: {why}; free some room, or send it somewhere else", file=sys.stderr)
    sys.exit(Exit.ERROR)


def _answer(answer: Answer) -> dict[str, Any]:
    """The answer with each passage by its place alone; `rag search --json` gives their text."""
    passages = [
        {"rank": p.rank, "score": p.score, "id": p.chunk.id, "source": p.chunk.source, "start": p.chunk.start,
         "end": p.chunk.end}
        for p in answer.passages
    ]  # fmt: skip
    return {**answer.to_dict(), "passages": passages}


def _where(sources: list[str] | None, published_from: str, published_to: str) -> Filter:
    return Filter(tuple(sources or ()), published_from, published_to)
