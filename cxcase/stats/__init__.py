"""Arrays in, small frozen dataclasses out; knows nothing of surveys, money or pages."""
