"""Setting an inspection beside the results that were published of other areas, and of its own.

`results` reads what was published, `standing` finds lowest, highest and average in it, `choice` is
what the report prints of that, `previous` the same service's earlier result, and `importing` brings
in results from a file. `presentation` and `forms` are what a page shows.
"""
