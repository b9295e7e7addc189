"""Small files of every kind people have, and one table of what must come out of each. See
README.md.
"""
