"""Starting the pages: a process of Streamlit over `launch.py`."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from rag.errors import ConfigurationError

LAUNCH = Path(__file__).with_name("launch.py")
EVERY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - recognised, not bound
SERVER_NAME = "STREAMLIT_BROWSER_SERVER_ADDRESS"
"""Where it is set: the name under which a proxy serves the pages."""


@dataclass(frozen=True, slots=True)
class Where:
    """At which address the pages are served, and how."""

    address: str = "127.0.0.1"
    port: int = 8501
    browser: bool = True
    """Open one."""
    insecure: bool = False
    """Serve other machines without a login."""


def serve(home: Path, where: Where) -> NoReturn:
    """Become the server of the library in `home`: signals reach it, and nothing is left behind."""
    check_free(where)
    environment = {**os.environ, "RAG_HOME": str(home.resolve())}
    if where.insecure:
        environment["RAG_INSECURE"] = "1"
    print(f"Footnote is served at {url(where)}; Ctrl-C ends it", flush=True)
    os.execve(sys.executable, command(where), environment)  # noqa: S606 - no shell, and only our own words


def check_free(where: Where) -> None:
    """Raises `ConfigurationError` where the port is taken, or the address is another machine's."""
    with socket.socket(socket.AF_INET6 if ":" in where.address else socket.AF_INET) as probe:
        if os.name != "nt":  # where it would let two servers have one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((where.address, where.port))
        except (OSError, UnicodeError) as error:
            raise ConfigurationError(
                f"the chat was to be served at {url(where)}, but that cannot be ({error}); "
                "give another --port, or an --address of this machine"
            ) from error


def url(where: Where) -> str:
    """Where a browser finds the pages."""
    name = os.environ.get(SERVER_NAME) or _name(where)
    return f"http://{f'[{name}]' if ':' in name else name}:{where.port}"


def _name(where: Where) -> str:
    # Of an address that means all of them, Streamlit asks a public host which one the world sees, unless it is told.
    return "localhost" if where.address in EVERY_ADDRESS else where.address


def command(where: Where) -> list[str]:
    """The command line; whatever is not in it is in `ui/.streamlit/config.toml`."""
    named = [] if SERVER_NAME in os.environ else [f"--browser.serverAddress={_name(where)}"]
    return [
        *(sys.executable, "-m", "streamlit", "run", str(LAUNCH)),
        f"--server.address={where.address}",
        f"--server.port={where.port}",
        f"--server.headless={str(not where.browser).lower()}",
        "--server.showEmailPrompt=false",
        *named,
    ]
