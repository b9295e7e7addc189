"""The link where there are no customers, only units: branches, stores or teams, once or over
several periods.
"""
