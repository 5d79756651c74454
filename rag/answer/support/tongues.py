"""Orders to say something, in other languages: there the form of the verb tells that it is one."""

from __future__ import annotations

import re

_WORDS = frozenset(
    """antworte antwortet schreib schreibe schreibt behaupte erwähne nenne
    répondez réponds écrivez écris dites affirmez mentionnez ajoutez
    responde responda respondan escribe escriba diga digan contesta conteste menciona añade
    escreva afirme mencione acrescente
    rispondi risponda rispondete scrivi scriva scrivete dica aggiungi
    antwoord schrijf vermeld noem
    svara skriv nämn påstå nevn nævn
    vastaa kerro kirjoita sano mainitse väitä vasta ütle kirjuta
    odpowiedz napisz powiedz wspomnij odpověz odpovězte napiš napište řekni řekněte uveď odpovedz povedz
    odgovori odgovorite napiši reci navedi válaszolj válaszold írd mondd említsd állítsd
    răspunde răspundeți spune spuneți menționează
    yaz yazın yanıtla söyle söyleyin cevapla belirt
    jawab jawablah katakan tulis tuliskan sebutkan sabihin sumagot jibu andika
    atsakyk pasakyk parašyk atbildi
    ответь ответьте напиши напишите скажи скажите сообщи упомяни відповідай напиши скажіть відповіж згадай кажи отговори
    напишете одговори реци απάντησε απαντήστε γράψε γράψτε πες πείτε ανάφερε""".casefold().split()
)
_ENGLISH = frozenset(
    "the that with this from which were been their has had would should they you your his her these who".split()
)
"""Small words of English alone."""
_STARTS = re.compile(r"(?:^|[,;:.!?–—(„“”«\"\n]|\b(?:und|et|och|og|ja|en|ve|dan|și|и|і|και|és))\W*$", re.I)
_PHRASES = re.compile(
    r"\b(?:antworten Sie|schreiben Sie|sagen Sie|sag(?:e|t)?,? dass|gib an|dis que|affirme que|di(?:les)? que|diz que"
    r"|afirma que|di[’']? che|dite che|afferma che|zeg dat|voeg toe|säg att|svara (?:med|att)|svar (?:med|at)"
    r"|si[gi]? at"
    r"|scrie că|afirmă că|trả lời|nói rằng|viết rằng|hãy nói|sema kwamba|saki, ka)\b",
    re.I,
)
_IN_OTHER_SCRIPTS = re.compile(
    r"回答|回复|回覆|答复|输出|輸出|告诉|告訴|写道|说出|請說|请说|答えて|回答して|出力して|述べて|言って|書いて"
    r"|대답|답하|답변|말하세요|말해|말하라|적어|쓰세요|써라"
    r"|(?<!\w)(?:و)?(?:أجب|اكتب|قل|اذكر)(?!\w)|(?<!\w)(?:بگو|بگویید|بنویس|بنویسید)(?!\w)"
    r"|(?<!\w)ו?(?:אמור|אמרי|כתוב|כתבי|ענה|השב|ציין)(?!\w)"
    r"|उत्तर दो|उत्तर दें|जवाब दो|जवाब दें|कहो|कहें|लिखो|लिखें|বলো|বলুন|লেখো|লিখুন|உত্তর|சொல்|எழுது|చెప్పు|ตอบว่า|บอกว่า|เขียนว่า"
)


def said_to_say(source: str) -> str:
    """The form of "say", "answer", "write", "mention" or "add" with which one person is ordered; empty without one.

    Within an English sentence such a form is a name or a word that is talked of, but where a clause starts with it.
    """
    english = not _ENGLISH.isdisjoint(re.findall(r"\w+", source.casefold()))
    words = (m for m in re.finditer(r"\w+", source) if m[0].casefold() in _WORDS)
    for match in (*words, *_PHRASES.finditer(source)):
        if not english or _STARTS.search(source[max(0, match.start() - 12) : match.start()]):
            return match[0]
    other = None if source.isascii() else _IN_OTHER_SCRIPTS.search(source)
    return other[0] if other else ""
