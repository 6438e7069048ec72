"""Checks every JSON body and every event that comes through an HTTP client against the SDK's own types, strictly.

The SDK itself takes whatever comes: it builds its objects without looking. `faults` says what its types would not have let
through.
"""

import json
import re
from typing import Literal, Optional
from urllib.parse import unquote

import openai.types as types
import openai.types.chat as chat
import openai.types.conversations as conversations
import openai.types.responses as responses
from openai import DefaultHttpxClient
from pydantic import BaseModel, TypeAdapter

try:
    import httpx
except ImportError:
    import httpx2 as httpx


class ErrorObject(BaseModel):
    message: str
    type: str
    param: Optional[str]
    code: Optional[str]


class ErrorBody(BaseModel):
    error: ErrorObject


class ItemList(BaseModel):
    object: Literal["list"]
    data: list
    first_id: str
    last_id: str
    has_more: bool


class StoredMessage(chat.ChatCompletionStoreMessage):
    """The types say that only an assistant speaks; the documentation's own example has the user's words."""

    role: Literal["assistant", "developer", "system", "tool", "user"]


def listed(item):
    return type("Listed", (ItemList,), {"__annotations__": {"data": list[item]}})


ID = r"/[^/]+"
EMBEDDINGS = types.CreateEmbeddingResponse
# The first that fits, by the method and the path after /v1.
BODIES = [
    ("POST", "/responses", responses.Response), ("GET", "/responses" + ID, responses.Response),
    ("POST", "/responses" + ID + "/cancel", responses.Response),
    ("GET", "/responses" + ID + "/input_items", responses.ResponseItemList),
    ("POST", "/responses/input_tokens", getattr(responses, "InputTokenCountResponse", None)),
    ("POST", "/responses/compact", getattr(responses, "CompactedResponse", None)),
    ("POST|GET", "/conversations(" + ID + ")?", conversations.Conversation),
    ("DELETE", "/conversations" + ID, conversations.ConversationDeletedResource),
    ("POST|GET", "/conversations" + ID + "/items", conversations.ConversationItemList),
    ("GET", "/conversations" + ID + "/items" + ID, conversations.ConversationItem),
    ("DELETE", "/conversations" + ID + "/items" + ID, conversations.Conversation),
    ("POST", "/chat/completions", chat.ChatCompletion), ("GET", "/chat/completions", listed(chat.ChatCompletion)),
    ("GET|POST", "/chat/completions" + ID, chat.ChatCompletion),
    ("DELETE", "/chat/completions" + ID, chat.ChatCompletionDeleted),
    ("GET", "/chat/completions" + ID + "/messages", listed(StoredMessage)),
    ("GET", "/models/.+", types.Model), ("POST", "/embeddings", EMBEDDINGS),
]
EVENTS = {"/responses": responses.ResponseStreamEvent, "/chat/completions": chat.ChatCompletionChunk}

faults = []
checked = {"bodies": 0, "events": 0}
adapters = {}


def check(kind, text, where):
    adapter = adapters.get(id(kind)) or adapters.setdefault(id(kind), TypeAdapter(kind))
    try:
        value = adapter.validate_json(text, strict=True)
        # A union takes the first that fits: it has to be the one that the wire names.
        named = json.loads(text)
        assert not isinstance(value, BaseModel) or getattr(value, "type", None) == named.get("type"), "another type fits"
    except Exception as error:
        faults.append(f"{where}: {str(error)[:600]}\n{text[:300]}")


def path_of(request):
    return re.sub(r"/+$", "", re.sub(r"^(/openai)?(/v1)?", "", unquote(request.url.path)))


class Checked(httpx.SyncByteStream):
    """A stream of events that is looked at while it passes."""

    def __init__(self, inner, kind, where):
        self.inner, self.kind, self.where, self.rest = inner, kind, where, b""

    def __iter__(self):
        for piece in self.inner:
            self.rest += piece
            *events, self.rest = self.rest.split(b"\n\n")
            for event in events:
                for line in event.split(b"\n"):
                    if line.startswith(b"data: ") and line != b"data: [DONE]":
                        checked["events"] += 1
                        data = line[6:].decode()
                        kind = ErrorBody if self.kind is chat.ChatCompletionChunk and '"error"' in data else self.kind
                        check(kind, data, self.where)
            yield piece

    def close(self):
        self.inner.close()


def look(response):
    request = response.request
    path, where = path_of(request), f"{request.method} {request.url.path}"
    kind = response.headers.get("content-type", "")
    if kind.startswith("text/event-stream"):
        event = next(event for start, event in EVENTS.items() if path.startswith(start))
        if request.url.path != "/openai/responses":
            response.stream = Checked(response.stream, event, where)
    elif kind.startswith("application/json"):
        response.read()
        body = ErrorBody if response.is_error else next(
            (b for methods, pattern, b in BODIES
             if request.method in methods.split("|") and re.fullmatch(pattern, path)), None)
        # The documented endpoint answers with another object; what is in base64 the SDK turns into numbers first.
        if body is None or request.url.path == "/openai/responses" or \
                body is EMBEDDINGS and b"base64" in request.content:
            return
        if path == "/responses/input_tokens" or path == "/responses/compact":
            body = next(b for _, pattern, b in BODIES if pattern == path)
        checked["bodies"] += 1
        check(body, response.text, where)


def http_client():
    return DefaultHttpxClient(event_hooks={"response": [look]})
