"""What somebody did who works here. The logs say a number; erased, it leads to nobody."""

from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

from catalog.models import (
    AutopilotAlarm,
    AutopilotEntry,
    AutopilotProposal,
    AutopilotRules,
    DemandGap,
    OutletExport,
    Refund,
    TextRevision,
)
from curation.models import (
    Appraisal,
    Assignment,
    Candidate,
    Comparison,
    Criterion,
    Decision,
    Gate,
    GateEvent,
    Head,
    RightsClaim,
)
from genart.audit.models import AuditEntry
from genart.privacy.holdings import Fate, Holding, acts, own
from genart.privacy.subject import Subject
from generation.models import Checkpoint, ControlImage, GoldenRun, Job, StyleVersion


def _noted(subject: Subject) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(actor_id=subject.user.pk if subject.user else -1)


HOLDINGS = (
    own(Appraisal, "owner", "Pictures your programs had measured", "to measure them",
        files=("image",)),
    acts(Job, "owner", title="Series you commissioned"),
    acts(StyleVersion, "created_by", title="Styles you changed"),
    acts(Checkpoint, "added_by", title="Checkpoints you added"),
    acts(GoldenRun, "decided_by", title="Checkpoints you promoted or refused"),
    acts(ControlImage, "by", title="Pictures you uploaded for series"),
    acts(Decision, "user", title="Your decisions about pictures"),
    acts(Assignment, "user", "leased_by", title="Opinions you gave"),
    acts(Candidate, "leased_by", title="Pictures you look at now"),
    acts(Comparison, "user", title="Which of two pictures you preferred"),
    acts(Criterion, "created_by", title="Criteria you wrote"),
    acts(Gate, "created_by", title="Gates you made"),
    acts(GateEvent, "user", title="What you changed about gates"),
    acts(Head, "activated_by", title="Tastes you activated", hides=("weights",)),
    acts(RightsClaim, "created_by", "lifted_by", title="Rights claims you handled"),
    acts(TextRevision, "by", title="Texts you wrote"),
    acts(OutletExport, "by", title="Bundles you made"),
    acts(Refund, "asked_by", name="refunds-made", title="Refunds you asked for"),
    acts(DemandGap, "dismissed_by", title="Gaps you dismissed", hides=("vector",)),
    acts(AutopilotRules, "owner", "created_by", title="Rules of the autopilot"),
    acts(AutopilotProposal, "decided_by", title="Proposals you decided about"),
    acts(AutopilotAlarm, "raised_by", "lifted_by", title="Alarms you raised or lifted"),
    acts(AutopilotEntry, "by", title="What you told the autopilot"),
    acts(LogEntry, "user", title="What you changed in the admin"),
    Holding(
        "audit", AuditEntry, _noted, "What you did, as the audit log says",
        "to prove who changed what", Fate.NUMBER, ("actor_id",),
    ),
)  # fmt: skip
