"""Conversations that PyPI's `langchain-openai` holds: prints what each has to be in the vault, a JSON line each.

usage: langchain.py SERVICE    the service's address, without /v1
"""

import json
import sys

# The script has the name of a package that it uses.
sys.path.pop(0)

from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage  # noqa: E402
from langchain_core.tools import tool  # noqa: E402
from langchain_openai import ChatOpenAI  # noqa: E402

SERVICE = sys.argv[1]


@tool
def weather(city: str) -> str:
    """the weather"""
    return "rain in " + city


SHAPES = {
    "chat": {},
    "streamed": {"streaming": True},
    "responses": {"use_responses_api": True, "output_version": "responses/v1"},
    "responses-streamed": {"use_responses_api": True, "output_version": "responses/v1", "streaming": True},
    "previous": {"use_previous_response_id": True},
}


def text(message):
    return message.text if isinstance(message.text, str) else message.text()


for name, shape in SHAPES.items():
    model = ChatOpenAI(
        model="scripted-model", base_url=SERVICE + "/v1", api_key="langchain", max_retries=0, **shape)
    model = model.bind_tools([weather])
    messages = [SystemMessage("Be brief.")]

    def ask(words):
        if words:
            messages.append(HumanMessage(words))
        messages.append(model.invoke(messages))
        return messages[-1]

    isResponses = shape.keys() & {"use_responses_api", "use_previous_response_id"}
    first = f"say One {name}"
    assert text(ask(first)) == f"One {name}"
    asked = 'call weather {"city":"Oslo"} weather {"city":"Rome"}'
    called = ask(asked)
    assert [(c["name"], c["args"]["city"]) for c in called.tool_calls] == [("weather", "Oslo"), ("weather", "Rome")]
    for call in called.tool_calls:
        messages.append(ToolMessage(weather.invoke(call["args"]), tool_call_id=call["id"]))
    told = text(ask(None))
    assert told == "The tools said: rain in Oslo rain in Rome", told
    recited = text(ask("recite"))
    assert f"user:{first}|assistant:One {name}|user:{asked}|" in recited, recited
    assert recited.endswith(f"|assistant:{told}|user:recite"), recited
    print(json.dumps({
        "conversation": name, "isKept": True,
        "messages": [
            *([["system", "Be brief."]] if isResponses else []), ["user", first], ["assistant", f"One {name}"], ["user", asked],
            # For chats it sends the arguments back spelled otherwise: it is the same call.
            ["assistant", 'weather {"city":"Oslo"} weather {"city":"Rome"}'],
            ["tool", "rain in Oslo"], ["tool", "rain in Rome"], ["assistant", told],
            ["user", "recite"], ["assistant", recited]]}), flush=True)
