"""The steps page: what is asked, changed and known of each step."""
