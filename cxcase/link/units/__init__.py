"""The link from units alone: branches, stores or teams, once or over several periods."""
