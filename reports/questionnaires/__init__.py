"""Counts from children's and victims' questionnaires: kept with the report's text, for its figures.

`counts` holds and stores them, `uses` tells where the text speaks of them, `files` reads them from
CSV, and `forms` is the form in which they are entered.
"""
