"""Pages of the fieldwork. Views speak HTTP; what they do is in the modules beside them."""

from cases.views.cases import case_detail, case_list
from cases.views.facts import edit_facts
from cases.views.topic import edit_topic

__all__ = ["case_detail", "case_list", "edit_facts", "edit_topic"]
