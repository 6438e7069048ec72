"""Conversations that PyPI's `openai-agents` holds: prints what each has to be in the vault, a JSON line each.

usage: agents.py SERVICE    the service's address, without /v1
"""

import asyncio
import json
import sys

# The script has the name of the package that it uses.
sys.path.pop(0)

from agents import (  # noqa: E402
    Agent, OpenAIChatCompletionsModel, OpenAIConversationsSession, OpenAIResponsesModel, Runner, SQLiteSession,
    function_tool, set_tracing_disabled)
from openai import AsyncOpenAI  # noqa: E402

SERVICE = sys.argv[1]
set_tracing_disabled(True)
client = AsyncOpenAI(base_url=SERVICE + "/v1", api_key="agents", max_retries=0)


@function_tool
def weather(city: str) -> str:
    """the weather"""
    return "rain in " + city


CHAT = OpenAIChatCompletionsModel(model="scripted-model", openai_client=client)
RESPONSES = OpenAIResponsesModel(model="scripted-model", openai_client=client)


async def once(agent, words, **more):
    return await Runner.run(agent, words, **more)


async def streamed(agent, words, **more):
    result = Runner.run_streamed(agent, words, **more)
    async for _ in result.stream_events():
        pass
    return result


async def converse(name, model, run, session=None, conversation=None, chained=False):
    agent = Agent(name="Weather", instructions="Be brief.", model=model, tools=[weather])
    state = {}

    async def ask(words):
        more = {"session": session, "conversation_id": conversation}
        if chained:
            more = {"previous_response_id": state.get("previous"), "auto_previous_response_id": True}
        result = await run(agent, words, **{k: v for k, v in more.items() if v is not None})
        state["previous"] = result.last_response_id
        return result.final_output

    first = f"say One {name}"
    assert await ask(first) == f"One {name}"
    asked = 'call weather {"city":"Oslo"} weather {"city":"Rome"}'
    told = await ask(asked)
    assert told == "The tools said: rain in Oslo rain in Rome", told
    recited = await ask("recite")
    assert f"user:{first}|assistant:One {name}|user:{asked}|" in recited, recited
    assert recited.endswith(f"|assistant:{told}|user:recite") and recited.count(told) == 1, recited
    line = json.dumps({
        "conversation": name, "isKept": True,
        "messages": [
            ["user", first], ["assistant", f"One {name}"], ["user", asked],
            ["assistant", 'weather {"city":"Oslo"} weather {"city":"Rome"}'],
            ["tool", "rain in Oslo"], ["tool", "rain in Rome"], ["assistant", told],
            ["user", "recite"], ["assistant", recited]]})
    print(line, flush=True)
    if isinstance(session, OpenAIConversationsSession):
        # It keeps its items in a conversation and resends them all, naming none: that is a thread of its own.
        items = await session.get_items()
        assert [i["type"] for i in items if i["type"] != "message"] == \
            ["function_call", "function_call", "function_call_output", "function_call_output"], items
        print(line, flush=True)


async def main():
    await converse("chat", CHAT, once, session=SQLiteSession("chat"))
    await converse("chat-streamed", CHAT, streamed, session=SQLiteSession("chat-streamed"))
    await converse("responses", RESPONSES, once, session=SQLiteSession("responses"))
    await converse("responses-streamed", RESPONSES, streamed, session=SQLiteSession("responses-streamed"))
    await converse("chained", RESPONSES, once, chained=True)
    await converse("chained-streamed", RESPONSES, streamed, chained=True)
    conversation = await client.conversations.create()
    await converse("conversation", RESPONSES, once, conversation=conversation.id)
    await converse("session", RESPONSES, once, session=OpenAIConversationsSession(openai_client=client))
    await client.close()


asyncio.run(main())
