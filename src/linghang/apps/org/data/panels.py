"""Where other rooms add to the pages about a branch or a person.

from linghang.apps.org.data.panels import SubjectPanel, branch_panels
branch_panels.register(SubjectPanel("ledger.records", query=records_of, template="ledger/panels/branch.html"))
"""

from linghang.ui.subject_panels import (
    PaperTable,
    ShownAction,
    SubjectAction,
    SubjectActions,
    SubjectPanel,
    SubjectPanels,
    SubjectPapers,
)

branch_panels = SubjectPanels()
person_panels = SubjectPanels()  # `subject` is the person's uuid; on his own page the scope holds only what is his
person_actions = SubjectActions()
organisation_actions = SubjectActions()  # what can be started from the page of any organisation
person_papers = SubjectPapers()  # what other rooms add to the printed file (一人一档)

__all__ = [
    "PaperTable",
    "ShownAction",
    "SubjectAction",
    "SubjectActions",
    "SubjectPanel",
    "SubjectPanels",
    "SubjectPapers",
    "branch_panels",
    "organisation_actions",
    "person_actions",
    "person_panels",
    "person_papers",
]
