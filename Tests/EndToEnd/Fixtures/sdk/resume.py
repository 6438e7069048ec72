"""Reads the events of a response from one on with the OpenAI SDK: prints a JSON line each.

usage: resume.py SERVICE ID AFTER    the service's address, without /v1
"""

import json
import sys

from openai import OpenAI

SERVICE, ID, AFTER = sys.argv[1:4]
client = OpenAI(base_url=SERVICE + "/v1", api_key="sdk", max_retries=0, timeout=30)
for event in client.responses.retrieve(ID, stream=True, starting_after=int(AFTER)):
    print(json.dumps({"type": event.type, "sequence_number": event.sequence_number}), flush=True)
