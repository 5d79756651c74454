from rag.ingest.read import read

MARKDOWN = """---
title: "The Handbook"
date: 2024-03-01
---
Before any heading.

# Travel

Who travels asks first.

## Trains

```
# no heading
```

Setext heading
--------------

Text.

- item
---
# Food #
"""


def test_markdown_keeps_its_text_and_has_its_headings_as_sections(tmp_path):
    (tmp_path / "a.md").write_text(MARKDOWN)
    document = read(tmp_path / "a.md", "a.md")
    assert document.text == MARKDOWN
    assert (document.title, document.published, document.media_type) == ("The Handbook", "2024-03-01", "text/markdown")
    assert [section.heading for section in document.sections] == [
        ("Travel",),
        ("Travel", "Trains"),
        ("Travel", "Setext heading"),
        ("Food",),
    ]
    assert all(section.place == "" for section in document.sections)
    assert document.text[document.sections[1].start :].startswith("## Trains")


def test_front_matter_is_marked_and_is_never_evidence(tmp_path):
    (tmp_path / "a.md").write_text(MARKDOWN)
    ((start, end),) = read(tmp_path / "a.md", "a.md").boilerplate
    assert MARKDOWN[start:end].startswith("---\ntitle")
    assert MARKDOWN[end:].startswith("Before")


def test_a_first_heading_is_the_title_and_a_rule_is_no_front_matter(tmp_path):
    (tmp_path / "a.md").write_text("# A [linked](http://a.example) `title`\n\n---\n\nText\n\n---\n")
    document = read(tmp_path / "a.md", "a.md")
    assert (document.title, document.boilerplate) == ("A linked title", ())


def test_restructuredtext_levels_follow_the_order_of_the_underlines(tmp_path):
    text = (
        "=====\nGuide\n=====\n\n:date: 2024-03-01\n\nFirst\n-----\n\nText.\n\n"
        "Deeper\n~~~~~~\n\nMore.\n\nSecond\n------\n\nEnd.\n"
    )
    (tmp_path / "a.rst").write_text(text)
    document = read(tmp_path / "a.rst", "a.rst")
    assert (document.text, document.title, document.published) == (text, "Guide", "2024-03-01")
    assert [section.heading for section in document.sections] == [
        ("Guide",),
        ("Guide", "First"),
        ("Guide", "First", "Deeper"),
        ("Guide", "Second"),
    ]
