"""Bringing documents: by drag, or by the path of a folder."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain, count
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import streamlit as st

from ui import text
from ui.session import home, ingesting

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

MOST_FILES = 20
MOST_BYTES = 20_000_000
LONGEST_NAME = 160
"""Bytes of a file's name without its ending; file systems take 255 in all, and a character may be four."""


def add_documents() -> None:
    """A drop zone and a box for a folder; both start an ingest."""
    with st.form("add", border=False, clear_on_submit=True):
        files = st.file_uploader("Drop files here", accept_multiple_files=True, max_upload_size=20)
        folder = st.text_input("or give a folder on this computer", placeholder="/home/me/documents")
        wanted = st.form_submit_button("Add", type="primary")
    if not wanted:
        return
    if not files and not folder.strip():
        text.notice("Files or a folder were expected, and neither was given. Drop files, or name a folder.", "warning")
        return
    problem = too_much(files) or (missing(folder.strip()) if folder.strip() else "")
    if problem:
        text.notice(problem, "warning")
        return
    paths = [Path(folder.strip()).expanduser()] if folder.strip() else []
    if files:
        paths.append(keep(files))
    if ingesting().start(paths):
        st.rerun()
    text.notice("Other documents are being read just now. Add these when that is done.", "info")


def too_much(files: list[UploadedFile]) -> str:
    """Why these files are refused, in a sentence; empty where they are welcome."""
    if len(files) > MOST_FILES:
        return (
            f"At most {MOST_FILES} files can be added at once, and these are {len(files)}. Give their folder instead."
        )
    large = next((file for file in files if file.size > MOST_BYTES), None)
    if large is not None:
        found = f"{large.name} has {text.size(large.size)}"
        return f"A file may have {text.size(MOST_BYTES)}, and {found}. Give its folder instead."
    return ""


def missing(folder: str) -> str:
    """Why this folder cannot be read, in a sentence; empty where it can."""
    named = text.short(folder, 80)
    try:
        there = Path(folder).expanduser().exists()
    except (OSError, RuntimeError) as error:  # a name that is too long, a user that is not there
        why = error.strerror if isinstance(error, OSError) else str(error).rstrip(".")
        return f"A folder was expected at {named}, and the path cannot be followed ({why}). Check it."
    return "" if there else f"A folder was expected at {named}, and there is nothing. Check the path."


def keep(files: list[UploadedFile]) -> Path:
    """Write the uploads where the library follows them; the folder.

    A name that is there already is the same document, new; of files that come together with one name, each is kept.
    """
    folder = uploads()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken: set[str] = set()
    for file in files:
        name = _free(safe_name(file.name), taken)
        taken.add(name.casefold())
        (folder / name).write_bytes(file.getvalue())
    return folder


def _free(name: str, taken: Container[str]) -> str:
    """The name, with a number where it is taken; there are file systems to which two cases are one."""
    path = PurePath(name)
    numbered = (f"{path.stem} ({number}){path.suffix}" for number in count(2))
    return next(one for one in chain([name], numbered) if one.casefold() not in taken)


def uploads() -> Path:
    """Where uploaded files are kept: beside the library, which holds nothing but itself."""
    return home().resolve().with_name(f"{home().resolve().name}-uploads")


def safe_name(name: str) -> str:
    """A file's name without a folder, without what a file system stumbles over."""
    base = re.split(r"[/\\]", name)[-1]
    base = re.sub(r"[\x00-\x1f\x7f<>:\"|?*]", "_", base).strip(". ")
    stem, dot, suffix = base.rpartition(".")
    return f"{_cut(stem)}.{suffix[:10]}" if dot and stem else (_cut(base) or "document")


def _cut(name: str) -> str:
    return name.encode(errors="ignore")[:LONGEST_NAME].decode(errors="ignore")
