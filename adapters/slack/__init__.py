"""Slack: channels and direct conversations of one workspace, by slack-bolt and slack-sdk."""

from adapters.slack.platform import SlackPlatform

__all__ = ["SlackPlatform"]
