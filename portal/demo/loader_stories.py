"""Proposals that are under way, and those that came to nothing, as ``stories.json`` tells them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.core import clock, workdays
from portal.core.actors import Actor
from portal.demo.loader_county import County, Row, read
from portal.demo.loader_days import Days, before
from portal.demo.loader_proposals import Story, Terms
from portal.openings.models import EmploymentType
from portal.proposals.states import DeclineReason

# The way of a proposal: the working days after the step before, and the hour of the day.
WAY: dict[str, tuple[int, tuple[int, int]]] = {
    "draft": (0, (9, 10)),
    "ask_consent": (0, (9, 45)),
    "agree": (1, (16, 50)),
    "interested": (2, (10, 5)),
    "disclose": (1, (13, 30)),
    "times": (0, (14, 0)),
    "agree_interview": (1, (9, 20)),
    "offer": (3, (14, 15)),
    "report_hire": (2, (10, 30)),
    "confirm_hire": (0, (15, 5)),
}
_ASIDE = "ask_change"  # in place of "agree"
_END = (17, 25)  # after any other step of the same day
_MEETING_AFTER = 2  # working days after the times were suggested
_MEETING_HOURS = ((10, 0), (13, 30), (15, 0))


@dataclass(frozen=True)
class Timetable:
    """When each step of one story was taken."""

    days: Days
    last_step: str
    last_day: date
    minute: int

    def day(self, step: str) -> date:
        """The day of a step."""
        names = list(WAY)
        last = "agree" if self.last_step == _ASIDE else self.last_step
        later = names[names.index(step) + 1 : names.index(last) + 1]
        return before(self.last_day, sum(WAY[name][0] for name in later))

    def at(self, step: str) -> datetime:
        """The moment of a step."""
        hour, minute = WAY[step][1]
        return self.days.at(self.day(step), hour, minute + self.minute)


def stories(county: County) -> None:
    """Tell every story of the file."""
    for row in read("stories")["past"]:
        _tell(county, row)
    for row in read("stories")["stories"]:
        _tell(county, row)


def _tell(county: County, row: Row) -> None:
    days = county.days
    story = Story(county, row["candidate"], county.openings[row["opening"]])
    last_day = _day(days, row)
    table = Timetable(days, row["until"], last_day, county.chance.randint(0, 9))
    who = story.employer if row.get("by") == "employer" else story.coach
    walk(story, table, who, meeting_in_days=row.get("meeting_in_days"), hire=_terms(days, row), wish=row.get("wish"))
    for number, words in enumerate(row.get("messages", ())):
        at = table.at(words["step"]) + timedelta(minutes=20 + 35 * number)
        story.is_written(min(at, days.now), words["from"] == "employer", words["text"])
    if "end" in row:
        _end(county, story, row["end"])
    story.keep()


def walk(
    story: Story,
    table: Timetable,
    who: Actor,
    *,
    meeting_in_days: int | None = None,
    hire: Terms | None = None,
    wish: str | None = None,
) -> None:
    """Take the steps until the timetable's last.

    :param who: whose press the last step is; the employer answers the earlier ones.
    :param meeting_in_days: working days from now to the agreed meeting; None: soon after the times were suggested.
    :param hire: the terms, for stories that come so far.
    """
    aside = table.last_step == _ASIDE
    last = "ask_consent" if aside else table.last_step
    steps: dict[str, Callable[[datetime, bool], None]] = {
        "draft": lambda at, _last: story.begins(at),
        # who has no address is asked by the coach, together with the yes
        "ask_consent": lambda at, last: story.asks(at) if last or story.candidate.identity.email else None,
        "agree": lambda at, _last: story.is_agreed_to(at),
        "interested": lambda at, last: story.interests(at, who if last else story.employer),
        "disclose": lambda at, _last: story.is_told(at),
        "times": lambda at, last: story.suggests(
            at, who if last else _other(story, who), _times(table, meeting_in_days), _place(story)
        ),
        "agree_interview": lambda at, _last: story.meets(at, who, 1),
        "offer": lambda at, _last: story.is_offered(at),
        "report_hire": lambda at, _last: story.is_reported(at, who, hire) if hire else None,
        "confirm_hire": lambda at, _last: story.is_confirmed(at),
    }
    for name, take in steps.items():
        take(table.at(name), name == last)
        if name == last:
            break
    if aside:
        story.goes_back(table.at("agree"), wish or "")


def _other(story: Story, who: Actor) -> Actor:
    return story.coach if who.is_employer else story.employer


def _place(story: Story) -> str:
    workplace = story.opening.workplace
    return f"{workplace.name}, {workplace.street}" if workplace is not None else ""


def _times(table: Timetable, meeting_in_days: int | None) -> list[datetime]:
    """Three times on three working days. The second is the one that is picked."""
    middle = (
        table.days.ahead(meeting_in_days)
        if meeting_in_days is not None
        else workdays.add_working_days(table.day("times"), _MEETING_AFTER)
    )
    if table.last_step == "times":
        middle = max(middle, table.days.ahead(3))
    around = (before(middle, 1), middle, workdays.add_working_days(middle, 1))
    return [clock.at_local(day, *hour) for day, hour in zip(around, _MEETING_HOURS, strict=True)]


def _terms(days: Days, row: Row) -> Terms | None:
    hire = row.get("hire")
    if hire is None:
        return None
    return Terms(days.ahead(hire["starts_in_days"]), hire["hours"], EmploymentType(hire["type"]))


def _day(days: Days, row: Row) -> date:
    return days.back(row["calendar_days_ago"]) if "calendar_days_ago" in row else days.worked(row["days_ago"])


def _end(county: County, story: Story, end: Row) -> None:
    days, verb = county.days, end["verb"]
    if "minutes_ago" in end:
        at = days.now - timedelta(minutes=end["minutes_ago"])
    elif set(end) & {"days_ago", "calendar_days_ago"}:
        at = days.at(_day(days, end), *_END)
    else:
        at = filled_at(county, story)
    if verb == "decline":
        story.is_declined(at, DeclineReason(end["reason"]), end.get("text", ""))
    else:
        story.ends(verb, at)


def filled_at(county: County, story: Story) -> datetime:
    """When the story's need was filled. :raises LookupError: when it was not."""
    for entry in county.journal.entries:
        if entry.verb == "opening.fill" and entry.subject is story.opening:
            return entry.at
    raise LookupError(f"{story.opening.title} was not filled")
