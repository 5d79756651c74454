"""Figures with their intervals, as a chart."""

from __future__ import annotations

import streamlit as st


def intervals(rows: list[tuple[str, float, float, float]]) -> None:
    """Each value as a dot with its interval of 95%."""
    if not rows:
        return
    labels = [label for label, *_ in rows]
    values = [{"measure": label, "value": v, "low": low, "high": high} for label, v, low, high in rows]
    accent, ink = _colours()
    look = {"labelLimit": 260, "labelColor": ink}
    axis = {"field": "measure", "type": "nominal", "sort": labels, "title": None, "axis": look}
    scale = {"domain": [min(0.0, *(low for _, _, low, _ in rows)), 1]}
    st.vega_lite_chart(
        {
            "data": {"values": values},
            "height": {"step": 28},
            "layer": [
                {
                    "mark": {"type": "rule", "strokeWidth": 2, "color": accent, "opacity": 0.6},
                    "encoding": {
                        "y": axis,
                        "x": {
                            "field": "low",
                            "type": "quantitative",
                            "scale": scale,
                            "title": "value, with 95% interval",
                            "axis": {"tickCount": 5, "labelColor": ink, "titleColor": ink},
                        },
                        "x2": {"field": "high"},
                    },
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "color": accent},
                    "encoding": {
                        "y": axis,
                        "x": {"field": "value", "type": "quantitative", "scale": scale},
                        "tooltip": [
                            {"field": "measure", "title": "Measure"},
                            {"field": "value", "format": ".3f", "title": "Value"},
                            {"field": "low", "format": ".3f", "title": "From"},
                            {"field": "high", "format": ".3f", "title": "To"},
                        ],
                    },
                },
            ],
        },
        width="stretch",
    )


def _colours() -> tuple[str, str]:
    """Of dots and of words: a chart does not follow the page by itself."""
    side = "dark" if st.context.theme.type == "dark" else "light"
    accent, ink = (st.get_option(f"theme.{side}.{name}") for name in ("primaryColor", "textColor"))
    return accent or "#4c78a8", ink or "gray"
