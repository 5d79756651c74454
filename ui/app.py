"""Navigation: the pages, and what stands on all of them."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui import guard, text
from ui.views import chat, documents, evaluation

HERE = Path(__file__).parent

st.set_page_config(page_title="Footnote", page_icon=str(HERE / "mark.svg"), layout="wide", initial_sidebar_state="auto")
text.style((HERE / "page.css").read_text(encoding="utf-8"))

if not guard.admitted():
    text.title("Footnote")
    if guard.logged_in():
        text.notice("This address is not on the list of those who may enter. Ask whoever runs this server.", "warning")
        st.button("Log out", on_click=st.logout)
    else:
        st.button("Log in", on_click=st.login, type="primary")
    st.stop()

pages = {
    "chat": st.Page(chat.page, title="Ask", icon=":material/forum:", default=True),
    "documents": st.Page(documents.page, title="Documents", icon=":material/description:", url_path="documents"),
    "evaluation": st.Page(evaluation.page, title="Evaluation", icon=":material/monitoring:", url_path="evaluation"),
}
st.session_state.pages = pages
st.navigation(list(pages.values()), position="sidebar").run()
