"""The decision: does this paper belong to that topic, and where does it say so.

The values stand here; :func:`bot.matching.rule.decide.decide` makes them.
"""

from bot.matching.rule.decision import Decision, Place, Reason, Verdict

__all__ = ["Decision", "Place", "Reason", "Verdict"]
