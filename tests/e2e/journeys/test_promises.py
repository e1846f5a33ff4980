"""What Paperboy promises to everybody, wherever they talk with it."""

from __future__ import annotations

from tests.e2e.journeys.platforms import JourneyPaperboy


async def test_who_follows_gets_each_paper_once_and_can_ask_why(paperboy: JourneyPaperboy) -> None:
    preview = await paperboy.ask("/preview diffusion")
    assert "Diffusion for Timetables" in preview
    assert "Speech in Noise" not in preview
    assert "diffusion" in await paperboy.ask("/subscribe diffusion")
    assert "diffusion" in await paperboy.ask("/topics")

    digest = await paperboy.morning(18, "Diffusion Again", "Speech Again")
    assert digest.count("Diffusion Again") == 1
    assert "diffusion" in digest
    assert "Speech Again" not in digest
    assert "Diffusion Again" not in await paperboy.morning(19)
    assert "title" in await paperboy.ask("/why 2608.01800")
    assert "never says" in await paperboy.ask("/why 2608.01801")


async def test_the_preview_the_search_and_the_digest_name_the_same_papers(paperboy: JourneyPaperboy) -> None:
    titles = ("Soft Clustering", "A Letter", "Clustering Harbours", "Diffusion Again")
    await paperboy.ask("/subscribe clustering")
    digest = await paperboy.morning(18, *titles)
    preview, found = await paperboy.ask("/preview clustering"), await paperboy.ask("/search clustering")
    for title in titles:
        about = "Clustering" in title
        assert (title in digest, title in preview, title in found.partition("near it")[0]) == (about,) * 3, title


async def test_a_pause_keeps_quiet_and_loses_nothing(paperboy: JourneyPaperboy) -> None:
    await paperboy.ask("/subscribe diffusion")
    await paperboy.ask("/pause")
    assert await paperboy.morning(18, "Diffusion While Away") == ""
    assert await paperboy.morning(19) == ""
    missed = await paperboy.ask("/resume")
    assert "missed" in missed
    assert "Diffusion While Away" in await paperboy.press("What you missed")
    assert "Diffusion After All" in await paperboy.morning(20, "Diffusion After All")


async def test_a_mute_leaves_out_and_is_taken_back(paperboy: JourneyPaperboy) -> None:
    await paperboy.ask("/subscribe diffusion")
    assert "speech" in (await paperboy.ask("/mute speech")).lower()
    digest = await paperboy.morning(18, "Diffusion for Speech", "Diffusion for Maps")
    assert "Diffusion for Maps" in digest
    assert "Diffusion for Speech" not in digest
    await paperboy.ask("/unmute speech")
    assert "More Diffusion for Speech" in await paperboy.morning(19, "More Diffusion for Speech")


async def test_what_was_followed_is_taken_back_by_one_tap(paperboy: JourneyPaperboy) -> None:
    await paperboy.ask("/subscribe diffusion")
    await paperboy.press("Undo")
    assert "Diffusion Again" not in await paperboy.morning(18, "Diffusion Again")
    await paperboy.ask("/subscribe speech")
    await paperboy.ask("/unsubscribe speech")
    await paperboy.press("Undo")
    assert "Speech Again" in await paperboy.morning(19, "Speech Again")


async def test_search_finds_what_lies_in_the_archive_and_says_so_when_nothing_does(paperboy: JourneyPaperboy) -> None:
    assert "Speech in Noise" in await paperboy.ask("/search speech")
    assert "Speech in Noise" in await paperboy.ask("speech in noise")
    assert "Speech in Noise" not in await paperboy.ask("/search quaternions")


async def test_a_card_is_saved_listed_and_taken_along(paperboy: JourneyPaperboy) -> None:
    card = await paperboy.ask("/paper 2608.01700")
    assert "Diffusion for Timetables" in card
    assert "We measure how students plan their week." in card
    await paperboy.ask("/save 2608.01700")
    assert "Diffusion for Timetables" in await paperboy.ask("/saved")
    taken_along = await paperboy.ask("/export bibtex") + await paperboy.came()
    assert ".bib" in taken_along


async def test_the_state_of_things_can_always_be_known(paperboy: JourneyPaperboy) -> None:
    await paperboy.ask("/subscribe diffusion")
    status = await paperboy.ask("/status")
    assert "diffusion" in status or "1 topic" in status
    assert "09:00" in await paperboy.ask("/when 9:00 UTC")
    assert "subscribe" in await paperboy.ask("/help")


async def test_bad_input_gets_a_kind_answer_and_changes_nothing(paperboy: JourneyPaperboy) -> None:
    for line in ("/subscribe (diffusion OR", "/when 25:99", "/paper 0000.00000", "/mute", "/subscribe " + "a/" * 400):
        answer = await paperboy.ask(line)
        assert answer.strip()
        assert "Traceback" not in answer
    assert "· since" not in await paperboy.ask("/topics"), "nothing is followed"


async def test_everything_is_forgotten_on_request(paperboy: JourneyPaperboy) -> None:
    await paperboy.ask("/subscribe diffusion")
    assert "erase" in (await paperboy.ask("/forget")).lower()
    await paperboy.ask("/forget everything")
    assert "Diffusion Again" not in await paperboy.morning(18, "Diffusion Again")
