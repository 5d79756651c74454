from pathlib import Path

import pytest

from rag.errors import Unreadable
from rag.ingest.read import read
from rag.types import Document

PROSE = (
    "The council of the town met on Monday evening and voted, after a long debate, for the new bridge over the river. "
    "It will be built in two years, the mayor said, and it will cost the town no more than it had been promised. "
)


def page(folder: Path, body: str, head: str = "", name: str = "a.html") -> Document:
    path = folder / name
    path.write_text(f"<!doctype html><html><head><title>Town news</title>{head}</head><body>{body}</body></html>")
    return read(path, name)


def test_paragraphs_headings_lists_and_tables_become_text_with_sections(tmp_path):
    document = page(
        tmp_path,
        f"<article><h1>The bridge</h1><p>{PROSE}</p><h2>Cost</h2><p>{PROSE}</p><ul><li>Stone from the hill</li>"
        "<li>Timber from the wood</li></ul><table><tr><th>Item</th><th>Price</th></tr><tr><td>Stone</td>"
        f"<td>12,000</td></tr></table><h2>Time</h2><p>{PROSE}<br>Then a new line.</p></article>",
    )
    assert document.media_type == "text/html"
    assert "Stone from the hill\nTimber from the wood" in document.text.replace("- ", "")
    assert "Item | Price\n\nItem: Stone, Price: 12,000." in document.text
    at = document.section_at(document.text.index("12,000"))
    assert at is not None
    assert (at.place, at.heading[-1]) == ("under “Cost”", "Cost")
    assert document.section_at(document.text.index("Then a new line")).heading[-1] == "Time"


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='display:none'>SECRET</p>",
        "<p style='DISPLAY : NONE'>SECRET</p>",
        "<p style='visibility:hidden'>SECRET</p>",
        "<p style='font-size:0'>SECRET</p>",
        "<p style='opacity:0'>SECRET</p>",
        "<p style='position:absolute;left:-9999px'>SECRET</p>",
        "<p style='color:#fff;background:white'>SECRET</p>",
        "<p style='color:white'>SECRET</p>",
        "<p hidden>SECRET</p>",
        "<p class='x ghost y'>SECRET</p>",
        "<p id='gone'>SECRET</p>",
        "<!-- SECRET -->",
        "<script>var a = 'SECRET'</script>",
        "<template><p>SECRET</p></template>",
        "<noscript>SECRET</noscript>",
        "<div style='display:none'><div><p>SECRET</p></div></div>",
    ],
)
def test_what_a_browser_does_not_show_is_no_part_of_the_text(tmp_path, hidden):
    style = "<style>/* a */ .ghost, #gone {display: none} @media print { .shown { display: none } }</style>"
    document = page(tmp_path, f"<article><p>{PROSE}</p>{hidden}<p class='shown'>{PROSE}Shown.</p></article>", style)
    assert "SECRET" not in document.text
    assert "Shown." in document.text


def test_title_and_date_come_from_the_page_and_not_from_its_name(tmp_path):
    head = (
        '<meta property="og:title" content="A bridge at last">'
        '<meta property="article:published_time" content="2024-03-05T10:00:00Z">'
    )
    document = page(tmp_path, f"<article><p>{PROSE * 3}</p></article>", head)
    assert (document.title, document.published) == ("A bridge at last", "2024-03-05")


def test_a_date_in_the_story_is_no_day_of_publication(tmp_path):
    assert page(tmp_path, f"<article><p>{PROSE} It was first planned on 3 May 1999.</p></article>").published == ""


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8", "shift_jis"])
def test_the_declared_charset_is_used(tmp_path, charset):
    word = "日本語" if charset == "shift_jis" else "café"
    html = f'<html><head><meta charset="{charset}"></head><body><p>{PROSE} {word}</p></body></html>'
    (tmp_path / "a.html").write_bytes(html.encode(charset))
    document = read(tmp_path / "a.html", "a.html")
    assert word in document.text
    assert document.notes == ()


def test_html_is_known_by_its_content_whatever_its_name(tmp_path):
    document = page(tmp_path, f"<p>{PROSE}</p>", name="a.txt")
    assert document.media_type == "text/html"
    assert document.notes == ("a html by its content, though its name ends in '.txt'",)


def test_a_page_that_is_no_article_is_read_whole_and_says_so(tmp_path):
    rows = "".join(f"<div><span>Room {n}</span></div>" for n in range(60))
    document = page(tmp_path, f"<div>Phones</div>{rows}")
    assert "Room 7" in document.text
    assert "Room 59" in document.text


@pytest.mark.parametrize("body", ["", "<script>a</script>", "<p style='display:none'>x</p>"])
def test_a_page_without_visible_text_is_refused(tmp_path, body):
    with pytest.raises(Unreadable, match="there is no visible text in the page"):
        page(tmp_path, body)


def test_deep_nesting_is_read_and_a_bomb_of_it_is_refused(tmp_path):
    deep = page(tmp_path, "<div>" * 500 + f"<p>{PROSE}</p>" + "</div>" * 500 + f"<p>{PROSE}</p>")
    assert PROSE.strip() in deep.text
    with pytest.raises(Unreadable, match=r"^the html in it is nested too deeply$"):
        page(tmp_path, "<div>" * 10_000 + "deep" + "</div>" * 10_000 + f"<p>{PROSE}</p>")


def test_broken_html_is_still_read(tmp_path):
    (tmp_path / "a.html").write_text(f"<html><body><p>{PROSE}<b>unclosed <i>tags</b> <table><tr><td>cell</p>")
    assert "unclosed tags" in read(tmp_path / "a.html", "a.html").text


def test_the_first_row_names_the_columns_where_it_reads_as_names_though_it_is_not_marked_as_such(tmp_path):
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in (("Item", "Price"), ("Stone", "12"), ("Sand", "7")))
    document = page(tmp_path, f"<article><p>{PROSE}</p><table>{rows}</table><p>{PROSE}</p></article>")
    assert "Item | Price\n\nItem: Stone, Price: 12.\n\nItem: Sand, Price: 7." in document.text


@pytest.mark.parametrize(("opens", "closes"), [("<td>", "</td>"), ("<td><p>", "</p></td>"), ("\n<td>\n", "\n</td>\n")])
def test_a_short_page_keeps_its_tables_with_each_cell_under_its_column(tmp_path, opens, closes):
    rows = (("Ann", "", "5 hours"), ("Bob", "3 hours", ""))
    table = "".join(f"<tr>{''.join(f'{opens}{cell}{closes}' for cell in cells)}</tr>" for cells in rows)
    document = page(
        tmp_path,
        "<h1>Hours</h1><p>Who works <b>when</b>.</p><table><caption>In May</caption>"
        f"<tr><th></th><th>Monday</th><th>Tuesday</th></tr>{table}</table><p>Ask Ann.</p>",
    )
    assert document.text.splitlines() == [
        "Hours",
        "Who works when.",
        "In May",
        "Monday | Tuesday",
        "Ann, Tuesday: 5 hours.",
        "Bob, Monday: 3 hours.",
        "Ask Ann.",
    ]
