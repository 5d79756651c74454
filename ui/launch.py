"""What `streamlit run` starts: the pages behind security headers.

`rag chat` runs it. Anything but a loopback address is refused unless people log in.
"""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from rag.errors import ConfigurationError
from ui.guard import Headers, check_address
from ui.problems import on_script_error

try:
    check_address()
except ConfigurationError as error:
    sys.exit(f"rag: {error}")

app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(Headers)],
    on_script_error=on_script_error,
)
