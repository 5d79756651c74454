import pytest

from rag.ingest.language import is_english, warning

GERMAN = "Der Rat der Stadt hat am Montag für die neue Brücke gestimmt, und sie wird in zwei Jahren gebaut. "
ENGLISH = "The council of the town voted on Monday for the new bridge, and it will be built in two years. "


@pytest.mark.parametrize(
    "text",
    [
        GERMAN * 2,
        "Le conseil de la ville a voté pour le nouveau pont, après un long débat, et il sera construit en deux ans. "
        * 2,
        "El ayuntamiento votó por el nuevo puente después de un largo debate, y se construirá en dos años. " * 2,
        "De raad van de stad heeft na een lang debat voor de nieuwe brug gestemd, en die wordt in twee jaar gebouwd. "
        * 2,
        "Hội đồng thành phố đã bỏ phiếu cho cây cầu mới sau một cuộc tranh luận dài và nó sẽ được xây dựng. " * 2,
        "Городской совет проголосовал за новый мост в понедельник после долгих дебатов.",
        "市議会は月曜日、長い議論の末に新しい橋に賛成票を投じた。橋は二年以内に建設される予定である。",
    ],
)
def test_other_languages_are_told_from_english(text):
    assert not is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        ENGLISH * 2,
        ENGLISH * 4 + GERMAN,
        "item: lamp; price: 12\n" * 40,
        "for key, value in sorted(found.items()): total[key] += value * 2\n" * 20,
        "The café of Señor Núñez in São Paulo was closed, and it has been for years, as the naïve façade shows. " * 3,
        "Der Hund.",
        "12 345 67\n",
        "",
    ],
)
def test_english_code_tables_and_what_is_too_short_are_let_pass(text):
    assert is_english(text)


def test_one_sentence_speaks_of_all_documents():
    assert warning([]) == ()
    assert warning(["b.txt"])[0].startswith("1 document seems not to be in English (b.txt);")
    assert warning(["d", "c", "b", "a"])[0].startswith("4 documents seem not to be in English (a, b, c, …);")
