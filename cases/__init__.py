"""The fieldwork: cases, their facts, assessments and judgements."""
