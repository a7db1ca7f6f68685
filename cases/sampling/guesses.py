"""Words that services use in their caseloads. They only fill in a form, which a person checks."""

from __future__ import annotations

from collections.abc import Mapping

COLUMN_WORDS: Mapping[str, tuple[str, ...]] = {
    "reference": (
        "case ref", "case id", "case no", "case number", "ref", "id", "yot id", "yos id", "yoi",
        "unique id", "unique reference", "client id", "young person id", "person id",
    ),
    "started_on": (
        "start", "started", "started on", "sentence start", "sentence start date", "order start",
        "order start date", "intervention start date", "date of sentence", "sentence date",
        "order date", "commencement date", "date started",
    ),
    "ended_on": (
        "end", "ended", "ended on", "sentence end", "sentence end date", "order end",
        "order end date", "intervention end date", "closed", "closure date", "date closed",
        "termination date", "date ended", "completion date",
    ),
    "status": (
        "case status", "order status", "current or terminated", "state", "open or closed",
    ),
    "case_manager": (
        "case worker", "caseworker", "case manager key", "case manager name", "case holder",
        "worker", "allocated worker", "officer", "allocated to", "key worker", "manager",
    ),
    "sentence_family": (
        "family", "sentence type", "sentence", "order type", "order", "disposal", "disposal type",
        "outcome", "type of order", "intervention type", "legal outcome",
    ),
    "sentence_type": (
        "sentence type", "sentence", "order type", "order", "disposal", "disposal type", "outcome",
        "type of order", "intervention type", "legal outcome",
    ),
    "gender": ("sex",),
    "ethnicity": (
        "ethnic group", "ethnic origin", "ethnic background", "ethnicity code", "self classified "
        "ethnicity", "ethnic code",
    ),
    "rosh_by_yot": (
        "rosh", "risk of harm", "risk of harm level", "risk of serious harm", "rosh level", "roh",
        "risk of serious harm level", "level of risk of harm", "risk level",
    ),
    "age_at_start": ("age", "age at sentence", "age at start of order"),
    "looked_after": ("lac", "looked after", "in care", "care status", "looked after status"),
    "reoffended": ("reoffending", "further offences"),
}  # fmt: skip
"""Names of columns by field, in small letters without marks, the likelier first."""

VALUE_WORDS: Mapping[str, tuple[str, ...]] = {
    "yes": ("y", "true", "1"),
    "no": ("n", "false", "0"),
    "current": ("open", "active", "live", "ongoing"),
    "terminated": ("closed", "ended", "completed", "finished", "inactive", "revoked"),
    "female": ("f", "girl", "woman", "young woman"),
    "male": ("m", "boy", "man", "young man"),
    "white": ("white british", "w1", "white english", "white welsh"),
    "bme": ("bame", "chinese", "o1", "a1", "a2", "a3", "a9", "b1", "b2", "b9", "m1", "m2", "m3",
            "m9"),
    "~bme": ("asian", "black", "mixed", "bangladeshi", "pakistani", "indian", "caribbean",
             "african"),
    "not_recorded": ("unknown", "not known", "not stated", "ns", "refused", "n a",
                     "not assessed", "not yet assessed"),
    "first_tier": ("ro", "action plan order", "apo", "reparation order", "referral order"),
    "~first_tier": ("referral", "reparation", "action plan"),
    "community": ("yro", "supervision order", "community order"),
    "~community": ("yro", "youth rehabilitation", "supervision order", "community"),
    "custody": ("dto", "s90", "s91", "s226", "s228"),
    "~custody": ("detention", "custody", "custodial", "dto", "section 90", "section 91"),
    "referral_order": ("ro",),
    "~referral_order": ("referral",),
    "~reparation_order": ("reparation",),
    "~action_plan_order": ("action plan",),
    "~yro_other": ("yro without supervision", "yro other"),
    "~yro_iss": ("iss", "issp", "intensive supervision"),
    "~yro_supervision": ("yro with supervision", "yro supervision"),
    "~supervision_issp": ("issp", "intensive supervision"),
    "~supervision_order": ("supervision order",),
    "~other_custody": ("s90", "s91", "s226", "s228", "section 90", "section 91", "section 226"),
    "~dto": ("dto", "detention and training"),
    "low": ("l",),
    "medium": ("m", "med"),
    "high": ("h",),
    "very_high": ("vh", "v high"),
}  # fmt: skip
"""Texts by value of a fact; under a value with a tilde, words that a text may have in it."""
