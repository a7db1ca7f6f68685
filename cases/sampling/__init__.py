"""The sample: the service's caseload is read and checked, drawn from, opened and kept whole.

`drawing` is pure and knows no database; the others read files, store, open, replace and tell.
"""
