"""Reads recorded streams through the service with the OpenAI SDK, in both of its APIs: prints a JSON line a stream and API.

usage: recorded.py SERVICE EXPECTATIONS NAME...
  SERVICE       the service's address, without /v1; its upstream `scripted` speaks chat completions, `other` responses, and
                each answers `replay NAME` with the recording of that name
  EXPECTATIONS  what each recording has to give (recorded-expectations.py)
"""

import json
import sys
import traceback

import openai
from openai import OpenAI

SERVICE, EXPECTATIONS = sys.argv[1:3]
client = OpenAI(base_url=SERVICE + "/v1", api_key="sdk", max_retries=0, timeout=30)
with open(EXPECTATIONS, encoding="utf-8") as file:
    expected = {record["id"]: record["expect"] for record in json.load(file)}


def chat(name, headers):
    choices = {}
    for chunk in client.chat.completions.create(
            model="test-model", messages=[{"role": "user", "content": "replay " + name}], stream=True,
            extra_headers=headers):
        for choice in chunk.choices:
            told = choices.setdefault(choice.index, {"text": "", "refusal": "", "tools": {}, "finish": None})
            told["text"] += choice.delta.content or ""
            told["refusal"] += choice.delta.refusal or ""
            for call in choice.delta.tool_calls or []:
                tool = told["tools"].setdefault(call.index, {"id": None, "name": "", "arguments": ""})
                tool["id"] = tool["id"] or call.id
                tool["name"] += (call.function and call.function.name) or ""
                tool["arguments"] += (call.function and call.function.arguments) or ""
            assert not (told["finish"] and choice.finish_reason), "two finish reasons"
            told["finish"] = choice.finish_reason or told["finish"]
    return [{**c, "tools": list(c["tools"].values())} for _, c in sorted(choices.items())]


def responses(name, headers):
    texts, tools, refusal, last = [], [], "", None
    for number, event in enumerate(client.responses.create(
            model="test-model", input="replay " + name, stream=True, extra_headers=headers)):
        assert event.sequence_number == number
        if event.type == "response.output_text.done" and event.text:
            texts.append(event.text)
        if event.type == "response.refusal.done":
            refusal += event.refusal
        if event.type == "response.output_item.done" and event.item.type == "function_call":
            tools.append({"id": event.item.call_id, "name": event.item.name, "arguments": event.item.arguments})
        last = event
    assert last.type in ("response.completed", "response.incomplete", "response.failed"), last.type
    if last.type == "response.failed":
        raise openai.APIError(last.response.error.message, None, body=None)
    # What is in the end is what was told.
    final = last.response
    assert "".join(texts) == final.output_text, (texts, final.output_text)
    assert tools == [
        {"id": i.call_id, "name": i.name, "arguments": i.arguments} for i in final.output if i.type == "function_call"]
    finish = final.incomplete_details.reason if final.status == "incomplete" else None
    return [{"text": "\n".join(texts), "refusal": refusal, "tools": tools, "finish": finish}]


def finish(choice, isChat, asChat):
    """How the API says why a recorded answer ended."""
    recorded = choice["finish"]
    if asChat:
        if isChat:
            # Some leave it out; the API has to say one.
            return recorded or "stop"
        named = {"max_output_tokens": "length", "content_filter": "content_filter"}
        return named.get(recorded) or ("tool_calls" if choice["tools"] else "stop")
    named = {"length": "max_output_tokens", "content_filter": "content_filter"} if isChat else {}
    return named.get(recorded, None if isChat else recorded)


def check(name, isChat, read):
    wanted = expected[name.split(".")[0]]
    headers = {"X-Diwan-Upstream": "scripted" if isChat else "other"}
    try:
        told = read(name, headers)
    except openai.APIError as error:
        assert wanted["failed"], error
        return
    assert not wanted["failed"], "a failed answer was told as a good one"
    choices = wanted["choices"] if read is chat else wanted["choices"][:1]
    assert len(told) == len(choices), (len(told), len(choices))
    for told, choice in zip(told, choices):
        for key in ("text", "refusal"):
            assert told[key] == choice[key], (key, told[key], choice[key])
        assert len(told["tools"]) == len(choice["tools"]), (told["tools"], choice["tools"])
        for tool, recorded in zip(told["tools"], choice["tools"]):
            assert tool["id"] and tool["id"] == (recorded["id"] or tool["id"]), (tool, recorded)
            assert (tool["name"], tool["arguments"]) == (recorded["name"], recorded["arguments"]), (tool, recorded)
        reason = finish(choice, isChat, read is chat)
        assert told["finish"] == reason, ("finish", told["finish"], reason)


for name in sys.argv[3:]:
    for read in (chat, responses):
        why = None
        try:
            check(name, ".chat.completions." in name, read)
        except Exception:
            why = traceback.format_exc()[-700:]
        print(json.dumps({"stream": name, "api": read.__name__, "why": why}), flush=True)
