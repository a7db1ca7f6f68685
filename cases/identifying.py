"""Whether a note looks as if it says who somebody is: a warning, never a refusal.

Notes are read by others and stand in the files of an inspection, so they name nobody. The rules are
data (`RULES`), sent to the browser as they stand: static/js/identifying.js applies them there as
`find_identifying` does here, and tests/cases/identifying_examples.json binds the two. They would
rather miss a name than cry wolf: a warning that is mostly wrong is soon read by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


def _list(words: str) -> frozenset[str]:
    return frozenset(words.split())


KINDS = {
    "email": "an email address",
    "telephone": "a telephone number",
    "postcode": "a postcode",
    "address": "an address",
    "birth": "a date of birth",
    "name": "a name",
}

YOUNGEST = 9
"""Years between a date of birth and the inspection, at least; a child is sentenced from ten on."""

SHOWN = 3
"""Findings that a warning names."""

_LETTER = "A-Za-zÀ-ÖØ-öø-ÿ"
_CAPITAL, _SMALL = "[A-ZÀ-ÖØ-Þ]", "a-zß-öø-ÿ"
_WORD = f"(?:[OD]['’]|Mc|Mac)?{_CAPITAL}[{_SMALL}'’]+(?:-{_CAPITAL}[{_SMALL}]+)*"
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    "Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_DAY = "[0-9]{1,2}(?:st|nd|rd|th)?"
_DATE = (
    f"(?:[0-9]{{1,2}}[./-][0-9]{{1,2}}[./-][0-9]{{2,4}}|{_DAY}(?: of)? {_MONTH}(?:,? [0-9]{{4}})?"
    f"|{_MONTH} {_DAY}(?:,? [0-9]{{4}})?)"
)
_NUMBERED_STREETS = (
    "Street|St|Road|Rd|Avenue|Ave|Lane|Close|Drive|Crescent|Terrace|Gardens|Grove|Mews|Way|Court|"
    "Place|Square|Walk|View|Park|Hill|Row|House"
)
_RELATIONS = (
    "called|named|known as|name is|mother|father|mum|dad|stepmother|stepfather|brother|sister|"
    "grandmother|grandfather|nan|aunt|uncle|cousin|girlfriend|boyfriend|partner|friend|carer|"
    "worker|mentor|manager|officer|nurse|teacher"
)

PATTERNS: tuple[dict[str, str], ...] = (
    {
        "kind": "email",
        "pattern": "(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)+",
    },
    {
        "kind": "telephone",
        "pattern": "(?<![A-Za-z0-9])(?:[+]44 ?(?:[(]0[)] ?)?|[(]?0)[0-9]"
        "(?:[ ()-]{0,2}[0-9]){8,9}(?![0-9])",
    },
    {
        "kind": "postcode",
        "pattern": "(?<![A-Za-z0-9])(?:[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9](?!st|nd|rd|th|hr)"
        "[A-Za-z]{2}|[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2})(?![A-Za-z0-9])",
    },
    {
        "kind": "address",
        "pattern": f"(?<![{_LETTER}0-9])(?:Flat )?[0-9]{{1,4}}[A-Za-z]?,? "
        f"(?!(?:Crown|Youth|High|County|Family|Magistrates['’]?) Court)(?:{_WORD} ){{1,3}}"
        f"(?:{_NUMBERED_STREETS})(?![{_LETTER}])",
    },
    {
        "kind": "birth",
        "pattern": f"(?<![{_LETTER}])(?:[Bb]orn|[Bb]irthday|[Dd]ate of birth|D[.]?O[.]?B[.]?|dob)"
        f"[ :,]{{1,3}}(?:on |is |was )?(?:the )?{_DATE}(?![0-9])",
    },
    {
        "kind": "birth",
        "pattern": f"(?<![{_LETTER}0-9])(?:{_DAY}(?: of)? {_MONTH}|{_MONTH} {_DAY}),? "
        "(?<year>[0-9]{4})(?![0-9])",
    },
    {
        "kind": "birth",
        "pattern": "(?<![0-9./-])[0-9]{1,2}[./-][0-9]{1,2}[./-](?<year>[0-9]{4})"
        "(?![0-9/-]|[.][0-9])",
    },
    {
        "kind": "birth",
        "pattern": "(?<![0-9./-])[0-9]{1,2}[/-][0-9]{1,2}[/-](?<year>[0-9]{2})(?![0-9/-]|[.][0-9])",
    },
    {
        "kind": "name",
        "pattern": f"(?<![{_LETTER}])(?:Mr|Mrs|Ms|Miss|Mx|Dr|PC|WPC|DC|DS|Sgt|Cllr)[.]? "
        f"(?<word>{_WORD})(?![{_LETTER}])",
    },
    {
        "kind": "name",
        "pattern": f"(?<![{_LETTER}])(?:{_RELATIONS}),? (?<word>{_WORD})(?![{_LETTER}])",
    },
)
"""Looked for in this order, in what the ones before have left. `year` must be that of somebody's
birth; `word` must be no ordinary word."""

RUN = f"(?<![{_LETTER}0-9]){_WORD}(?: {_WORD})*(?![{_LETTER}])"
"""Words with a capital letter, side by side."""

STREETS = _list("street road avenue crescent terrace lane close drive gardens grove mews")
"""After another name they make an address, without a number too."""

ORDINARY = _list(
    """
    a about above according across action address addressed after again against agencies agency
    all allocated also although an and anger answer antisocial any approach appropriate april
    are area arrangements arson as asked assault assessed assessment assessments asset
    association at attempt attempts attendance august authority autumn bail barnardo barriers
    based because been before behaviour being between black board borough both breach britain
    british burglary but by cafcass camhs can care carer carers case catch cautioned centre
    change changed changes check child children christmas city clear clinic clinical college
    comments common community compliance concern concerns conference connexions contact contacts
    contract copy core could council counselling county court courts crime criminal crown curfew
    current custody data date december delivered delivery dental department despite detention
    did director discussed discussion diversity do does domestic dr drug drugs due during duty
    each early easter education electronic emotional employment engagement england english
    enough entry equality established establishment ethnic every evidence exclusion exclusions
    extended factors family father february few file final first five following for formal forum
    foster four framework friday from full further gang gave general girls given good great
    group guidance had harm has have having he head health her high his home homework hospital
    hostel housing how however hub identified if impact improvement in independent indicators
    induction information initial inspection inspector institution integrated intensive intent
    internet intervention interventions interview into involved is issues it its january job
    july june justice keeping key knife lack last lead learning leaving level liaison licence
    life light likelihood list living local london looked low magistrate magistrates
    magistrates' male management manager mandatory manual many mappa march may meeting meetings
    mental mentoring midlands ministry missed missing monday monitoring month more most mother
    motivation multi must my nacro national needs neither new next nhs no none north not note
    notes november now october of off offence offences offender offenders offending office
    officer on once one only onset order orders other our out outcome outcomes outreach over
    panel parent parenting parents partner partnership partnerships people per period person
    personal physical plan planned planning plans plus police policy poor positive post practice
    practitioner prevention previous prison probation process programme programmes progress
    project prolific prompt protection provider provision psychiatric psychological psychology
    public pupil qualitative quality quarter racial re recall record recorded records recovery
    reducing referral referrals referred regular rehabilitation relapse release remand
    reoffending reparation report reports requirement requirements resettlement residential
    resource response restorative review reviewed reviews risk risks roh rosh safe safeguarding
    safer satisfactory saturday saw scale scaled scheduled school schools screening second
    section secure see seen senior sentence september serious service services session sessions
    seven sex sexual she short should significant since six skills social some south special
    specialist spring staff standard standards start statement statutory step stonham strategy
    strengths strong structured studies substance such summary summer sunday supervision support
    surveillance talk talking targets task teacher team teams ten tenancy than that the their
    them then there these they thinking third this those though three through thursday time
    times to together told took training transition transport travel treatment trust tuesday
    turning two under unit until up update updated use used verbal very via victim victims
    viewpoint violence visit visits vmp voluntary volunteer vulnerability wales was we wednesday
    week welfare well welsh were west what when where which while white who whole why will
    winter with within without witness women work worked worker workers working would written
    yes yet you young youth
    """
)
"""Words that are no part of a name, though they may have a capital letter: those that begin
sentences, and those of agencies, posts, orders, assessments, months and days."""

FIRST_NAMES = _list(
    """
    aaliyah aaron abbie abdul abigail adam ahmed aiden aisha alan alex alexander alfie ali alice
    alicia amelia amy andrew angela anna anthony ashleigh ashley barry ben benjamin bethany
    bradley brandon callum cameron caroline catherine charlie charlotte chloe christopher claire
    connor courtney craig curtis daisy daniel danielle darren david debbie dylan edward eleanor
    elizabeth ellie elliot emily emma ethan evie fatima finlay francesca gareth gary gavin gemma
    george georgia graham hannah harriet harry harvey hassan hayley heather helen holly hussain
    ibrahim imran isabella jack jacob jade jake james jamie jane jasmine jason jayden jennifer
    jessica joanne john jonathan jordan joseph josh joshua julie karen karl kate katie kayleigh
    keith kelly kerry kevin kieran kirsty kyle lauren leah lewis liam linda lisa louise lucas
    lucy luke lydia maisie matthew megan melissa michael michelle mitchell mohammed molly
    muhammad naomi natalie nathan nicholas nicola nicole oliver olivia owen patrick paul peter
    philip phoebe rachel rebecca reece rhys richard robert rosie ross ryan samantha samuel sarah
    scott sean sebastian shannon sharon simon sophie stacey stephanie stephen steven stuart
    susan tegan thomas tia tom tracey tyler william yasmin zac zara zoe
    """
)
"""First names that are hardly ever anything else: each is taken for a name when it stands alone."""

RULES: dict[str, Any] = {
    "kinds": KINDS,
    "youngest": YOUNGEST,
    "shown": SHOWN,
    "patterns": PATTERNS,
    "run": RUN,
    "streets": sorted(STREETS),
    "ordinary": sorted(ORDINARY),
    "names": sorted(FIRST_NAMES),
}
"""All of it as the browser is given it."""


def _compile(pattern: str) -> re.Pattern[str]:
    """Return a rule compiled: Python wants a P where JavaScript names a group without."""
    return re.compile(pattern.replace("(?<year>", "(?P<year>").replace("(?<word>", "(?P<word>"))


_COMPILED = [(rule["kind"], _compile(rule["pattern"])) for rule in PATTERNS]
_RUN = re.compile(RUN)


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of a note that may identify somebody; `kind` is one of `KINDS`."""

    kind: str
    text: str


def find_identifying(text: str, year: int) -> list[Finding]:
    """Return what in `text` may identify somebody, each piece once.

    `year` is that of the inspection: a date too long before it to be of the sentence is taken for
    a date of birth.
    """
    found: dict[Finding, None] = {}
    rest = text
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(rest):
            if _counts(match, year):
                found[Finding(kind, match[0])] = None
                rest = rest[: match.start()] + "|" * len(match[0]) + rest[match.end() :]
    for match in _RUN.finditer(rest):
        found.update(dict.fromkeys(_find_in_run(match[0].split(" "))))
    return list(found)


def describe_findings(findings: Iterable[Finding]) -> str:
    """Return the warning in words, or the empty string where there is nothing to warn of."""
    told = [f"{KINDS[finding.kind]} (“{finding.text}”)" for finding in findings]
    if not told:
        return ""
    more = ["more"] if len(told) > SHOWN else []
    parts = told[:SHOWN] + more
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"This may identify somebody. It looks as if it holds {listed}."


def _counts(match: re.Match[str], year: int) -> bool:
    """Whether a match holds what its pattern alone cannot say."""
    groups = match.groupdict()
    if (born := groups.get("year")) is not None:
        century = 1900 if int(born) > year % 100 else 2000
        return (int(born) if len(born) == 4 else century + int(born)) <= year - YOUNGEST
    if (word := groups.get("word")) is not None:
        return _plain(word) not in ORDINARY
    return True


def _find_in_run(words: list[str]) -> list[Finding]:
    """Return the names and addresses in words with a capital letter that stand side by side."""
    found = []
    unknown: list[str] = []
    for word in [*words, ""]:
        plain = _plain(word)
        if word and plain not in ORDINARY and plain not in STREETS:
            unknown.append(word)
            continue
        if unknown and plain in STREETS:
            found.append(Finding("address", " ".join([*unknown, word])))
        elif len(unknown) > 1 or any(_plain(one).split("-")[0] in FIRST_NAMES for one in unknown):
            found.append(Finding("name", " ".join(unknown)))
        unknown = []
    return found


def _plain(word: str) -> str:
    """Return a word as the lists have it: in small letters, and nobody's."""
    return re.sub("'s?$", "", word.lower().replace("’", "'"))
