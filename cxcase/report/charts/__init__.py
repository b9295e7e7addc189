"""A result in, a Plotly figure out; nothing is computed."""
