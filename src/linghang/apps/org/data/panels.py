"""Where other rooms add to the pages about a branch or a person.

from linghang.apps.org.data.panels import SubjectPanel, branch_panels
branch_panels.register(SubjectPanel("ledger.records", query=records_of, template="ledger/panels/branch.html"))
"""

from linghang.ui.subject_panels import ShownAction, SubjectAction, SubjectActions, SubjectPanel, SubjectPanels

branch_panels = SubjectPanels()
person_panels = SubjectPanels()  # `subject` is the person's uuid; on his own page the scope holds only what is his
person_actions = SubjectActions()

__all__ = [
    "ShownAction",
    "SubjectAction",
    "SubjectActions",
    "SubjectPanel",
    "SubjectPanels",
    "branch_panels",
    "person_actions",
    "person_panels",
]
