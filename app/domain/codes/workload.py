"""The codes of the workload analysis (ABK): posts, the services that work belongs to."""

POST = (
    "head",
    "complaints",
    "caseworker",
    "psychologist",
    "legal",
    "administration",
    "driver",
    "other",
)
# The functions of a UPTD PPA that its work counts for (Permen PPPA 4/2018); mediation is counted
# for none: where it is lawful at all it is a partner's or the court's.
FUNCTION = ("complaints", "outreach", "case_management", "accompaniment")
# What a task is about, the scope of the form.
SCOPE = ("reports", "survivors", "partners", "files")
STRUCK = ("wrong_case", "wrong_time", "twice", "other")
