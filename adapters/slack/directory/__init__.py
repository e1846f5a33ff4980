"""Who and what there is in a workspace, as Slack's API describes it."""
