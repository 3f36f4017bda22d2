"""The commands about the course of a diary: ``course``, ``course plan``, ``course outcome``."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from myotwitch.cli.diary_store import At, PassphraseFile, Person, StoreAt, opened, tell_what_waits
from myotwitch.cli.diary_words import clock_now, time_asked
from myotwitch.cli.program import app
from myotwitch.cli.terminal import AsJson, print_json
from myotwitch.errors import RequestError

course = typer.Typer(
    name="course",
    rich_markup_mode=None,
    help="Say how twitching goes, what drives it in this person, what changed, and what is in the body.",
)
app.add_typer(course)


@course.callback(
    invoke_without_command=True,
    epilog="\b\nExamples:\n  myotwitch course --store me.db\n  myotwitch course plan caffeine --store me.db",
)
def show_course(
    context: typer.Context,
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Say how twitching goes, what drives it in this person, what changed, and what is in the body."""
    if context.invoked_subcommand is not None:
        return
    from myotwitch.course.document import course_document
    from myotwitch.pipeline import stored_course
    from myotwitch.report.course_text import course_text

    now = clock_now()
    with opened(store, passphrase_file) as there:
        told = stored_course(there, person, at=time_asked(at, now, is_end=True), now=now)
    tell_what_waits(told.counted)
    if as_json:
        print_json(course_document(told.course))
    else:
        typer.echo(course_text(told.course, told.counted.moment))


@course.command(epilog="\b\nExample:\n  myotwitch course plan caffeine --begin 2026-12-01 --keep --store me.db")
def plan(
    substance: Annotated[str, typer.Argument(help="What to try, such as caffeine or magnesium.", metavar="SUBSTANCE")],
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    begin: Annotated[str | None, typer.Option(help="First day, such as 2026-12-01; without it, tomorrow.")] = None,
    amount: Annotated[float | None, typer.Option(help="Amount a day in periods with it, in mg.")] = None,
    ratio: Annotated[float, typer.Option(help="The rate ratio that it should show.")] = 1.5,
    pairs: Annotated[int | None, typer.Option(help="Pairs of periods; without it, as many as are needed.")] = None,
    days: Annotated[int | None, typer.Option(help="Days of a period; without it, as many as are needed.")] = None,
    seed: Annotated[int | None, typer.Option(help="Decides the order; without it, chance does.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Write the plan into the diary, as notes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the plan of an own experiment: with and without, in an order that chance decides."""
    from myotwitch.course.experiment_planning import Wish
    from myotwitch.course.experiment_text import plan_text
    from myotwitch.pipeline import plan_experiment

    wish = Wish(amount_mg=amount, ratio=ratio, pairs=pairs, period_days=days)
    with opened(store, passphrase_file) as there:
        made = plan_experiment(there, person, substance, wish, begin=_day(begin), seed=seed, keep=keep, now=clock_now())
    if as_json:
        print_json(made.to_document())
    else:
        typer.echo(plan_text(made))
        if keep:
            typer.echo("The plan is kept in the diary. When it is done: myotwitch course outcome")


@course.command(epilog="\b\nExample:\n  myotwitch course outcome --store me.db")
def outcome(
    store: StoreAt = None,
    person: Person = None,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what came out of the own experiments whose plans the diary keeps."""
    from myotwitch.pipeline import outcomes_of
    from myotwitch.report.course_text import outcome_text
    from myotwitch.store import read_diary

    with opened(store, passphrase_file) as there:
        found = outcomes_of(read_diary(there, person), clock_now())
    if as_json:
        print_json({"schema": "myotwitch.outcomes/1", "outcomes": [told.to_document() for told in found]})
    elif not found:
        typer.echo(
            "The diary keeps no plan of an own experiment; make one with: myotwitch course plan SUBSTANCE --keep"
        )
    else:
        typer.echo("\n\n".join(map(outcome_text, found)))


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestError(f"{text[:40]!r} is not a day; write it as 2026-12-01.") from None
