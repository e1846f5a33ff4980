"""The two mails that are no digests: the question whether somebody wants them, and a fresh link."""

from __future__ import annotations

from adapters.email.rendering.html_part import render_mail
from adapters.email.rendering.mail_content import MailContent
from bot.chats import WEEKLY_DAYS
from bot.i18n import LazyText, Translator, join_texts, t
from bot.ports import SignupWish
from bot.topics.formatter import TRENDING_NAME


def confirmation_letter(wish: SignupWish, url: str, footer: str, *, known: bool) -> MailContent:
    """Asks once. ``known``: mails go there already, so it is about one more topic."""
    topics = join_texts(t("the day’s most voted") if each == TRENDING_NAME else each for each in wish.topics)
    if known:
        subject = t("Add {topics} to your papers?", topics=topics)
        question = t("Somebody, probably you, wants <b>{topics}</b> in your papers too.", topics=topics)
    elif wish.days == WEEKLY_DAYS:
        subject = t("Confirm your weekly papers")
        question = t("Somebody, probably you, asked for papers once a week by mail: <b>{topics}</b>.", topics=topics)
    else:
        subject = t("Confirm your daily papers")
        question = t("Somebody, probably you, asked for the day’s papers by mail: <b>{topics}</b>.", topics=topics)
    remark = t("The link works for 48 hours. If it was not you, do nothing: nothing will come.")
    return _letter(subject, question, (t("Yes, send them"), url), remark, footer)


def fresh_link_letter(url: str, footer: str) -> MailContent:
    """Leads whoever can read the mailbox to its topics."""
    said = t("Here are the topics of your mails, to look at and to stop one by one.")
    return _letter(t("Your topics"), said, (t("My topics"), url), t("The link works for one hour."), footer)


def _letter(
    subject: LazyText, said: LazyText, button: tuple[LazyText, str], remark: LazyText, footer: str
) -> MailContent:
    translator = Translator()
    plain = translator.plain_text
    label, url = button
    foot = ["", "-- ", footer] if footer else []
    text = "\n".join([plain(said), "", f"{plain(label)}:", url, "", plain(remark), *foot, ""])
    html = render_mail(
        "letter.html", plain(subject), footer, translator, said=said, label=label, url=url, remark=remark, preview=""
    )
    return MailContent(plain(subject), text, html)
