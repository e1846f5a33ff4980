"""Who and what there is in a workspace, as Slack tells it."""
