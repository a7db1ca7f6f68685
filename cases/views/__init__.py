"""Pages of the fieldwork. Views speak HTTP; what they do is in the modules beside them."""

from cases.views.alerts import alert_list, raise_case_alert, send_alert, show_alert
from cases.views.board import show_board, show_notes
from cases.views.cases import case_detail, case_list
from cases.views.facts import edit_facts
from cases.views.going_on import go_to_next
from cases.views.help import show_help
from cases.views.history import show_history
from cases.views.offline import offline_page, service_worker
from cases.views.practice import choose_example, edit_example, note_example, practice_list
from cases.views.review import review_case
from cases.views.sync import case_data, sync_case
from cases.views.topic import edit_topic

__all__ = [
    "alert_list",
    "case_data",
    "case_detail",
    "case_list",
    "choose_example",
    "edit_example",
    "edit_facts",
    "edit_topic",
    "go_to_next",
    "note_example",
    "offline_page",
    "practice_list",
    "raise_case_alert",
    "review_case",
    "send_alert",
    "service_worker",
    "show_alert",
    "show_board",
    "show_help",
    "show_history",
    "show_notes",
    "sync_case",
]
