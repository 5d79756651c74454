"""The report: one HTML file without network, to be read by people."""

from eval.report.page import write_report

__all__ = ["write_report"]
