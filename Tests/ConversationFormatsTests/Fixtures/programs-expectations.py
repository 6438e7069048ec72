"""What a file of another program holds, counted by Python's json and sqlite3 and by nothing of ours.

Usage: programs-expectations.py librechat|openwebui|chatbotui|llm FILE  ->  JSON on standard output
"""
import datetime
import json
import sqlite3
import sys


def millis(value):
    if value is None:
        return None
    if isinstance(value, (int, float)):
        return int(value * 1000) if value < 1e11 else int(value)
    moment = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    delta = moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (delta.days * 86400 + delta.seconds) * 1000 + delta.microseconds // 1000


def librechat(document):
    messages = []

    def visit(nodes):
        for node in nodes:
            text = node.get("text") or ""
            for block in node.get("content") or []:
                if block["type"] == "text":
                    text = block["text"] if isinstance(block["text"], str) else block["text"]["value"]
                if block["type"] == "error":
                    text = block["error"]
            parent = node.get("parentMessageId")
            messages.append({
                "id": node["messageId"],
                "parent": None if not parent or parent.startswith("00000000-0000-0000") else parent,
                "role": "user" if node["isCreatedByUser"] else "assistant",
                "text": text,
                "created": millis(node.get("createdAt")),
                "model": None if node["isCreatedByUser"] else node.get("model"),
            })
            visit(node.get("children") or [])

    visit(document.get("messagesTree") or document["messages"])
    return [{"id": document["conversationId"], "title": document["title"], "messages": messages}]


def openwebui(document):
    found = []
    for chat in document:
        messages = []
        for message in chat["chat"]["history"]["messages"].values():
            text = message["content"]
            if message.get("output"):
                text = "\n".join(b["text"] for i in message["output"] if i["type"] == "message" for b in i["content"])
            messages.append({
                "id": message["id"], "parent": message["parentId"], "role": message["role"], "text": text,
                "created": millis(message["timestamp"]),
                "model": message.get("model") if message["role"] == "assistant" else None,
            })
        found.append({"id": chat["id"], "title": chat["title"], "messages": messages})
    return found


def chatbotui(document):
    return [{
        "id": c["id"], "title": c["name"],
        "messages": [{
            "role": m["role"], "text": m["content"], "model": c["model"]["id"] if m["role"] == "assistant" else None,
        } for m in c["messages"]],
    } for c in document["history"]]


def llm(path):
    db = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
    db.row_factory = sqlite3.Row
    tables = {row[0] for row in db.execute("select name from sqlite_master where type = 'table'")}

    def all_rows(sql, *arguments):
        return db.execute(sql, arguments).fetchall()

    found = {}
    for row in all_rows("select * from responses order by id"):
        thread = row["conversation_id"] or row["id"]
        entry = found.setdefault(thread, {"id": thread, "messages": []})
        date = millis(row["datetime_utc"])
        done = date + (row["duration_ms"] or 0)
        add = entry["messages"].append
        fragments, system = [], []
        if "fragments" in tables:
            fragment = "select content from fragments join %s on fragment_id = id where response_id = ? order by \"order\""
            fragments = [r[0] for r in all_rows(fragment % "prompt_fragments", row["id"])]
            system = [r[0] for r in all_rows(fragment % "system_fragments", row["id"])]
        system = "\n\n".join(s for s in system + [row["system"] or ""] if s)
        if system:
            add({"role": "system", "text": system, "created": date})
        if "tool_results" in tables:
            results = all_rows("select output from tool_results where response_id = ?", row["id"])
            if results:
                add({"role": "tool", "text": "", "results": [r[0] for r in results], "created": date})
        prompt = "\n".join(fragments + ([row["prompt"]] if row["prompt"] else []))
        pictures = 0
        if "prompt_attachments" in tables:
            pictures = all_rows("select count(*) from prompt_attachments where response_id = ?", row["id"])[0][0]
        if prompt or pictures:
            add({"role": "user", "text": prompt, "created": date})
        add({"role": "assistant", "text": row["response"] or "", "created": done, "model": row["model"]})
    if "turns" in tables:
        for thread in all_rows("select * from threads"):
            entry = found.setdefault(thread["id"], {"id": thread["id"], "messages": []})
            chain, hash_ = [], thread["tip_message_hash"]
            while hash_:
                row = all_rows("select * from messages where hash = ?", hash_)[0]
                texts = []
                for part in all_rows("select * from parts where message_hash = ? order by position", hash_):
                    payload = json.loads(part["payload"]) if part["payload"] else {}
                    if part["type"] == "text" and part["text"] is not None:
                        texts.append(part["text"])
                    for piece in payload.get("text_ref", []):
                        texts.append(piece.get("literal") or all_rows(
                            "select content from fragments where id = ?", piece["fragment"])[0][0])
                turn = all_rows(
                    "select * from turns where tip_message_hash = ? order by thread_id = ? desc, id", hash_, thread["id"])
                chain.append({"role": row["role"], "text": "".join(texts), "model": turn[0]["model"] if turn else None})
                hash_ = row["parent_hash"]
            entry["messages"] += reversed(chain)
    return [found[key] for key in sorted(found)]


kind, path = sys.argv[1:]
if kind == "llm":
    result = llm(path)
else:
    with open(path, encoding="utf-8") as file:
        result = {"librechat": librechat, "openwebui": openwebui, "chatbotui": chatbotui}[kind](json.load(file))
json.dump(result, sys.stdout)
