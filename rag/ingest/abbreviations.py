"""Words that decide whether a full stop ends a sentence."""

from __future__ import annotations

ALWAYS_INSIDE = frozenset(
    """mr mrs ms mx messrs dr prof rev fr hon pres gov sen rep gen col lt maj capt cmdr sgt cpl pvt adm supt
    e.g i.e cf viz vs v al approx ca resp st mt ft esp dept univ assn bros""".split()
)
"""Lower case, without the last full stop: more of the sentence always follows."""

BEFORE_A_NUMBER = frozenset(
    """no nos p pp fig figs vol vols ch chap sec sect art eq eqs para pt tab ver v cl reg
    jan feb mar apr jun jul aug sep sept oct nov dec""".split()
)
"""Not the end where a number comes next; "No." alone is an answer."""

MAY_END = frozenset(
    """inc ltd co corp plc llc bros jr sr etc est dept ave blvd rd ph.d m.d b.a m.a u.s u.k u.n
    jan feb mar apr jun jul aug sep sept oct nov dec
    mon tue tues wed thu thurs fri sat sun calif mass conn fla ariz pa ore wash colo ga va""".split()
)
"""The end only where a word that commonly begins a sentence comes next."""

STARTERS = frozenset(
    """A An The This That These Those There Then Thus It Its He She They We You His Her Their Our Your My
    In On At By For From With As After Before During Since Until While When Where Why How What Who Which
    But And Or So Yet If Although Though Because However Moreover Meanwhile Also Only Even Still Once
    One Two Some Many Most Several Each Every Both Another Other No Not Now Here Today According Despite Under
    January February March July September October November December Between""".split()
)
"""Words that begin a sentence far more often than they go on after an abbreviation."""

ABBREVIATIONS = ALWAYS_INSIDE | BEFORE_A_NUMBER | MAY_END

LOWER_CASE_STARTERS = frozenset(
    """i i'm i've i'll im the this that these those there it it's its he she they we you your my his her
    just but and so if when what why how who where do does did is are can could would will should please
    then also not no maybe thanks yes""".split()
)
"""Words that begin the sentences of those who write without capitals."""
