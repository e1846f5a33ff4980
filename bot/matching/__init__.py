"""The decision: does this paper belong to that topic, and where does it say so.

The values stand here; :func:`bot.matching.rule.decide.decide` makes them.
"""

from bot.matching.rule.decision import Decision, MatchLocation, MatchReason, Verdict

__all__ = ["Decision", "MatchLocation", "MatchReason", "Verdict"]
