"""What `streamlit run` starts: the pages behind security headers.

`rag chat` runs it. Anything but a loopback address is refused unless people log in.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from ui.guard import Headers, check_address
from ui.problems import on_script_error

check_address()

app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[Middleware(Headers)],
    on_script_error=on_script_error,
)
