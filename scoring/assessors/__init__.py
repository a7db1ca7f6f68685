"""Each assessor's answers beside the others' on comparable cases."""
