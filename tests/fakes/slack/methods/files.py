"""Uploading files in Slack's three steps: ask for an address, send the bytes there, complete."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from tests.fakes.slack.block_checks import Json
from tests.fakes.slack.methods.conversations import visible
from tests.fakes.slack.web_api import MethodRequest, SlackRefusal, method


@dataclass(slots=True)
class SlackUpload:
    """One file on its way; `content` None until the bytes have come."""

    id: str
    team: str
    name: str
    length: int
    content: bytes | None = None
    shared_to: str | None = None


@method("files.getUploadURLExternal", "filename", "length", scope="files:write")
def get_upload_url(ask: MethodRequest) -> Json:
    upload = SlackUpload(
        ask.slack.ids.new("F", "FILE"), ask.workspace.id, str(ask.args["filename"]), ask.number("length", 0)
    )
    ask.slack.uploads[upload.id] = upload
    return {"upload_url": f"{ask.slack.address}/upload/v1/{upload.id}", "file_id": upload.id}


@method("files.completeUploadExternal", "files", scope="files:write")
def complete(ask: MethodRequest) -> Json:
    uploads = [ask.slack.uploads.get(str(each.get("id"))) for each in ask.args["files"]]
    if any(upload is None or upload.content is None for upload in uploads):
        raise SlackRefusal("file_not_found")
    arrived = [upload for upload in uploads if upload is not None]
    wanted = ask.args.get("channel_id")
    if wanted:
        _share(ask, arrived, str(wanted))
    return {"files": [{"id": upload.id, "title": upload.name} for upload in arrived]}


def _share(ask: MethodRequest, uploads: list[SlackUpload], wanted: str) -> None:
    channel = visible(ask, wanted)
    if not channel.has_bot:
        raise SlackRefusal("not_in_channel")
    names = ", ".join(upload.name for upload in uploads)
    comment = str(ask.args.get("initial_comment") or names)
    message = ask.slack.poster.add(
        channel, user=ask.workspace.bot_user, from_bot=True, text=comment, blocks=[],
        thread_ts=ask.args.get("thread_ts"),
    )  # fmt: skip
    message.options["files"] = names
    for upload in uploads:
        upload.shared_to = channel.id


async def receive(uploads: dict[str, SlackUpload], request: web.Request) -> web.Response:
    """The address that takes the bytes."""
    upload = uploads.get(request.match_info["file"])
    if upload is None:
        return web.Response(status=404, text="not found")
    upload.content = await request.read()
    return web.Response(text=f"OK - {len(upload.content)}", content_type="text/plain")
