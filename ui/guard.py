"""Who may reach the pages, and what a page may fetch."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import streamlit as st
from streamlit import config

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.errors import ConfigurationError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
INSECURE = "RAG_INSECURE"
ALLOWED = "RAG_ALLOWED"
"""Who may log in: addresses and domains, "ada@example.org, example.com"."""

HEADERS = {
    # Nothing is fetched from, sent to, or shown inside another site, whatever a document or a model says.
    "content-security-policy": "; ".join(
        (
            "img-src 'self' data: blob:",
            "media-src 'self' data: blob:",
            "connect-src 'self' data: blob:",
            "font-src 'self' data:",
            "style-src 'self' 'unsafe-inline'",
            "object-src 'none'",
            "base-uri 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Headers:
    """Sets the security headers on each response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                theirs = [(n, v) for n, v in message.get("headers", []) if n.decode().lower() not in HEADERS]
                message = {**message, "headers": theirs + ours}
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def check_address() -> None:
    """Raises `ConfigurationError` where others could reach the pages without a login, or nobody could log in."""
    if _logs_in() and find_spec("authlib") is None:
        raise ConfigurationError(
            "a login is configured, and Authlib, which it needs, is not installed: pip install -e '.[login]' in the "
            "project's folder"
        )
    if _logs_in() and not _entries(os.environ.get(ALLOWED, "")):
        raise ConfigurationError(
            f"a login is configured, but {ALLOWED} names nobody who may enter; name addresses or domains in it, or "
            "take [auth] out of the secrets"
        )
    address = config.get_option("server.address")
    if address in LOOPBACK or os.environ.get(INSECURE) == "1" or _logs_in():
        return
    raise ConfigurationError(
        f"the pages were to be served at {address or 'every address'}, where others can read your documents, but "
        "no login is configured; add [auth] to .streamlit/secrets.toml in the working folder and name who may enter in "
        f"{ALLOWED}, or start with --insecure"
    )


def admitted() -> bool:
    """Whether this visitor may enter: always where nobody logs in."""
    if not _logs_in():
        return True
    # Providers that let people claim any address say so: an address that is not verified is nobody's.
    unverified = str(st.user.get("email_verified", "")).lower() == "false"
    known = logged_in() and not unverified
    return known and may_enter(str(st.user.get("email") or ""), os.environ.get(ALLOWED, ""))


def logged_in() -> bool:
    """Whether this visitor has logged in, be it as somebody who may not enter."""
    return bool(st.user.get("is_logged_in"))


def owner() -> str:
    """Whose conversations these are; empty where nobody logs in."""
    return str(st.user.get("email") or "") if _logs_in() else ""


def may_enter(email: str, allowed: str) -> bool:
    """Whether an address is on the list, itself or by its domain; nobody is where the list is empty."""
    entries = _entries(allowed)
    address = email.strip().lower()
    name, _, domain = address.rpartition("@")
    return bool(name and domain) and (address in entries or domain in entries or f"@{domain}" in entries)


def _entries(allowed: str) -> list[str]:
    return allowed.replace(",", " ").lower().split()


@cache
def _logs_in() -> bool:
    """Whether people log in, decided once: were it asked anew, a file that breaks later would let everybody in."""
    try:
        return "auth" in st.secrets
    except (OSError, ValueError) as error:
        if getattr(error, "error_id", "") == "no-secrets-found":
            return False
        raise ConfigurationError(
            f"whether people log in was to be read from the secrets, but they cannot be read ({error}); mend the file, "
            "or move it away where nobody is to log in"
        ) from error
