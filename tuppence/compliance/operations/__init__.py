"""The only modules that write the room's tables: load, decide, write."""

from tuppence.compliance.operations.complaints import add_complaint_entries, make_complaints
from tuppence.compliance.operations.findings import record_findings
from tuppence.compliance.operations.publications import record_publication

__all__ = ["add_complaint_entries", "make_complaints", "record_findings", "record_publication"]
