"""The forms of the fieldwork: facts, and the questions of a topic."""

from cases.forms.facts import FactsForm
from cases.forms.topic import TopicForm

__all__ = ["FactsForm", "TopicForm"]
