"""What of the office programs was not there."""

from typing import Any

from tests.office.programs import PROGRAMS


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A skip is easily overlooked: says at the end of a run which programs were not tried."""
    if not any(report.nodeid.startswith("tests/office/") for report in terminalreporter.getreports("skipped")):
        return
    for program in PROGRAMS:
        if reason := program.missing():
            terminalreporter.section(f"{program.name.upper()} WAS NOT TRIED", red=True, bold=True)
            terminalreporter.line(reason, red=True)
