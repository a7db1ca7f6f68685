"""Second marking: picking cases, comparing two markings of a case, settling their differences.

`choosing` and `drawing` say who may be the second assessor and which cases a draw takes, `picking`
opens the second markings and calls them off. `comparing` begins when both are completed and ends
when all is settled; `differences` lays the two side by side and `settling` decides.
"""
