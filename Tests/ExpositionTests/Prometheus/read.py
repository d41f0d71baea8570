# SPDX-License-Identifier: Apache-2.0
"""What prometheus_client reads on stdin: read.py text|openmetrics writes it as JSON."""
import json
import sys

from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

parse = {"text": parser, "openmetrics": openmetrics}[sys.argv[1]].text_string_to_metric_families
json.dump(
    [
        {
            "name": family.name,
            "type": family.type,
            "unit": family.unit,
            "help": family.documentation,
            "samples": [
                {"name": sample.name, "labels": sample.labels, "value": sample.value}
                for sample in family.samples
            ],
        }
        for family in parse(sys.stdin.read())
    ],
    sys.stdout,
)
