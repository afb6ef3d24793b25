"""Jobs: what is to happen for a person, a room or a plugin, and when. Frozen values, kept among the plugins' data.

As a value under a key of its scope a job is stored, shown, exported and erased like everything else that is held there.
Knows nothing of who runs them.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Self

from chatbot.errors import Refusal
from chatbot.history.records import JOB, Json, Put, Scope
from chatbot.plugins import rules
from chatbot.plugins.declarations import ScheduleDeclaration
from chatbot.plugins.rules import Missed, Rule, next_after

MOST_MISSED = 24
"""How many missed times are made up for at most."""
GRACE = timedelta(seconds=60)
"""How late a time is still kept by a job that skips what it missed."""
_DECLARED = "@"
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is to happen.

    Attributes:
        id: unique in its scope.
        name: of the handler that the plugin declares for it.
        due: when next; in UTC where it is stored, in the bot's zone where a handler sees it.
        payload: what the handler gets, by the names of its parameters.
        scope: the plugin, and the room and the person that it is for.
        anchor: when it was made; ``Every`` counts from there.
        speaker_name: what the person was called then.
    """

    id: str
    name: str
    due: datetime
    rule: Rule
    payload: Mapping[str, Json]
    scope: Scope
    missed: Missed
    anchor: datetime
    speaker_name: str = ""

    @property
    def key(self) -> str:
        """The key in its scope under which it is stored."""
        return f"{JOB}{self.id}"

    @property
    def speaker_id(self) -> str | None:
        """The platform's id of the person whom it is for."""
        return self.scope.speaker_id

    def seen_in(self, zone: tzinfo | None) -> Self:
        """Return the same job with its times in a zone, as handlers are to see them."""
        return replace(self, due=self.due.astimezone(zone), anchor=self.anchor.astimezone(zone))


def new_job(
    name: str,
    rule: Rule,
    scope: Scope,
    *,
    now: datetime,
    zone: tzinfo,
    payload: Mapping[str, Json] | None = None,
    missed: Missed = Missed.ONCE,
    speaker_name: str = "",
) -> Job:
    """Return a job that is made now.

    Args:
        zone: of rules that name none.

    Raises:
        Refusal: its time is over already.
    """
    due = next_after(rule, now, now, zone)
    if due is None:
        raise Refusal("이미 지난 때라서 예약할 수 없어요.")
    return Job(secrets.token_hex(6), name, due, rule, payload or {}, scope, missed, now.astimezone(UTC), speaker_name)


def put_of(job: Job) -> Put:
    """Return what stores a job."""
    value: dict[str, Json] = {
        "name": job.name,
        "due": job.due.astimezone(UTC).isoformat(),
        "rule": rules.to_json(job.rule),
        "payload": dict(job.payload),
        "missed": job.missed.value,
        "anchor": job.anchor.astimezone(UTC).isoformat(),
        "speaker": job.speaker_name,
    }
    return Put(job.scope, job.key, value)


def removal_of(job: Job) -> Put:
    """Return what removes a job."""
    return Put(job.scope, job.key, None)


def job_of(scope: Scope, key: str, value: Json) -> Job | None:
    """Return the job that is stored under a key; None for what is none, or cannot be read any more."""
    if not key.startswith(JOB):
        return None
    match value:
        case {
            "name": str(name),
            "due": str(due),
            "rule": written,
            "payload": dict(payload),
            "missed": str(missed),
            "anchor": str(anchor),
        }:
            rule = rules.from_json(written)
            if rule is None:
                return None
            try:
                return Job(
                    key.removeprefix(JOB),
                    name,
                    _moment(due),
                    rule,
                    payload,
                    scope,
                    Missed(missed),
                    _moment(anchor),
                    str(value.get("speaker", "")),
                )
            except (ValueError, OverflowError):
                return None
        case _:
            return None


def after_run(job: Job, now: datetime, zone: tzinfo) -> tuple[int, Job | None]:
    """Return how often a job must run now for what is due, and the job as it goes on; None when it is over.

    A job that is not due yet must not run, and goes on as it is.
    """
    now = now.astimezone(UTC)
    if job.due > now:
        return 0, job
    following = next_after(job.rule, now, job.anchor, zone)
    going_on = None if following is None else replace(job, due=following)
    match job.missed:
        case Missed.ONCE:
            return 1, going_on
        case Missed.ALL:
            return _times(job, now, zone), going_on
        case Missed.SKIP:
            return (1 if _is_in_time(job, now, zone) else 0), going_on


def declared(
    declarations: Iterable[tuple[str, ScheduleDeclaration]],
    stored: Iterable[Job],
    now: datetime,
    zone: tzinfo,
    *,
    loaded: Collection[str] = (),
) -> tuple[Put, ...]:
    """Return what must be stored so that there is a job for each schedule that plugins declare, and no other.

    A job whose rule is still the same keeps its due time, so that what was missed is known. One whose rule changed begins
    anew; one whose declaration is gone goes.

    Args:
        declarations: each with the name of its plugin.
        stored: jobs; those that are not of declarations are left alone, and so are those of plugins that are not loaded.
        loaded: names of loaded plugins, also those that declare nothing any more.
    """
    old = {(job.scope.plugin, job.id): job for job in stored if _is_declared(job)}
    plugins = set(loaded)
    puts: list[Put] = []
    for plugin, declaration in declarations:
        plugins.add(plugin)
        id = f"{_DECLARED}{declaration.name}"
        before = old.pop((plugin, id), None)
        if before is not None and before.rule == declaration.rule:
            if before.missed is not declaration.missed:
                puts.append(put_of(replace(before, missed=declaration.missed)))
            continue
        due = next_after(declaration.rule, now, now, zone)
        if due is not None:
            anchor = now.astimezone(UTC)
            scope = Scope(plugin)
            puts.append(put_of(Job(id, declaration.name, due, declaration.rule, {}, scope, declaration.missed, anchor)))
        elif before is not None:
            puts.append(removal_of(before))
    puts += [removal_of(job) for (plugin, _), job in old.items() if plugin in plugins]
    return tuple(puts)


def _is_declared(job: Job) -> bool:
    return job.id.startswith(_DECLARED) and job.scope == Scope(job.scope.plugin)


def _times(job: Job, now: datetime, zone: tzinfo) -> int:
    """Return how many times came due up to now, ``MOST_MISSED`` at most."""
    count, due = 0, job.due
    while due <= now and count < MOST_MISSED:
        count += 1
        following = next_after(job.rule, due, job.anchor, zone)
        if following is None:
            break
        due = following
    return count


def _is_in_time(job: Job, now: datetime, zone: tzinfo) -> bool:
    """Tell whether any of the times that came due is not too long ago."""
    due = job.due
    if now - due > GRACE:
        latest = next_after(job.rule, now - GRACE - _TICK, job.anchor, zone)
        return latest is not None and latest <= now
    return True


def _moment(written: str) -> datetime:
    """Return a time that ``put_of`` wrote.

    Raises:
        ValueError: it is none, or has no zone.
    """
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)
