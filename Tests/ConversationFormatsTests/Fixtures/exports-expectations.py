"""What an export of ChatGPT or Claude holds, counted by Python's json and by nothing of ours.

Usage: exports-expectations.py chatgpt|claude FILE  ->  JSON on standard output
"""
import datetime
import json
import re
import sys


def millis(value):
    if value is None:
        return None
    if isinstance(value, (int, float)):
        return int(round(value * 1_000_000)) // 1000
    text = re.sub(r"Z$", "+00:00", value)
    moment = datetime.datetime.fromisoformat(text)
    delta = moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (delta.days * 86400 + delta.seconds) * 1000 + delta.microseconds // 1000


def strings(content):
    found = []
    for part in content.get("parts") or []:
        found.append(part if isinstance(part, str) else part.get("text") or "")
    for key in ("text", "result", "summary", "content"):
        if isinstance(content.get(key), str):
            found.append(content[key])
    for thought in content.get("thoughts") or []:
        found += [thought.get("summary") or "", thought.get("content") or ""]
    return [s for s in found if s]


def chatgpt(conversation):
    mapping = conversation["mapping"]
    kept = {}
    instructions = None
    for key, node in mapping.items():
        message = node.get("message")
        if not message:
            continue
        content = message["content"]
        if content["content_type"] == "user_editable_context":
            instructions = [content["user_profile"], content["user_instructions"]]
            continue
        pointers = [p for p in content.get("parts") or [] if isinstance(p, dict)]
        attachments = message["metadata"].get("attachments") or []
        words = strings(content)
        if not words and not pointers and not attachments and message["author"]["role"] not in ("tool", "function"):
            continue
        kept[key] = {
            "id": key,
            "words": words,
            "role": {"function": "tool"}.get(message["author"]["role"], message["author"]["role"]),
            "model": message["metadata"].get("model_slug"),
            "created": millis(message.get("create_time")),
            "is_plain": content["content_type"] == "text" and not pointers
            and message["author"]["role"] not in ("tool", "function") and message["recipient"] == "all",
        }
    for key, entry in kept.items():
        parent, steps = mapping[key].get("parent"), 0
        while parent in mapping and parent not in kept and steps < len(mapping):
            parent, steps = mapping[parent].get("parent"), steps + 1
        entry["parent"] = parent
    current = conversation.get("current_node")
    while current in mapping and current not in kept:
        current = mapping[current].get("parent")
    return {
        "id": conversation.get("conversation_id") or conversation.get("id"),
        "title": conversation.get("title"),
        "created": millis(conversation.get("create_time")),
        "updated": millis(conversation.get("update_time")),
        "current": current if current in kept else None,
        "instructions": instructions,
        "messages": [kept[key] for key in mapping if key in kept],
    }


ROOT = "00000000-0000-4000-8000-000000000000"


def claude(conversation):
    messages = []
    ordered = conversation["chat_messages"]
    if ordered and all("index" in m for m in ordered):
        ordered = sorted(ordered, key=lambda m: m["index"])
    for message in ordered:
        blocks = message.get("content")
        texts, words = [], []
        for block in blocks if isinstance(blocks, list) else []:
            if block.get("type") == "text" and isinstance(block.get("text"), str) and block["text"]:
                texts.append(block["text"])
            if block.get("type") == "thinking":
                words.append(block["thinking"])
            if block.get("type") == "tool_result":
                words += [b["text"] for b in block["content"] if b["type"] == "text"]
            if block.get("type") == "tool_use":
                words += [v for v in block["input"].values() if isinstance(v, str) and v.isascii() and v.isalnum()]
        if not texts and message.get("text"):
            texts.append(message["text"])
        elif isinstance(blocks, str) and blocks:
            texts.append(blocks)
        words += [a["extracted_content"] for a in message.get("attachments") or []]
        messages.append({
            "id": message["uuid"],
            "parent": message.get("parent_message_uuid"),
            "words": texts + words,
            "role": {"human": "user"}.get(message["sender"], message["sender"]),
            "created": millis(message["created_at"]),
            "model": conversation.get("model") if message["sender"] == "assistant" else None,
            "files": len(message.get("files") or []),
        })
    for message in messages:
        if message["parent"] == ROOT:
            message["parent"] = None
    leaf = conversation.get("current_leaf_message_uuid")
    return {
        "id": conversation["uuid"],
        "title": conversation.get("name") or None,
        "created": millis(conversation["created_at"]),
        "updated": millis(conversation["updated_at"]),
        "current": leaf if leaf in {m["id"] for m in messages} else None,
        "messages": messages,
    }


def main():
    with open(sys.argv[2], encoding="utf-8-sig") as file:
        document = json.load(file)
    conversations = document if isinstance(document, list) else document.get("conversations", [document])
    if sys.argv[1] == "chatgpt":
        found = [chatgpt(c) for c in conversations if isinstance(c.get("mapping"), dict)]
    else:
        found = [claude(c) for c in conversations if isinstance(c.get("chat_messages"), list)]
    json.dump([c for c in found if c["messages"]], sys.stdout)


main()
