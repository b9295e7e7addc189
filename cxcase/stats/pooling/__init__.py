"""Studies and opinions joined to what is believed of one number."""
