"""Judges FHIR R4 resources with pyfhircheck, which shares no code with ours. Reads a JSON list of resources from the standard input and writes a JSON list of
the faults of each."""

import json
import sys

from pyfhircheck import Validator
from pyfhircheck.config import ValidatorConfig

# Profiles are judged by another program.
validator = Validator(ValidatorConfig(error_on_unknown_profile=False))


def faults(resource):
    report = validator.validate_resource(resource)
    return [f"{issue.path}: {issue.message}" for issue in report.issues if issue.severity.value in ("error", "fatal")]


json.dump([faults(resource) for resource in json.load(sys.stdin)], sys.stdout)
