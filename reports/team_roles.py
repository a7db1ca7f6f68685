"""What the roles of an inspection's team are called in print."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def name_role(role: str, people: int) -> str:
    """The heading of a role in the acknowledgements, for so many people who held it."""
    match role:
        case "lead_inspector":
            return ngettext("Lead Inspector", "Lead Inspectors", people)
        case "inspector":
            return ngettext("Inspector", "Inspectors", people)
        case "practice_assessor":
            return ngettext("Practice Assessor", "Practice Assessors", people)
        case "local_assessor":
            return ngettext("Local Assessor", "Local Assessors", people)
        case "regional_assessor":
            return ngettext("Regional Assessor", "Regional Assessors", people)
        case "support_staff":
            return _("Support Staff")
        case "publications_team":
            return _("Publications Team")
        case "editor":
            return ngettext("Editor", "Editors", people)
        case "assistant_chief_inspector":
            return ngettext("Assistant Chief Inspector", "Assistant Chief Inspectors", people)
    return role.replace("_", " ").capitalize()
