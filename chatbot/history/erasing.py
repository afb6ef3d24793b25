"""Erasing that takes more than one transaction, so that nobody who writes meanwhile waits long."""

from datetime import datetime
from functools import partial

from chatbot.history import forget, retention
from chatbot.history.threads import Threads


async def forget_speaker(threads: Threads, adapter: str, speaker_id: str) -> int:
    """Redact what others said of a person, page by page, then erase the person; return how many turns went."""
    person = await threads.study(lambda connection: forget.find(connection, adapter, speaker_id))
    scanned = 0
    while person.groups and person.redaction:
        changes, last = await threads.study(partial(forget.page, person=person, after=scanned))
        if changes:  # and look again: one may have been edited meanwhile
            await threads.write(partial(forget.change, changes=changes))
        elif last is None:
            break
        else:
            scanned = last
    return await threads.erase(lambda connection: forget.erase(connection, person, scanned))


async def prune(threads: Threads, turns_before: datetime | None, tombstones_before: datetime) -> int:
    """Delete old turns and old tombstones, page by page, then what that leaves empty; return how many turns went."""
    erased = after = 0
    while turns_before is not None:
        old = await threads.study(partial(retention.old_turns, before=turns_before, after=after))
        if not old:
            break
        erased += await threads.write(partial(retention.delete_turns, rows=old))
        after = old[-1]
    after = 0
    while old := await threads.study(partial(retention.old_tombstones, before=tombstones_before, after=after)):
        await threads.write(partial(retention.delete_tombstones, rows=old))
        after = old[-1]
    if erased:
        await threads.erase(retention.tidy)
    else:
        await threads.write(retention.tidy)
    return erased
