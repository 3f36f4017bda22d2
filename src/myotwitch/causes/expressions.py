"""The language of the rules: an expression over what is known of a person, parsed safely and checked when it is read.

Only names, numbers, texts, comparisons, ``and``, ``or``, ``not`` and the calls of `CALLS` exist; anything else is a
fault of the table, found when the table is read and never when a person is assessed. Unknown is not false: a
comparison with something that is not known is false, and so is its opposite comparison.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from myotwitch.anatomy.places import PLACES, REGION_OF_PLACE, Region
from myotwitch.case.analytes import ANALYTES
from myotwitch.case.findings import FINDINGS
from myotwitch.causes.exposure import members
from myotwitch.causes.facts import Facts
from myotwitch.causes.movements import Movement
from myotwitch.causes.vocabulary import DESCRIPTORS
from myotwitch.errors import TableError, nearest_name
from myotwitch.substances.substance import CLASS_KEYS, SUBSTANCES

Number = float | None
"""A quantity; None where it is not known."""

WIDESPREAD_REGIONS = 5
"""What a person who speaks of many places counts as, in comparisons of `places`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """A condition of a rule.

    Parameters
    ----------
    text
        As it stands in the table.
    holds
        Returns True where the facts fulfil it.
    findings
        Names of all findings that occur in it.
    needs
        Groups of findings: it can only hold where of each group at least one is present.
    """

    text: str
    holds: Callable[[Facts], bool]
    findings: frozenset[str]
    needs: tuple[frozenset[str], ...] = ()

    def lacks(self, present: frozenset[str]) -> list[frozenset[str]]:
        """Return the groups that it needs of which none is present; where there are any, it does not hold."""
        return [group for group in self.needs if group.isdisjoint(present)]


def parse_expression(text: str) -> Expression:
    """Return the expression that a rule's ``when`` gives.

    Raises
    ------
    TableError
        If it is not of the language, or names something unknown; the message has the nearest known name.

    Examples
    --------
    >>> rule = parse_expression("weakness and age >= 50")
    >>> rule.holds(Facts(age_years=67, sex=None, pregnant=None, findings={"weakness": True}))
    True
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise TableError(f"The condition {text!r} cannot be read: {error}.") from error
    findings: set[str] = set()
    return Expression(text=text, holds=_claim(tree, findings), findings=frozenset(findings), needs=_needs(tree))


def _needs(node: ast.expr) -> tuple[frozenset[str], ...]:
    """Return the groups of findings of each of which a condition needs one."""
    parts = node.values if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And) else [node]
    groups = []
    for part in parts:
        names = part.values if isinstance(part, ast.BoolOp) and isinstance(part.op, ast.Or) else [part]
        if all(isinstance(name, ast.Name) and name.id in FINDINGS for name in names):
            groups.append(frozenset(name.id for name in names if isinstance(name, ast.Name)))
    return tuple(groups)


def _claim(node: ast.expr, findings: set[str]) -> Callable[[Facts], bool]:
    """Return the function that tells whether a condition holds."""
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            parts = [_claim(value, findings) for value in values]
            return lambda facts: all(part(facts) for part in parts)
        case ast.BoolOp(op=ast.Or(), values=values):
            return _any_of(values, findings)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _claim(operand, findings)
            return lambda facts: not inner(facts)
        case ast.Compare():
            return _comparison(node)
        case ast.Name(id=name):
            return _named_claim(name, findings)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _called_claim(name, arguments, findings)
    raise TableError(f"{ast.unparse(node)!r} is no condition; allowed are names, calls, comparisons, and, or, not.")


def _any_of(values: Sequence[ast.expr], findings: set[str]) -> Callable[[Facts], bool]:
    """Return the function that tells whether one of several conditions holds; its findings are looked up at once."""
    names = frozenset(value.id for value in values if isinstance(value, ast.Name) and value.id in FINDINGS)
    parts = [_claim(value, findings) for value in values if not (isinstance(value, ast.Name) and value.id in names)]
    findings.update(names)

    def holds(facts: Facts) -> bool:
        told = facts.findings
        return any(told[name] for name in told.keys() & names) or any(part(facts) for part in parts)

    return holds


def _named_claim(name: str, findings: set[str]) -> Callable[[Facts], bool]:
    if name in FINDINGS:
        findings.add(name)
        return lambda facts: facts.findings.get(name, False)
    if name in CLAIMS:
        return CLAIMS[name]
    if name in NUMBERS:
        raise TableError(f"{name} is a number; compare it, such as {name} > 0.")
    known = [*FINDINGS, *CLAIMS, *NUMBERS]
    raise TableError(f"The name {name!r} is not known.{nearest_name(name, known)}")


def _called_claim(name: str, arguments: Sequence[ast.expr], findings: set[str]) -> Callable[[Facts], bool]:
    if name not in CALLS:
        known = [*CALLS, *NUMBER_CALLS]
        hint = " It gives a number; compare it." if name in NUMBER_CALLS else nearest_name(name, known)
        raise TableError(f"The call {name!r} is not known as a condition.{hint}")
    call = CALLS[name]
    values = _constants(name, arguments, call.takes_days)
    if values[0] not in call.words:
        raise TableError(f"{name}({values[0]!r}) names nothing known.{nearest_name(str(values[0]), list(call.words))}")
    if call.words is FINDINGS:
        findings.add(str(values[0]))
    word, days = str(values[0]), float(values[1]) if call.takes_days else 0.0
    return lambda facts: call.holds(facts, word, days)


def _constants(name: str, arguments: Sequence[ast.expr], takes_days: bool) -> list[str | float]:  # noqa: FBT001
    texts = [node.id if isinstance(node, ast.Name) else getattr(node, "value", None) for node in arguments]
    forms = (str, int | float) if takes_days else (str,)
    if len(texts) != len(forms) or not all(isinstance(text, form) for text, form in zip(texts, forms, strict=True)):
        raise TableError(f"{name}() needs {'a name and a number of days' if takes_days else 'one name'}.")
    return texts  # type: ignore[return-value]


COMPARISONS: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = MappingProxyType(
    {
        ast.Lt: operator.lt,
        ast.LtE: operator.le,
        ast.Gt: operator.gt,
        ast.GtE: operator.ge,
        ast.Eq: operator.eq,
        ast.NotEq: operator.ne,
    }
)


def _comparison(node: ast.Compare) -> Callable[[Facts], bool]:
    values = [_quantity(part) for part in (node.left, *node.comparators)]
    signs = []
    for sign in node.ops:
        if type(sign) not in COMPARISONS:
            raise TableError(f"The comparison in {ast.unparse(node)!r} is not allowed; use < <= > >= == !=.")
        signs.append(COMPARISONS[type(sign)])

    def holds(facts: Facts) -> bool:
        known = [value(facts) for value in values]
        return all(
            left is not None and right is not None and sign(left, right)
            for sign, left, right in zip(signs, known[:-1], known[1:], strict=True)
        )

    return holds


def _quantity(node: ast.expr) -> Callable[[Facts], Number]:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return lambda facts: float(value)
        case ast.Name(id=name) if name in NUMBERS:
            return NUMBERS[name]
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in NUMBER_CALLS:
            words, quantity = NUMBER_CALLS[name]
            word = _constants(name, [argument], takes_days=False)[0]
            if word not in words:
                raise TableError(f"{name}({word!r}) names nothing known.{nearest_name(str(word), list(words))}")
            return lambda facts: quantity(facts, str(word))
    known = [*NUMBERS, *NUMBER_CALLS]
    text = ast.unparse(node)
    raise TableError(f"{text!r} is no quantity; known are numbers and {', '.join(known)}.{nearest_name(text, known)}")


def _longest(facts: Facts, name: str) -> Number:
    values = [value for entry in facts.entries if (value := getattr(entry, name)) is not None]
    return max(values) if values else None


def _count_regions(facts: Facts) -> float:
    regions = set(facts.regions)
    return float(max(len(regions), WIDESPREAD_REGIONS if Region.WIDESPREAD in regions else 0))


def _reported(facts: Facts) -> list[Movement]:
    return [movement for movement in facts.movements if not movement.is_measured]


def _is_at(movement: Movement, place: str) -> bool:
    # Where a region and a place share their name the region is meant: twitching of the lip is twitching of the face.
    return movement.region == place if place in REGION_NAMES else movement.place == place


def _has_word(facts: Facts, descriptor: str, word: str) -> bool:
    return any(word in movement.words.get(descriptor, ()) for movement in _reported(facts))


def _is_taken(facts: Facts, substances: frozenset[str]) -> bool:
    return any(exposure.is_taken and exposure.substance in substances for exposure in facts.exposures)


def _is_stopped(facts: Facts, substances: frozenset[str], days: float) -> bool:
    return any(
        exposure.stopped_days_ago is not None and exposure.stopped_days_ago <= days
        for exposure in facts.exposures
        if exposure.substance in substances
    )


def _lab(facts: Facts, analyte: str) -> Number:
    return next((lab.value for lab in facts.labs if lab.analyte == analyte), None)


def _daily_mg(facts: Facts, name: str) -> Number:
    """Return how much of a substance is taken a day [mg]; None where no amount is told."""
    amounts = [
        exposure.daily_amount_mg
        for exposure in facts.exposures
        if exposure.is_taken and exposure.substance == name and exposure.daily_amount_mg is not None
    ]
    return sum(amounts) if amounts else None


def _since_at(facts: Facts, place: str) -> Number:
    values = [
        entry.since_days
        for entry in facts.entries
        if entry.since_days is not None
        and entry.place is not None
        and (REGION_OF_PLACE[entry.place].value == place or entry.place == place)
    ]
    return max(values) if values else None


REGION_NAMES = frozenset(region.value for region in Region)
WHERE = frozenset((*PLACES, *REGION_NAMES))


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A condition with an argument: the words it may name, whether it takes days, and when it holds."""

    words: Mapping[str, object] | frozenset[str] | tuple[str, ...]
    holds: Callable[[Facts, str, float], bool]
    takes_days: bool = False


CLAIMS: Mapping[str, Callable[[Facts], bool]] = MappingProxyType(
    {
        "female": lambda facts: facts.sex == "female",
        "male": lambda facts: facts.sex == "male",
        "pregnant": lambda facts: facts.pregnant is True,
        "painful": lambda facts: _has_word(facts, "painful", "painful"),
        "twitching": lambda facts: bool(facts.movements),
    }
)
"""Conditions without an argument, beside the names of findings."""

CALLS: Mapping[str, Call] = MappingProxyType(
    {
        "absent": Call(words=FINDINGS, holds=lambda facts, name, _: facts.findings.get(name) is False),
        "place": Call(
            words=WHERE, holds=lambda facts, place, _: any(_is_at(movement, place) for movement in _reported(facts))
        ),
        "only_place": Call(
            words=WHERE,
            holds=lambda facts, place, _: (
                bool(_reported(facts)) and all(_is_at(movement, place) for movement in _reported(facts))
            ),
        ),
        "character": Call(
            words=DESCRIPTORS["characters"], holds=lambda facts, word, _: _has_word(facts, "characters", word)
        ),
        "timing": Call(words=DESCRIPTORS["when"], holds=lambda facts, word, _: _has_word(facts, "when", word)),
        "trend": Call(words=DESCRIPTORS["trend"], holds=lambda facts, word, _: _has_word(facts, "trend", word)),
        "side": Call(words=DESCRIPTORS["side"], holds=lambda facts, word, _: _has_word(facts, "side", word)),
        "taken": Call(words=SUBSTANCES, holds=lambda facts, name, _: _is_taken(facts, members((name,), ()))),
        "taken_class": Call(words=CLASS_KEYS, holds=lambda facts, name, _: _is_taken(facts, members((), (name,)))),
        "stopped": Call(
            words=SUBSTANCES,
            holds=lambda facts, name, days: _is_stopped(facts, members((name,), ()), days),
            takes_days=True,
        ),
        "stopped_class": Call(
            words=CLASS_KEYS,
            holds=lambda facts, name, days: _is_stopped(facts, members((), (name,)), days),
            takes_days=True,
        ),
    }
)
"""Conditions with an argument."""

NUMBERS: Mapping[str, Callable[[Facts], Number]] = MappingProxyType(
    {
        "age": lambda facts: facts.age_years,
        "since_days": lambda facts: _longest(facts, "since_days"),
        "bouts_per_day": lambda facts: _longest(facts, "bouts_per_day"),
        "bout_seconds": lambda facts: _longest(facts, "bout_seconds"),
        "places": _count_regions,
    }
)
"""Quantities without an argument."""

NUMBER_CALLS: Mapping[str, tuple[Mapping[str, object] | frozenset[str], Callable[[Facts, str], Number]]] = (
    MappingProxyType(
        {
            "lab": (ANALYTES, _lab),
            "days": (FINDINGS, lambda facts, name: facts.finding_days.get(name)),
            "since_at": (WHERE, _since_at),
            "daily_mg": (SUBSTANCES, _daily_mg),
        }
    )
)
"""Quantities with an argument."""
