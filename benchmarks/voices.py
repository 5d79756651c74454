"""The same in the other voice: a passive sentence in the active, and the other way round.

Strict, so that what comes out is right: no subject with a comma, no agent that goes on behind a comma or an
"and", no second verb.
"""

from __future__ import annotations

import random
import re

from benchmarks.bases import Base
from benchmarks.conllu import passive

_PAST = {
    "written": "wrote", "sung": "sang", "taken": "took", "chosen": "chose", "driven": "drove", "beaten": "beat",
    "drawn": "drew", "seen": "saw", "known": "knew", "stolen": "stole", "struck": "struck", "broken": "broke",
    "overthrown": "overthrew", "spoken": "spoke",
}  # fmt: skip
_SAME_PAST = "won|led|held|built|made|found|met|shot|hit|bought|sold|caught|sent|struck|set|fought|lost"
_LOWERED = frozenset("The A An This These His Her Their Its".split())
_OBJECT = {"It": "it", "it": "it", "He": "him", "he": "him", "She": "her", "she": "her", "They": "them", "they": "them"}

_NAME = r"[A-Z][\w’'&-]+(?: (?:of |of the |the |de |van |von )?(?:[A-Z][\w’'&-]+|[A-Z]\.)){0,5}(?<!\.)"
_NOT = r"(?!(?:and|or|to|as|for|in|on|at|by|of|with|from|into|who|that|which|was|were|is|are|has|had|he|she|it|they)\b)"
_COMMON = rf"(?:{_NOT}[a-z][\w-]+ ){{0,2}}{_NOT}[a-z][\w-]+"
_FRONT = r"(?P<front>(?:In|On|During|Since|Before|Until) [^,“”]{3,40}, )?"
_SUBJECT = (
    rf"(?P<subject>(?:[Tt]he|An?|an?|[Tt]his|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir) [^,;:()“”]{{2,60}}?|[Ii]t|[Hh]e|[Ss]he"
    rf"|[Tt]hey|{_NAME})"
)
_REST = r"(?P<rest>(?: (?:in|on|at|for|from|during|after|before|until|since) [^;]+)?\.)$"
_PASSIVE = re.compile(
    rf"^{_FRONT}{_SUBJECT} (?:was|were|(?P<had>had|has|have) been) (?P<adverb>\w+ly )?"
    rf"(?P<verb>\w{{3,}}ed|{'|'.join(_PAST)}|{_SAME_PAST})"
    rf"(?P<between>(?: (?:in|on|at|during|after) (?:the )?[A-Z\d][\w’'-]*(?: [A-Z\d][\w’'-]*){{0,3}})?) "
    rf"by (?P<agent>(?:[Tt]he |an? |his |her |its )?(?:{_NOT}[\w-]+ ){{0,3}}{_NAME}|(?:the |an? )?{_COMMON}?"
    rf"|[A-Z][\w-]+ {_NOT}[a-z]\w+)"
    rf"{_REST}"
)
_NO_AGENT = re.compile(
    r"^(?:January|February|March|April|May|June|July|August|September|October|November|December|\w+day)\b"
)
_TWO_VERBS = re.compile(
    r"\b(?:who|which|that|where|when|until|and|but|as|because|while|if|was|were|is|are|had|has|said|not)\b"
)
_MORE = re.compile(r"\b(?:and|or|but|as|who|whom|which|that|where|than)\b|, \w+(?:ed|ing)\b")
"""Perhaps a second verb of the same subject, or a clause that hangs on a word that has moved."""

_DID = (
    r"(?P<verb>founded|directed|designed|invented|discovered|defeated|painted|composed|published|produced|created"
    r"|established|developed|signed|killed|acquired|purchased|introduced|recorded|released|conquered|captured|invaded"
    r"|destroyed|criticized|praised|approved|rejected|adopted|commissioned|organized|replaced|opened|won|wrote|led"
    r"|built|sold|bought|held|hosted|owned|chaired|edited|translated|attacked|occupied|sponsored|condemned|joined"
    r"|formed|passed|received|achieved|completed|fired|married|visited|crossed|reached|saved|launched|abolished"
    r"|played|represented|managed|coached|captained|scored|entered|attended|inherited|accepted|retained|dominated"
    r"|controlled|governed|restored|proposed|presented|delivered|issued|explored|described|discussed|covered|defended"
    r"|secured|established|funded|followed|influenced|inspired|surrounded|protected|supplied|visited|used|signed)"
)
_THING = (
    rf"(?P<thing>(?:the|an?|his|her|its|their|this) (?:{_NOT}[\w’'-]+ ){{0,3}}?{_NOT}[\w’'-]+"
    rf"(?: of (?:the )?{_NAME})?|{_NAME})"
)
_ACTIVE = re.compile(
    rf"^{_FRONT}(?P<agent>(?:[Tt]he )?{_NAME}|[Hh]e|[Ss]he|[Tt]hey|(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir) {_COMMON})"
    rf"(?P<adverb> (?:also|later|first|then|soon|finally|jointly|subsequently))? {_DID} {_THING}"
    r"(?P<rest>(?: (?:in|on|at|during|after|before|until) [^;:()]+)?\.)$"
)
_PARTICIPLE = {"wrote": "written"}


def other_voice(base: Base, _: random.Random) -> str | None:
    """The sentence in the other voice; None where it is of neither form."""
    return _in_active(base.text) or passive(base.words) or _in_passive(base.text)


def _in_active(text: str) -> str | None:
    match = _PASSIVE.match(text)
    if match is None or _TWO_VERBS.search(match["subject"]) or _MORE.search(match["rest"]):
        return None
    verb, agent, front, subject = match["verb"], match["agent"], match["front"] or "", _lowered(match["subject"])
    if _NO_AGENT.match(agent):
        return None
    if match["had"] in ("has", "have"):
        did = f"{'have' if _is_plural(agent) else 'has'} {verb}"
    else:
        did = f"had {verb}" if match["had"] else _PAST.get(verb, verb)
    said = f"{match['adverb'] or ''}{did} {subject}{match['between']}{match['rest']}"
    return f"{front}{agent if front else agent[:1].upper() + agent[1:]} {said}"


def _in_passive(text: str) -> str | None:
    match = _ACTIVE.match(text)
    if match is None or _MORE.search(match["rest"]) or match["agent"] in ("This", "That", "These", "Those", "It", "We"):
        return None
    thing, front = match["thing"], match["front"] or ""
    verb = _PARTICIPLE.get(match["verb"], match["verb"])
    was = f"{'were' if _is_plural(thing) else 'was'}{match['adverb'] or ''}"
    first = thing if front else thing[:1].upper() + thing[1:]
    return f"{front}{first} {was} {verb} by {_lowered(match['agent'])}{match['rest']}"


def _lowered(words: str) -> str:
    """A subject as it stands behind the verb."""
    start = words.split(" ", 1)[0]
    return _OBJECT.get(words) or (start.lower() + words[len(start) :] if start in _LOWERED else words)


def _is_plural(words: str) -> bool:
    """Of a few words, by the last before "of"."""
    last = words.partition(" of ")[0].split()[-1]
    return last.endswith("s") and last.islower() and not re.search(r"(?:ss|us|is|[’']s)$", last)
