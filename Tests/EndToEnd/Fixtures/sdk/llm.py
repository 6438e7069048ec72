"""Conversations that PyPI's `llm` holds by its own command line: prints what each has to be in the vault, a JSON line each.

usage: llm.py SERVICE    the service's address, without /v1; LLM_USER_PATH is a folder of its own
"""

import json
import os
import pathlib
import sys

# The script has the name of the program that it runs.
sys.path.pop(0)

SERVICE = sys.argv[1]
home = pathlib.Path(os.environ["HOME"], "llm")
home.mkdir()
os.environ["LLM_USER_PATH"] = str(home)
shapes = {"chat": {}, "unstreamed": {"can_stream": False}, "responses": {"responses": True}}
(home / "extra-openai-models.yaml").write_text(json.dumps([
    {"model_id": name, "model_name": "scripted-model", "api_base": SERVICE + "/v1", "supports_tools": True, **more}
    for name, more in shapes.items()]))

from click.testing import CliRunner  # noqa: E402
from llm.cli import cli  # noqa: E402

TOOL = """
def weather(city: str) -> str:
    "the weather"
    return "rain in " + city
"""


def llm(*words):
    ran = CliRunner().invoke(cli, words)
    if ran.exception and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    assert ran.exit_code == 0, ran.output
    return ran.stdout.strip()


for model in shapes:
    assert llm("-m", model, "-s", "Be brief.", f"say One {model}") == f"One {model}"
    asked = 'call weather {"city":"Oslo"} weather {"city":"Rome"}'
    told = llm("-c", "--functions", TOOL, asked)
    assert told == "The tools said: rain in Oslo rain in Rome", told
    recited = llm("-c", "recite")
    before = f"system:Be brief.|user:say One {model}|assistant:One {model}|user:{asked}|assistant:"
    assert recited.startswith(before) and recited.endswith(f"|assistant:{told}|user:recite"), recited
    print(json.dumps({
        # llm asks its own Responses models with store=false: then no word of it is to be kept.
        "conversation": model, "isKept": model != "responses",
        "messages": [
            ["user", f"say One {model}"], ["assistant", f"One {model}"],
            ["user", asked],
            # llm sends the arguments back spelled otherwise: it is the same call.
            ["assistant", 'weather {"city":"Oslo"} weather {"city":"Rome"}'],
            ["tool", "rain in Oslo"], ["tool", "rain in Rome"],
            ["assistant", told], ["user", "recite"], ["assistant", recited]]}), flush=True)
