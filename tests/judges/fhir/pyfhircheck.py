"""Judges FHIR R4 resources with pyfhircheck.

    pyfhircheck.py FOLDER DEFINITIONS...

DEFINITIONS are folders of StructureDefinitions, ValueSets and CodeSystems. What is found in each file of FOLDER is written beside it, into pyfhircheck.json.
"""

import contextlib
import io
import json
import sys
from pathlib import Path

# This file has the name of the package, and stands before it.
sys.path.pop(0)
from pyfhircheck import Validator  # noqa: E402
from pyfhircheck.config import ValidatorConfig  # noqa: E402


def main(folder, *definitions):
    config = {"fhirVersion": "4.0.1", "terminology": {"mode": "local"}, "localPackagePaths": list(definitions)}
    validator = Validator(ValidatorConfig.load_dict(config))
    files = sorted(Path(folder).glob("judged/*.json"))
    # It prints what it evaluates.
    with contextlib.redirect_stdout(io.StringIO()):
        found = {file.stem: issues(validator, json.loads(file.read_text())) for file in files}
    (Path(folder) / "pyfhircheck.json").write_text(json.dumps(found, indent=1, ensure_ascii=False))


def issues(validator, resource):
    found = validator.validate_resource(resource).issues
    return [{"severity": one.severity.value, "code": one.code, "id": one.resource_id, "path": one.path or "", "message": one.message} for one in found]


if __name__ == "__main__":
    main(*sys.argv[1:])
