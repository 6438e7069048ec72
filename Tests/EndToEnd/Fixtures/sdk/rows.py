"""Every call of the OpenAI SDK that a compatible service has to pass, against a running one: prints a JSON line a row.

usage: rows.py SERVICE UPSTREAM DIALECT
  SERVICE   the service's address, without /v1
  UPSTREAM  the scripted model's own address: /release lets go what it holds, /calls counts its requests
  DIALECT   what the upstream speaks: what it has no word for is refused, naming the field

What the scripted model answers is written in the last user's words (ScriptedModel.swift).
"""

import asyncio
import json
import sys
import time
import traceback
import urllib.request

import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

import strict as strictly

SERVICE, UPSTREAM, DIALECT = sys.argv[1:4]
MAJOR = int(openai.__version__.split(".")[0])
MODEL = "scripted-model"
client = OpenAI(
    base_url=SERVICE + "/v1", api_key="sdk", max_retries=0, timeout=30, http_client=strictly.http_client())
ROWS = []


def row(function):
    ROWS.append(function)
    return function


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def post(path, body, headers=None):
    request = urllib.request.Request(
        SERVICE + path, json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


def raises(kind, work):
    try:
        work()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def strict(value):
    """The object passes its own type strictly."""
    type(value).model_validate(json.loads(value.to_json()), strict=False)
    return value


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


class Point(BaseModel):
    x: int
    y: int


WEATHER = {
    "type": "function", "name": "weather", "description": "the weather", "strict": True,
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
                   "additionalProperties": False}}
WEATHER_CHAT = {"type": "function", "function": {k: v for k, v in WEATHER.items() if k != "type"}}


@row
def responses_create_with_a_string():
    r = strict(client.responses.create(model=MODEL, input="say Hello there"))
    assert r.output_text == "Hello there" and r.id.startswith("resp_") and r.status == "completed"
    assert r.usage.input_tokens > 0 and r.usage.total_tokens == r.usage.input_tokens + r.usage.output_tokens
    assert r._request_id


@row
def responses_create_with_messages_and_instructions():
    r = client.responses.create(
        model=MODEL, instructions="Be brief.",
        input=[{"role": "developer", "content": "Dev."}, {"role": "user", "content": "recite"}])
    assert r.output_text == "system:Be brief.|system:Dev.|user:recite" or \
        r.output_text == "system:Be brief.|developer:Dev.|user:recite", r.output_text
    assert r.instructions == "Be brief."


@row
def responses_create_with_previous_response_id():
    first = client.responses.create(model=MODEL, input="say One", instructions="Only once.")
    second = client.responses.create(model=MODEL, input="recite", previous_response_id=first.id)
    assert second.output_text == "user:say One|assistant:One|user:recite", second.output_text
    assert second.previous_response_id == first.id
    error = raises(openai.BadRequestError, lambda: client.responses.create(
        model=MODEL, input="x", previous_response_id="resp_" + "0" * 48))
    assert error.code == "previous_response_not_found" and error.param == "previous_response_id"


@row
def responses_create_in_a_conversation():
    conversation = client.conversations.create() if hasattr(client, "conversations") else None
    a = client.responses.create(model=MODEL, input="say One", conversation=conversation.id)
    b = client.responses.create(model=MODEL, input="recite", conversation={"id": conversation.id})
    assert b.output_text == "user:say One|assistant:One|user:recite", b.output_text
    assert b.conversation.id == conversation.id
    items = list(client.conversations.items.list(conversation.id, order="asc"))
    assert [i.role for i in items] == ["user", "assistant", "user", "assistant"]
    raises(openai.BadRequestError, lambda: client.responses.create(
        model=MODEL, input="x", conversation=conversation.id, previous_response_id=a.id))


@row
def responses_create_streamed():
    words, last = "", None
    for number, event in enumerate(client.responses.create(model=MODEL, input="say a b c d", stream=True)):
        assert event.sequence_number == number
        if event.type == "response.output_text.delta":
            words += event.delta
        last = event
    assert words == "a b c d" and last.type == "response.completed"
    stream = client.responses.create(model=MODEL, input="hold first", stream=True)
    with stream:
        for event in stream:
            if event.type == "response.created":
                id = event.response.id
            if event.type == "response.output_text.delta":
                break
    stream.close()
    get(UPSTREAM + "/release")
    until(lambda: client.responses.retrieve(id).status == "completed")
    assert client.responses.retrieve(id).output_text == "first and the rest"


@row
def responses_stream_helper():
    with client.responses.stream(model=MODEL, input="say a b c") as stream:
        text = ""
        for event in stream:
            if event.type == "response.output_text.delta":
                text += event.delta
                assert event.snapshot == text
        assert stream.get_final_response().output_text == "a b c"
    with client.responses.stream(model=MODEL, input='say {"x": 1, "y": 2}', text_format=Point) as stream:
        stream.until_done()
        assert stream.get_final_response().output_parsed == Point(x=1, y=2)
    with client.responses.stream(model=MODEL, input='call weather {"city":"Oslo"}', tools=[WEATHER]) as stream:
        for _ in stream:
            pass
        assert stream.get_final_response().output[0].name == "weather"
    with client.responses.stream(model=MODEL, input="think say deep") as stream:
        final = [None for _ in stream] and stream.get_final_response()
        assert [o.type for o in final.output] == ["reasoning", "message"] and final.output_text == "deep"
    with client.responses.stream(model=MODEL, input="refuse") as stream:
        final = [None for _ in stream] and stream.get_final_response()
        assert final.output[0].content[0].type == "refusal"


@row
def responses_parse():
    r = client.responses.parse(model=MODEL, input='say {"x": 3, "y": 4}', text_format=Point)
    assert r.output_parsed == Point(x=3, y=4)
    assert r.text.format.type == "json_schema" and r.text.format.name == "Point"


@row
def responses_tools_loop():
    r = strict(client.responses.create(
        model=MODEL, input='call weather {"city":"Oslo"} weather {"city":"Rome"}', tools=[WEATHER],
        tool_choice={"type": "function", "name": "weather"}, parallel_tool_calls=True))
    calls = [o for o in r.output if o.type == "function_call"]
    assert [json.loads(c.arguments)["city"] for c in calls] == ["Oslo", "Rome"]
    outputs = [{"type": "function_call_output", "call_id": c.call_id, "output": c.arguments} for c in calls]
    s = client.responses.create(model=MODEL, input=outputs, previous_response_id=r.id, tools=[WEATHER])
    assert s.output_text == 'The tools said: {"city":"Oslo"} {"city":"Rome"}', s.output_text
    # The same by resending all of it.
    again = client.responses.create(
        model=MODEL, tools=[WEATHER], tool_choice="auto",
        input=[{"role": "user", "content": 'call weather {"city":"Oslo"} weather {"city":"Rome"}'}]
        + [o.model_dump(exclude_none=True) for o in r.output] + outputs)
    assert again.output_text == s.output_text


@row
def responses_in_the_background():
    r = client.responses.create(model=MODEL, input="hold later", background=True)
    assert r.status in ("queued", "in_progress") and r.background
    get(UPSTREAM + "/release")
    end = time.monotonic() + 20
    while r.status in ("queued", "in_progress"):
        assert time.monotonic() < end
        r = client.responses.retrieve(r.id)
    assert r.output_text == "later and the rest"


@row
def responses_background_stream_resumed():
    text = "say " + " ".join(str(n) for n in range(40))
    seen, id = [], None
    stream = client.responses.create(model=MODEL, input=text, background=True, stream=True)
    for event in stream:
        if id is None:
            id = event.response.id
        seen.append(event)
        if event.sequence_number == 10:
            break
    stream.close()
    for event in client.responses.retrieve(id, stream=True, starting_after=10):
        seen.append(event)
    assert [e.sequence_number for e in seen] == list(range(len(seen)))
    assert "".join(e.delta for e in seen if e.type == "response.output_text.delta") == text[4:]


@row
def responses_stream_by_id():
    r = client.responses.create(model=MODEL, input="say one two three", background=True, stream=True)
    events = list(r)
    id = events[0].response.id
    with client.responses.stream(response_id=id, starting_after=4) as stream:
        later = list(stream)
        assert later[0].sequence_number == 5
        assert stream.get_final_response().output_text == "one two three"


@row
def responses_cancel():
    r = client.responses.create(model=MODEL, input="hold long", background=True)
    assert client.responses.cancel(r.id).status == "cancelled"
    assert client.responses.retrieve(r.id).status == "cancelled"
    done = client.responses.create(model=MODEL, input="say done")
    raises(openai.BadRequestError, lambda: client.responses.cancel(done.id))
    raises(openai.NotFoundError, lambda: client.responses.cancel("resp_" + "0" * 32))
    get(UPSTREAM + "/release")


@row
def responses_delete():
    r = client.responses.create(model=MODEL, input="say gone")
    assert client.responses.delete(r.id) is None
    raises(openai.NotFoundError, lambda: client.responses.retrieve(r.id))
    raises(openai.NotFoundError, lambda: client.responses.delete(r.id))


@row
def responses_input_items():
    r = client.responses.create(model=MODEL, input=[{"role": "user", "content": f"m{n}"} for n in range(5)])
    items = list(client.responses.input_items.list(r.id, limit=2, order="asc"))
    assert [i.content[0].text for i in items] == [f"m{n}" for n in range(5)]
    down = client.responses.input_items.list(r.id)
    assert [i.content[0].text for i in down.data] == [f"m{n}" for n in reversed(range(5))] and not down.has_more


@row
def responses_input_tokens_and_compact():
    if MAJOR < 2:
        return
    counted = client.responses.input_tokens.count(model=MODEL, input="how many is this")
    assert counted.object == "response.input_tokens" and counted.input_tokens > 0
    compacted = client.responses.compact(
        model=MODEL, input=[{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}])
    assert compacted.object == "response.compaction" and compacted.output


@row
def responses_not_stored():
    r = client.responses.create(model=MODEL, input="say nothing kept", store=False)
    assert r.output_text == "nothing kept" and r.store is False
    raises(openai.NotFoundError, lambda: client.responses.retrieve(r.id))


@row
def responses_fields_are_echoed():
    r = client.responses.create(
        model=MODEL, input="cut after 2 words here", include=["reasoning.encrypted_content"], top_logprobs=2,
        metadata={"a": "b"}, reasoning={"effort": "low"}, truncation="auto", max_output_tokens=16, temperature=0.5,
        top_p=0.9, user="u", service_tier="default")
    assert r.metadata == {"a": "b"} and r.reasoning.effort == "low" and r.truncation == "auto"
    assert r.max_output_tokens == 16 and r.temperature == 0.5 and r.top_p == 0.9
    assert r.status == "incomplete" and r.incomplete_details.reason == "max_output_tokens"
    assert client.responses.retrieve(r.id).metadata == {"a": "b"}


@row
def conversations():
    empty = client.conversations.create()
    assert empty.id.startswith("conv_") and empty.metadata == {} and empty.object == "conversation"
    c = client.conversations.create(
        items=[{"role": "user", "content": "a"}, {"type": "message", "role": "assistant", "content": "b"}],
        metadata={"k": "v"})
    assert client.conversations.retrieve(c.id).metadata == {"k": "v"}
    assert client.conversations.update(c.id, metadata={"k": "w"}).metadata == {"k": "w"}
    deleted = client.conversations.delete(c.id)
    assert deleted.deleted and deleted.object == "conversation.deleted" and deleted.id == c.id
    raises(openai.NotFoundError, lambda: client.conversations.retrieve(c.id))
    raises(openai.BadRequestError, lambda: client.conversations.create(
        items=[{"role": "user", "content": "x"}] * 21))


@row
def conversation_items():
    c = client.conversations.create()
    made = client.conversations.items.create(
        c.id, items=[{"role": "user", "content": f"m{n}"} for n in range(6)])
    assert len(made.data) == 6
    listed = list(client.conversations.items.list(c.id, order="asc", limit=4))
    assert [i.content[0].text for i in listed] == [f"m{n}" for n in range(6)]
    assert [i.id for i in client.conversations.items.list(c.id)] == [i.id for i in reversed(listed)]
    one = client.conversations.items.retrieve(listed[2].id, conversation_id=c.id)
    assert one.content[0].text == "m2"
    assert client.conversations.items.delete(listed[5].id, conversation_id=c.id).id == c.id
    assert len(list(client.conversations.items.list(c.id))) == 5
    raises(openai.NotFoundError, lambda: client.conversations.items.retrieve(listed[5].id, conversation_id=c.id))


@row
def chat_create():
    both = {
        "model": MODEL, "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "say both"}],
        "seed": 7, "logprobs": True, "top_logprobs": 2, "temperature": 0.1}
    if DIALECT == "chat":
        c = strict(client.chat.completions.create(**both, n=2, stop=["END"], logit_bias={"1": 1}))
        assert [x.message.content for x in c.choices] == ["both", "both"]
    else:
        for field, value in (("stop", ["END"]), ("logit_bias", {"1": 1})):
            e = raises(openai.BadRequestError, lambda: client.chat.completions.create(**both, **{field: value}))
            assert e.param == field, e
        c = strict(client.chat.completions.create(**both))
        assert c.choices[0].message.content == "both"
    assert c.object == "chat.completion"
    assert c.choices[0].finish_reason == "stop" and c.usage.total_tokens > 0 and c.system_fingerprint
    t = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": 'call weather {"city":"Oslo"}'}], tools=[WEATHER_CHAT])
    call = t.choices[0].message.tool_calls[0]
    assert t.choices[0].finish_reason == "tool_calls" and call.function.name == "weather"
    u = client.chat.completions.create(
        model=MODEL, tools=[WEATHER_CHAT],
        messages=[{"role": "user", "content": 'call weather {"city":"Oslo"}'}, t.choices[0].message,
                  {"role": "tool", "tool_call_id": call.id, "content": "rain"}])
    assert u.choices[0].message.content == "The tools said: rain"
    j = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": 'say {"a":1}'}], response_format={"type": "json_object"})
    assert json.loads(j.choices[0].message.content) == {"a": 1}


@row
def chat_create_streamed():
    words, usage, finish = "", None, None
    for chunk in client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "say a b c"}], stream=True,
            stream_options={"include_usage": True}):
        if chunk.choices:
            words += chunk.choices[0].delta.content or ""
            finish = chunk.choices[0].finish_reason or finish
            assert chunk.usage is None
        else:
            usage = chunk.usage
    assert words == "a b c" and finish == "stop" and usage.total_tokens > 0
    for chunk in client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "say a b c"}], stream=True):
        assert chunk.choices and getattr(chunk, "usage", None) is None


@row
def chat_stream_helper():
    helper = client.chat.completions.stream if hasattr(client.chat.completions, "stream") \
        else client.beta.chat.completions.stream
    with helper(model=MODEL, messages=[{"role": "user", "content": "say a b c"}]) as stream:
        kinds = [event.type for event in stream]
        assert "content.delta" in kinds and "content.done" in kinds and "chunk" in kinds
        assert stream.get_final_completion().choices[0].message.content == "a b c"
    with helper(
            model=MODEL, messages=[{"role": "user", "content": 'call weather {"city":"Oslo"}'}],
            tools=[WEATHER_CHAT]) as stream:
        kinds = [event.type for event in stream]
        assert "tool_calls.function.arguments.done" in kinds
    with helper(model=MODEL, messages=[{"role": "user", "content": "refuse"}]) as stream:
        assert "refusal.done" in [event.type for event in stream]


@row
def chat_parse():
    parse = client.chat.completions.parse if hasattr(client.chat.completions, "parse") \
        else client.beta.chat.completions.parse
    c = parse(model=MODEL, messages=[{"role": "user", "content": 'say {"x":5,"y":6}'}], response_format=Point)
    assert c.choices[0].message.parsed == Point(x=5, y=6)


@row
def chat_stored():
    mark = str(time.time_ns())
    made = [client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": f"say stored {n}"}], store=True, metadata={"mark": mark})
        for n in range(3)]
    listed = list(client.chat.completions.list(metadata={"mark": mark}, limit=2))
    assert [c.id for c in listed] == [c.id for c in made]
    one = client.chat.completions.retrieve(made[1].id)
    assert one.choices[0].message.content == "stored 1"
    assert client.chat.completions.update(made[1].id, metadata={"mark": "other"}).metadata == {"mark": "other"}
    messages = list(client.chat.completions.messages.list(made[1].id))
    assert messages[0].content == "say stored 1" and messages[0].role == "user"
    assert client.chat.completions.delete(made[1].id).deleted
    raises(openai.NotFoundError, lambda: client.chat.completions.retrieve(made[1].id))


@row
def models():
    ids = [m.id for m in client.models.list()]
    assert MODEL in ids and "vendor/slashed" in ids
    assert client.models.retrieve("vendor/slashed").id == "vendor/slashed"
    assert client.models.retrieve(MODEL).object == "model"
    raises(openai.NotFoundError, lambda: client.models.retrieve("no-such-model"))


@row
def embeddings():
    a = client.embeddings.create(model="scripted-embedding", input="one")
    b = client.embeddings.create(
        model="scripted-embedding", input=["one", "two"], encoding_format="float", dimensions=3)
    assert len(b.data) == 2 and [round(x, 3) for x in a.data[0].embedding] == [round(x, 3) for x in b.data[0].embedding]


@row
def raw_and_streamed_responses():
    raw = client.responses.with_raw_response.create(model=MODEL, input="say raw")
    assert raw.headers["x-request-id"] == raw.request_id and raw.parse().output_text == "raw"
    assert raw.headers["x-diwan-thread"] and raw.headers["x-diwan-call"] and raw.headers["x-diwan-message"]
    with client.chat.completions.with_streaming_response.create(
            model=MODEL, messages=[{"role": "user", "content": "say piece"}]) as answer:
        assert "piece" in b"".join(answer.iter_bytes()).decode()


@row
def errors():
    e = raises(openai.BadRequestError, lambda: client.chat.completions.create(model=MODEL, messages=[]))
    assert e.status_code == 400 and e.type == "invalid_request_error" and e.param == "messages"
    assert e.request_id and e.response.headers["x-request-id"] == e.request_id and e.body["message"]
    e = raises(openai.APIStatusError, lambda: client.responses.create(model=MODEL, input="fail 418"))
    assert e.status_code == 418 and e.code == "scripted" and e.body["message"]
    e = raises(openai.NotFoundError, lambda: client.get("/no/such/path", cast_to=object))
    assert e.body["message"]
    for stream in (False, True):
        e = raises(openai.RateLimitError, lambda: client.responses.create(
            model=MODEL, input="fail 429", stream=stream))
        assert e.status_code == 429


@row
def retries():
    before = int(get(UPSTREAM + "/calls"))
    retrying = client.with_options(max_retries=2)
    r = retrying.responses.create(model=MODEL, input=f"once 503 {time.time_ns()}")
    assert r.output_text == "recovered"
    assert int(get(UPSTREAM + "/calls")) == before + 2
    raises(openai.APITimeoutError, lambda: client.with_options(timeout=0.3).responses.create(
        model=MODEL, input="hold timeout"))
    get(UPSTREAM + "/release")


@row
def unknown_fields():
    r = client.responses.create(
        model=MODEL, input="echo-field frobnicate", extra_body={"frobnicate": {"deep": [1, 2]}},
        extra_headers={"X-Extra": "1"}, extra_query={"q": "1"})
    assert json.loads(r.output_text) == {"deep": [1, 2]}, r.output_text
    documented = OpenAI(base_url=SERVICE + "/openai", api_key="sdk", max_retries=0)
    many = {
        "model": MODEL, "input": [{"role": "user", "content": "say many"}],
        "extra_body": {"n": 3, "response_format": {"type": "text"}, "max_tokens": 50}}
    if DIALECT == "responses":
        assert raises(openai.BadRequestError, lambda: documented.responses.create(**many)).param == "n"
        return
    r = documented.responses.create(**many)
    assert r.output_text == "many" and [c["message"]["content"] for c in r.choices] == ["many"] * 3
    assert r.object == "chat.completion" and r.created and r.system_fingerprint


@row
def asynchronous():
    async def work():
        async with AsyncOpenAI(base_url=SERVICE + "/v1", api_key="sdk", max_retries=0) as a:
            async def one(n):
                words = ""
                async for event in await a.responses.create(model=MODEL, input=f"say async {n}", stream=True):
                    if event.type == "response.output_text.delta":
                        words += event.delta
                return words
            assert await asyncio.gather(*[one(n) for n in range(16)]) == [f"async {n}" for n in range(16)]
            c = await a.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "say x"}])
            assert c.choices[0].message.content == "x"
    asyncio.run(work())


@row
def base_url_variants():
    for base in (SERVICE + "/v1/", SERVICE + "/openai", SERVICE + "/openai/v1", SERVICE):
        c = OpenAI(base_url=base, api_key="sdk", max_retries=0)
        assert c.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "say here"}]).choices[0].message.content == "here"
        assert c.responses.create(
            model=MODEL, input=[{"role": "user", "content": "say here"}]).output_text == "here"
    assert post("/v1/responses/", {"model": MODEL, "input": "say slash"})["status"] == "completed"


@row
def nothing_is_null_inside_events():
    raw = client.responses.with_raw_response.create(model=MODEL, input="think say x", stream=True)
    for line in raw.http_response.iter_lines():
        if not line.startswith("data: "):
            assert line == "" or line.startswith("event: ") or line.startswith(":"), line
            continue
        event = json.loads(line[6:])
        for holder in (event.get("response") or {}, event.get("item") or {}, event):
            assert holder.get("output", []) is not None and holder.get("content", []) is not None, line


for function in ROWS:
    try:
        strictly.faults.clear()
        function()
        assert not strictly.faults, "\n".join(strictly.faults[:3])
        print(json.dumps({"row": function.__name__, "ok": True}), flush=True)
    except Exception:
        print(json.dumps({"row": function.__name__, "ok": False, "why": traceback.format_exc()[-1500:]}), flush=True)

assert strictly.checked["bodies"] > 60 and strictly.checked["events"] > 150, strictly.checked
