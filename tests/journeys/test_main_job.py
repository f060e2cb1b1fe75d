"""The main job, from an empty installation to a followed hire, clicked as the people who do it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from portal.core import clock, workdays
from tests.factories.employers import business_id
from tests.journeys.person import MakePerson, Person
from tests.journeys.postbox import Mail, Postbox
from tests.journeys.running import ADMIN, Portal

pytestmark = [pytest.mark.journey]

PASSWORD = "sju små gröna elefanter"
COACH = ("Kaisa Ahola", "kaisa.ahola@county.example")
LEADER = ("Lars Holm", "lars.holm@county.example")
EMPLOYER = ("Berit Strand", "berit@strandens-bageri.example")
COLLEAGUE = ("Olli Niemi", "olli@strandens-bageri.example")
ORGANISATION = "Strandens bageri"
NEED = "Baker for the morning"

FIRST_NAME, LAST_NAME = "Vendla", "Rautakoski"
CANDIDATE_MAIL = "vendla.rautakoski@mail.example"
CANDIDATE_PHONE = "+358 40 7654321"
STREET = "Tallåsvägen 7"
CARE = "Sköterska Ulla"
# What no employer may read before the candidate's yes; the rest of it never.
PRIVATE = (FIRST_NAME, LAST_NAME, CANDIDATE_MAIL, CANDIDATE_PHONE, "7654321", STREET, CARE, "1988")
PITCH = "Ten years at the oven, keeps the pace when it is busy."
FROM_EMPLOYER = "Could she begin with the early shift?"
FROM_COACH = "Yes, from four in the morning."


@dataclass
class Story:
    """Who takes part, and what one chapter leaves for the next."""

    portal: Portal
    postbox: Postbox
    make: MakePerson
    admin: Person = field(init=False)
    coach: Person = field(init=False)
    leader: Person = field(init=False)
    employer: Person = field(init=False)
    colleague: Person = field(init=False)
    candidate: Person = field(init=False)
    proposal: str = ""
    starts_on: date = field(default_factory=lambda: clock.today() + timedelta(days=21))

    def __post_init__(self) -> None:
        self.admin = self.make("administrator")
        self.coach = self.make("coach")
        self.leader = self.make("team leader")
        self.employer = self.make("employer", phone=True)
        self.colleague = self.make("employer's colleague", phone=True)
        self.candidate = self.make("candidate", phone=True)

    def mail(self, whom: tuple[str, str], subject: str) -> Mail:
        """The next mail to somebody about something."""
        return self.postbox.mail_for(whom[1], subject)


def test_a_need_becomes_a_hire_that_is_followed(portal: Portal, postbox: Postbox, person: MakePerson) -> None:
    story = Story(portal, postbox, person)
    the_administrator_invites_the_team(story)
    an_employer_registers_and_writes_a_need(story)
    the_team_leader_verifies_and_the_need_opens(story)
    a_colleague_joins(story)
    a_candidate_comes_to_the_coach(story)
    the_coach_proposes_and_asks_by_link(story)
    the_candidate_says_yes_on_the_phone(story)
    the_employer_is_interested_in_somebody_without_a_name(story)
    the_coach_gives_what_the_candidate_allows(story)
    they_write_to_each_other(story)
    they_agree_on_a_meeting(story)
    the_hire_is_reported_and_confirmed(story)
    both_sides_see_their_own_of_the_plan(story)
    the_employer_asks_for_support(story)
    what_is_due_is_mailed(story)
    the_administrator_sees_no_candidate(story)
    no_mail_gave_anything_away(story)


def the_administrator_invites_the_team(story: Story) -> None:
    admin = story.admin
    admin.goes_to(story.portal.admin_link)
    admin.fills("New password", PASSWORD)
    admin.presses("Set the password")
    admin.fills("Work mail", ADMIN[1])
    admin.fills("Password", PASSWORD)
    admin.presses("Sign in")
    admin.reads_title("People")
    for (name, address), role in ((COACH, "Job coach"), (LEADER, "Team leader")):
        admin.follows("Invite a colleague")
        admin.fills("Name", name)
        admin.fills("Work mail", address)
        admin.picks("Role", role)
        admin.picks("Team", "Team")
        admin.picks("Language", "English")
        admin.presses("Send the invitation")
        admin.reads(f"The invitation is mailed to {address}.")
    for who, whom, home in ((story.coach, COACH, "Today"), (story.leader, LEADER, "Team")):
        who.goes_to(story.mail(whom, "You are invited").link)
        who.fills("Phone", "050 333 1122" if whom is COACH else "040 111 2222")
        who.fills("Password", PASSWORD)
        who.presses("Make my account")
        who.reads_title(home)


def an_employer_registers_and_writes_a_need(story: Story) -> None:
    employer = story.employer
    employer.goes_to("/")
    employer.follows("Post a need")
    employer.fills("Business ID", business_id(345_678))
    employer.fills("Organisation", ORGANISATION)
    employer.picks("Municipality of the workplace", "Kokkola")
    employer.fills("Your name", EMPLOYER[0])
    employer.fills("Work mail", EMPLOYER[1])
    employer.fills("Phone", "06 123 4567")
    employer.fills("Password", PASSWORD)
    employer.ticks("I accept the terms for employers")
    employer.presses("Register")
    employer.reads_title("Look at your mail")
    employer.goes_to(story.mail(EMPLOYER, "Is this your address?").link)
    employer.presses("Yes, this is my address")
    employer.reads_title(ORGANISATION)
    employer.reads("Your organisation waits for verification")

    employer.follows("Post a need")
    employer.fills("Title", NEED)
    employer.picks("Occupation", "baker")
    employer.fills("Hours a week, at least", 20)
    employer.fills("Hours a week, at most", 30)
    employer.ticks("Working time")
    employer.ticks("The job is paid by its collective agreement or the going wage (required to post)")
    employer.unfolds("Hours and shifts")
    employer.fills("Tasks", "Bread and buns from four in the morning.")
    employer.unfolds("Pay and contract")
    employer.fills("Pay", "MaRa, 13,50 €/h")
    employer.picks("Contract", "Permanent")
    employer.presses("Save as draft and see how it reads")
    employer.state_is("Draft")
    employer.presses("Post the need")
    employer.state_is("Opens when verified")


def the_team_leader_verifies_and_the_need_opens(story: Story) -> None:
    coach, leader = story.coach, story.leader
    coach.goes_to(story.mail(COACH, "An employer waits to be verified").link)
    coach.presses("I look after this employer")
    leader.goes_to(story.mail(LEADER, "An employer waits to be verified").link)
    leader.reads_title(ORGANISATION)
    leader.presses("Verify")
    leader.state_is("Verified")
    assert story.mail(EMPLOYER, "Your organisation is verified")
    story.employer.goes_to(story.mail(EMPLOYER, f"Your need is open: {NEED}").link)
    story.employer.state_is("Open")


def a_colleague_joins(story: Story) -> None:
    employer, colleague = story.employer, story.colleague
    employer.turns_to("Organisation")
    employer.follows("Invite a colleague")
    employer.fills("Work mail", COLLEAGUE[1])
    employer.picks("Language", "English")
    employer.presses("Send the invitation")
    colleague.goes_to(story.mail(COLLEAGUE, "You are invited").link)
    colleague.fills("Your name", COLLEAGUE[0])
    colleague.fills("Password", PASSWORD)
    colleague.ticks("I accept the terms for employers")
    colleague.presses("Join")
    colleague.reads_title(ORGANISATION)


def a_candidate_comes_to_the_coach(story: Story) -> None:
    leader, coach = story.leader, story.coach
    leader.turns_to("Candidates")
    leader.follows("Take in a referral")
    leader.fills("First name", FIRST_NAME)
    leader.fills("Last name", LAST_NAME)
    leader.fills("Date of birth", date(1988, 3, 9))
    leader.picks("Language to write and speak in", "English")
    leader.fills("Phone", CANDIDATE_PHONE)
    leader.fills("Mail address", CANDIDATE_MAIL)
    leader.fills("Street address", STREET)
    leader.fills("Postal code", "67100")
    leader.picks("Home municipality", "Kokkola")
    leader.fills("Contact in care", CARE)
    leader.presses("Save the referral")
    leader.reads_title(f"{FIRST_NAME} {LAST_NAME}")
    leader.presses("Accept the referral")
    leader.field("Choose a coach").select_option(label=f"{COACH[0]} (0 now)")
    leader.presses("Assign")
    leader.reads("Searching")

    coach.goes_to(story.mail(COACH, "A candidate was assigned to you").link)
    if not coach.page.url.rstrip("/").endswith("candidates"):
        coach.turns_to("Candidates")
    coach.follows(f"{FIRST_NAME} {LAST_NAME}")
    coach.follows("Profile")
    coach.picks("Occupation 1", "baker")
    coach.picks("Experience 1", "3–10 years")
    coach.fills("Pitch", PITCH)
    coach.picks("Language of the pitch", "English")
    coach.fills("What makes work go well", "One thing at a time")
    coach.picks("Language 1", "Swedish")
    coach.picks("Level 1", "C1 – fluent")
    coach.fills("Hours a week, at least", 20)
    coach.fills("Hours a week, at most", 30)
    coach.ticks("Day", group="When")
    coach.unfolds("Where")
    coach.ticks("Kokkola")
    coach.presses("Save the profile")
    coach.reads("The profile is saved.")
    coach.follows("What may be told")
    coach.ticks("May be proposed to employers, without a name")
    coach.ticks("Name")
    coach.ticks("Phone")
    coach.presses("Save, gone through today")
    coach.reads("The plan is saved, reviewed today.")


def the_coach_proposes_and_asks_by_link(story: Story) -> None:
    coach = story.coach
    coach.goes_to(story.mail(COACH, f"New need: {NEED}").link)
    coach.follows("Propose")
    coach.follows("Choose")
    coach.reads(PITCH)
    coach.ticks("Ask by link in a mail")
    coach.presses("Send")
    coach.state_is("Waits for the candidate's consent")
    story.proposal = urlsplit(coach.page.url).path
    story.employer.goes_to(story.proposal, fault=404)


def the_candidate_says_yes_on_the_phone(story: Story) -> None:
    candidate = story.candidate
    question = story.postbox.mail_for(CANDIDATE_MAIL, "A question from your coach")
    candidate.goes_to(question.link)
    candidate.reads_title("May we send your profile to this employer?")
    candidate.reads(NEED)
    candidate.reads(PITCH)
    candidate.reads(f"Only these people at the employer see it: {EMPLOYER[0]}.")
    candidate.lacks(*PRIVATE)
    candidate.presses("Yes, you may send this")
    candidate.reads("The employer now sees your profile without your name.")
    candidate.goes_to(question.link, fault=410)
    assert story.postbox.mail_for(CANDIDATE_MAIL, "What you agreed to")


def the_employer_is_interested_in_somebody_without_a_name(story: Story) -> None:
    employer = story.employer
    employer.goes_to(story.mail(EMPLOYER, f"A candidate for: {NEED}").link)
    employer.reads_title(re.compile(r"Candidate \w{3}-\w"))
    employer.reads(PITCH)
    employer.lacks(*PRIVATE)
    # Her colleague is no contact person of this need: to him there is no such page.
    story.colleague.goes_to(story.proposal, fault=404)
    # By the link alone, although she is signed in here as well.
    employer.presses("Interested")
    employer.state_is("Interested")
    employer.reads(re.compile("answers within a working day"))
    employer.lacks(*PRIVATE)


def the_coach_gives_what_the_candidate_allows(story: Story) -> None:
    coach, employer = story.coach, story.employer
    assert story.mail(COACH, f"Consent given: {NEED}")
    coach.goes_to(story.mail(COACH, f"The employer is interested: {NEED}").link)
    coach.follows("Give contact details")
    coach.ticks("Name")
    coach.ticks("Phone")
    coach.ticks("In person, to the coach")
    coach.presses("Give contact details")
    coach.state_is("Contact details given")
    employer.goes_to(story.mail(EMPLOYER, f"Contact details for: {NEED}").link)
    card = employer.page.locator("section", has=employer.page.get_by_role("heading", name="Contact details", level=2))
    expect(card.locator("dt")).to_have_text(["Name", "Phone"])
    expect(card.locator("dd")).to_have_text([f"{FIRST_NAME} {LAST_NAME}", CANDIDATE_PHONE])
    employer.lacks(CANDIDATE_MAIL, STREET, CARE, "1988")
    story.colleague.goes_to(story.proposal, fault=404)


def they_write_to_each_other(story: Story) -> None:
    coach, employer = story.coach, story.employer
    employer.fills("Message", FROM_EMPLOYER)
    employer.presses("Send the message")
    coach.goes_to(story.mail(COACH, f"A new message: {NEED}").link)
    coach.reads(FROM_EMPLOYER)
    coach.fills("Message", FROM_COACH)
    coach.presses("Send the message")
    employer.goes_to(story.mail(EMPLOYER, f"A new message: {NEED}").link)
    employer.reads(FROM_COACH)


def they_agree_on_a_meeting(story: Story) -> None:
    coach, employer = story.coach, story.employer
    day = workdays.on_or_after(clock.today() + timedelta(days=7))
    coach.follows("Suggest times")
    times = coach.page.get_by_label("Time", exact=False)
    for at, hour in enumerate((9, 14)):
        times.nth(at).fill(datetime.combine(day, datetime.min.time()).replace(hour=hour).strftime("%Y-%m-%dT%H:%M"))
    coach.picks("How do you meet?", "In person")
    coach.fills("Where", "Strandgatan 1")
    coach.presses("Suggest these times")
    employer.goes_to(story.mail(EMPLOYER, f"Times for a meeting: {NEED}").link)
    employer.page.get_by_role("radio").nth(1).check()
    employer.presses("Take this time")
    employer.state_is("Interview agreed")
    employer.goes_to(story.proposal)
    employer.reads(re.compile(r"\b14:00\b"))
    begins = clock.at_local(day, 14)
    for whom in (EMPLOYER, COACH):
        calendar = story.mail(whom, f"A meeting is agreed: {NEED}").calendar
        assert f"DTSTART:{begins:%Y%m%dT%H%M%S}Z" in calendar
        assert story.proposal in calendar
        assert NEED not in calendar, "colleagues see each other's calendars"
    assert story.postbox.mail_for(CANDIDATE_MAIL, "A meeting is agreed")


def the_hire_is_reported_and_confirmed(story: Story) -> None:
    coach, employer = story.coach, story.employer
    employer.goes_to(story.proposal)
    employer.follows("Offer the job")
    employer.presses("Offer the job")
    employer.state_is("Job offered")
    assert story.mail(COACH, f"The job is offered: {NEED}")
    employer.follows("Report a hire")
    employer.fills("First working day", story.starts_on)
    employer.fills("Hours a week", 25)
    employer.picks("Contract", "Permanent")
    employer.picks("Pay", "Ordinary pay")
    employer.presses("Report a hire")
    employer.state_is("Hire to confirm")
    employer.does_not_offer("Confirm the hire")
    coach.goes_to(story.mail(COACH, f"Please confirm a hire: {NEED}").link)
    coach.follows("Confirm the hire")
    coach.presses("Confirm the hire", fault=422)
    coach.ticks("The candidate has said yes to this job to me")
    coach.presses("Confirm the hire")
    coach.state_is("Hired")


def both_sides_see_their_own_of_the_plan(story: Story) -> None:
    coach, employer = story.coach, story.employer
    coach.goes_to(story.mail(COACH, f"Hire confirmed: {NEED}").link)
    coach.reads("With the employee")
    coach.reads("With the employer")
    employer.goes_to(story.mail(EMPLOYER, f"Hire confirmed: {NEED}").link)
    employer.reads("Your dates with the coach")
    expect(employer.page.locator(".dots__item")).to_have_count(9)  # the employer's lines of the default template
    employer.lacks("With the employee", "Note for the team", CANDIDATE_MAIL, STREET, CARE, "1988")
    assert story.mail(LEADER, f"A hire: {NEED}")
    assert story.postbox.mail_for(CANDIDATE_MAIL, "Your coach's dates with you")


def the_employer_asks_for_support(story: Story) -> None:
    coach, employer = story.coach, story.employer
    employer.follows("Ask for support")
    employer.reads("This is no emergency service. When somebody is in danger, call 112.")
    employer.fills("What is it about?", "We wonder about the shoes.")
    employer.presses("Ask for support")
    coach.goes_to(story.mail(COACH, f"Support is asked for: {NEED}").link)
    coach.reads("We wonder about the shoes.")
    coach.presses("I take it")
    employer.goes_to(story.mail(EMPLOYER, "Your coach has seen that you ask for support").link)
    employer.reads(re.compile(f"{COACH[0]} has taken it"))

    coach.follows("Log a contact")
    coach.ticks("Employer")
    coach.ticks("Well")
    coach.ticks("Phone", group="How")
    coach.fills("Minutes", 20)
    coach.fills("Note for the team", "Only the team reads this line.")
    coach.fills("Note that the employer reads", "Shoes come from us.")
    coach.presses("Log it")
    coach.reads("The contact is logged.")
    employer.goes_to(urlsplit(coach.page.url).path)
    employer.reads("Shoes come from us.")
    employer.lacks("Only the team reads this line.")


def what_is_due_is_mailed(story: Story) -> None:
    """The worker's own clock is set to the mornings of the days that matter; nobody else's."""
    coach = story.coach
    day = workdays.add_working_days(clock.today(), 2)
    coach.follows("Plan a contact")
    coach.ticks("Employer")
    coach.fills("Day", day)
    coach.presses("Plan it")
    story.portal.stop_worker()
    story.portal.worker_at(clock.at_local(workdays.add_working_days(clock.today(), 1), 8))
    story.employer.goes_to(story.mail(EMPLOYER, f"Your coach is soon in touch: {NEED}").link)
    story.portal.worker_at(clock.at_local(day, 8))
    digest = story.mail(COACH, "Support contacts today")
    assert NEED in digest.text
    coach.goes_to(digest.link)
    coach.reads_title("Today")
    story.portal.start_worker()


def the_administrator_sees_no_candidate(story: Story) -> None:
    admin = story.admin
    admin.turns_to("Mails")
    admin.lacks(FIRST_NAME, LAST_NAME, CANDIDATE_MAIL, CANDIDATE_PHONE)
    for path in ("/candidates", story.proposal, "/placements"):
        admin.goes_to(path, fault=404)


def no_mail_gave_anything_away(story: Story) -> None:
    """Readers' own names and addresses apart, a mail holds nothing of the candidate nor of what people wrote."""
    never = (FIRST_NAME, LAST_NAME, CANDIDATE_PHONE, STREET, CARE, PITCH, FROM_EMPLOYER, FROM_COACH, "shoes", "Shoes")
    for mail in story.postbox.all:
        assert mail.to != CANDIDATE_MAIL or mail.language.startswith("en")
        said = mail.everything.replace(f"To: {CANDIDATE_MAIL}", "")
        assert not [one for one in never if one in said], (mail.to, mail.subject)
        assert CANDIDATE_MAIL not in said, (mail.to, mail.subject)
