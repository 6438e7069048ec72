"""Compares a vault with the file that was imported into it, by Python's json and sqlite3 and by nothing of ours.

Usage: vault-comparison.py mtbench|vicuna|mt-bench-101|oasst|kdconv-zh|chitchat-byu FOLDER VAULT [EVERY]
       vault-comparison.py sharegpt|openai FILE VAULT
       vault-comparison.py conversations FORMAT VAULT  <  what exports-expectations.py or programs-expectations.py prints
->  {"original": TOTALS, "vault": TOTALS, "differences": [...]}

What was said is compared as paths: a message is the digest of what was said before it, its role, its model, its date
where the original has one, and its bytes; so two sides that hold the same digests hold the same texts after the same
parents, as often. The original's paths are read from it here and not where its lines were written.
"""
import calendar
import collections
import glob
import gzip
import hashlib
import json
import os
import sqlite3
import sys
import time


def chain(before, *what):
    digest = hashlib.sha256(before)
    for piece in what:
        piece = json.dumps(piece, ensure_ascii=False).encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(piece) + piece)
    return digest.digest()


class Side:
    """The threads of one side: of each the digests of its messages, and of all the totals."""

    def __init__(self):
        self.threads = []
        self.roles, self.models = collections.Counter(), collections.Counter()
        self.messages = self.characters = self.bytes = self.forks = self.beginnings = 0

    def add(self, paths, dated, instructions=None):
        """A thread as paths from its beginning: lists of (role, model, milliseconds, text, key). Messages with the same
        key after the same message are one message."""
        root = chain(b"", instructions or "")
        messages, children = {}, collections.defaultdict(set)
        for path in paths:
            before, place = root, ()
            for role, model, date, text, key in path:
                place += (key,)
                digest = chain(before, role, model, date if dated else None, text)
                if place not in messages:
                    children[place[:-1]].add(place)
                    messages[place] = digest
                    self.roles[role] += 1
                    self.models[model or ""] += 1
                    self.messages += 1
                    self.characters += len(text)
                    self.bytes += len(text.encode("utf-8", "surrogatepass"))
                before = digest
        self.beginnings += len(children[()])
        self.forks += sum(len(places) > 1 for place, places in children.items() if place)
        self.threads.append(b"".join(sorted(messages.values())))

    def totals(self):
        models = {name: count for name, count in sorted(self.models.items()) if name}
        return {"threads": len(self.threads), "messages": self.messages, "roles": dict(sorted(self.roles.items())),
                "models": models, "characters": self.characters, "bytes": self.bytes, "beginnings": self.beginnings,
                "forks": self.forks}


# The vault, by its plain columns.

def open_vault(path):
    database = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    database.row_factory = sqlite3.Row
    return database


def vault_threads(database):
    """Each thread's row, and its messages by their rows: (row, row of the parent)."""
    forks = {row["id"]: (row["parent"], row["fork"]) for row in database.execute("SELECT * FROM strand")}
    threads = {row["id"]: (row, {}) for row in database.execute("SELECT * FROM thread ORDER BY id")}
    owner = {row["id"]: row["thread"] for row in database.execute("SELECT id, thread FROM strand")}
    for row in database.execute(
            "SELECT message.*, coalesce(model_reported, model_sent) AS model FROM message LEFT JOIN call ON call.id = call"
            " ORDER BY message.id"):
        strand, position = row["id"] >> 24, row["id"] & 0xFFFFFF
        parent, fork = forks[strand]
        if position > fork + 1:
            before = row["id"] - 1
        else:
            before = None if parent is None else parent << 24 | fork
        threads[owner[strand]][1][row["id"]] = (row, before)
    return threads.values()


def spoken(row):
    """What a message's row says: its words, then what its tools were asked and gave."""
    words = [row["text"]]
    for part in json.loads(row["parts"]) if row["parts"] else []:
        words += [part["name"], part["arguments"]] if part["type"] == "tool_call" else []
        words += [part["output"]] if part["type"] == "tool_result" else []
    return "\0".join(words)


def vault_side(database, dated, modelled):
    side = Side()
    for thread, messages in vault_threads(database):
        def path(row):
            found = []
            while row is not None:
                message, before = messages[row]
                found.append((message["role"], message["model"] if modelled else None, message["created_ms"],
                              spoken(message), row))
                row = before
            return found[::-1]

        continued = {before for _, before in messages.values()}
        side.add([path(row) for row in messages if row not in continued], dated, thread["instructions"])
    return side


# The originals.

def lines(*path):
    with open(os.path.join(*path), "rb") as file:
        return [json.loads(line) for line in file.read().split(b"\n") if line.strip()]


def millis(seconds):
    return int(seconds) * 1000 + int((seconds - int(seconds)) * 1000)


def straight(turns):
    """One path of (role, text)."""
    return [[(role, None, None, text, number) for number, (role, text) in enumerate(turns)]]


def bench(side, questions, answers):
    """`answers`: (question's id, model, turns)."""
    for question in questions:
        paths = []
        for number, model, turns in answers:
            if number != question["question_id"]:
                continue
            path = []
            for asked, said in zip(question["turns"], turns):
                key = (model, len(path)) if path else "question"
                path += [("user", None, None, asked, key), ("assistant", model, None, said, (model, len(path) + 1))]
            paths.append(path)
        if paths:
            side.add(paths, dated=False)


def answers_of(*pattern):
    return [(answer["question_id"], answer["model_id"], answer["choices"][0]["turns"] if "choices" in answer else
             [answer["text"]]) for path in glob.glob(os.path.join(*pattern)) for answer in lines(path)]


def mtbench(side, folder):
    base = os.path.join(folder, "mtbench/mt_bench")
    questions = lines(base, "question.jsonl")
    bench(side, questions, answers_of(base, "model_answer/*"))
    bench(side, questions, answers_of(base, "reference_answer/*"))


def vicuna(side, folder):
    base = os.path.join(folder, "mtbench")
    bench(side, lines(base, "vicuna_bench/question.jsonl"),
          answers_of(base, "vicuna_bench/*_answer/*") + answers_of(base, "table/answer/*"))


def mt_bench_101(side, folder):
    for dialogue in lines(folder, "mt-bench-101/mtbench101.jsonl"):
        turns = [(role, turn[key]) for turn in dialogue["history"] for role, key in (("user", "user"), ("assistant", "bot"))]
        side.add(straight(turns), dated=False)


def oasst(side, folder):
    roles = {"prompter": "user", "assistant": "assistant"}
    data = os.path.join(folder, "oasst/model/model_eval/manual/data")

    def grow(said, replies_to, add):
        """By each message's own word on what it answers, from the ends back to the beginning."""
        answered = {parent for parent in replies_to.values()}
        paths = []
        for end in replies_to:
            if end in answered:
                continue
            path, at = [], end
            while at is not None:
                path.append(said[at])
                at = replies_to[at]
            paths.append(path[::-1])
        add(paths)

    # The file that lists messages says of each what it answers; the other one nests them alone.
    for tree in lines(data, "en_100_message.jsonl"):
        said, replies_to, waiting = {}, {}, [tree]
        while waiting:
            node = waiting.pop()
            key, role = node["message_id"], roles[node["role"]]
            said[key] = (role, node.get("model_name") if role == "assistant" else None, None, node["text"], key)
            replies_to[key] = node.get("parent_id")
            waiting += node["replies"]
        grow(said, replies_to, lambda paths: side.add(paths, dated=False))
    for name in ["en_100_text.jsonl", "prompt_lottery_en_250_text.jsonl"]:
        for prompt in lines(data, name):
            side.add(straight([("user", prompt)]), dated=False)
    with open(os.path.join(folder, "oasst/backend/test_data/realistic/realistic_seed_data.json"), "rb") as file:
        seeds = {seed["user_message_id"]: seed for seed in json.load(file)}

    def beginning(key):
        while seeds[key]["parent_message_id"]:
            key = seeds[key]["parent_message_id"]
        return key

    trees = collections.defaultdict(dict)
    for key, seed in seeds.items():
        trees[beginning(key)][key] = seed["parent_message_id"]
    for replies_to in trees.values():
        said = {key: (roles[seeds[key]["role"]], None, None, seeds[key]["text"], key) for key in replies_to}
        grow(said, replies_to, lambda paths: side.add(paths, dated=False))


def kdconv(side, folder):
    for path in glob.glob(os.path.join(folder, "kdconv-zh/*/*.json")):
        with open(path, "rb") as file:
            for dialogue in json.load(file):
                said = [message["message"] for message in dialogue["messages"]]
                side.add(straight(zip(["user", "assistant"] * len(said), said)), dated=False)


def chitchat(side, folder, every=1):
    with gzip.open(os.path.join(folder, "chitchat-byu/dataset.json.gz")) as file:
        chats = json.load(file)
    for chat in list(chats.values())[::every]:
        path, everything = [], [said for turn in chat["messages"] for said in turn]
        for said in everything:
            moment = calendar.timegm(time.strptime(said["timestamp"], "%Y-%m-%dT%H:%M:%SZ")) * 1000
            role = "user" if said["sender"] == everything[0]["sender"] else "assistant"
            path.append((role, None, moment, said["text"], len(path)))
        side.add([path], dated=True)


def sharegpt(side, path):
    with open(path, "rb") as file:
        for example in json.load(file):
            turns = [({"human": "user", "gpt": "assistant"}[t["from"]], t["value"]) for t in example["conversations"]]
            side.add(straight(turns), dated=False)


def openai(side, path):
    for example in lines(path):
        turns, instructions = [], None
        for message in example["messages"]:
            words = [message["content"] or ""]
            if message["role"] == "system":
                instructions = message["content"]
                continue
            for call in message.get("tool_calls") or []:
                words += [call["function"]["name"], call["function"]["arguments"]]
            if message["role"] == "tool":
                words = ["", message["content"]]
            turns.append((message["role"], "\0".join(words)))
        side.add(straight(turns), dated=False, instructions=instructions)


# What an export holds by the count of the readers' own tests, against the vault's rows by the ids derived from its ids.

def derived(*names):
    digest = hashlib.sha256()
    for name in names:
        digest.update(len(name.encode()).to_bytes(8, "big") + name.encode())
    raw = bytearray(digest.digest()[:16])
    raw[6], raw[8] = 0x80 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return bytes(raw)


def written(uid):
    digits = uid.hex()
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def compare_conversations(format_name, database):
    differences = []
    expected = json.load(sys.stdin)
    threads = {thread["uid"]: messages for thread, messages in vault_threads(database)}
    found = {"threads": len(threads), "messages": sum(len(messages) for messages in threads.values())}
    counted = {"threads": len(expected), "messages": sum(len(c["messages"]) for c in expected)}
    for conversation in expected:
        uid = derived("thread", format_name, conversation["id"])
        if uid not in threads:
            differences.append("no thread for %s" % conversation["id"])
            continue
        rows = {row["uid"]: (row, before) for row, before in threads[uid].values()}
        by_row = {row["id"]: row["uid"] for row, _ in threads[uid].values()}
        in_order = list(threads[uid].values())
        known = {message.get("id") for message in conversation["messages"]}
        # An export that says of no message what it answers has them one after the other.
        says_parents = any(message.get("parent") for message in conversation["messages"])
        for number, message in enumerate(conversation["messages"]):
            if "id" in message:
                row, before = rows.get(derived("message", written(uid), message["id"]), (None, None))
            else:
                row, before = in_order[number] if number < len(in_order) else (None, None)
            where = "%s, message %d" % (conversation["id"], number)
            if row is None:
                differences.append("%s is missing" % where)
                continue
            if row["role"] != message["role"]:
                differences.append("%s is of %s" % (where, row["role"]))
            if "text" in message and row["text"] != message["text"]:
                differences.append("%s has another text" % where)
            if message.get("is_plain") and row["text"] != "".join(message["words"]):
                differences.append("%s has other words" % where)
            held = spoken(row) + (row["parts"] or "")
            for words in message.get("words", []):
                if words not in held and json.dumps(words, ensure_ascii=False)[1:-1] not in held:
                    differences.append("%s lacks words" % where)
            if says_parents:
                parent = message["parent"] if message["parent"] in known else None
                parent = derived("message", written(uid), parent) if parent else None
            elif "id" in message and number:
                parent = derived("message", written(uid), conversation["messages"][number - 1]["id"])
            else:
                parent = in_order[number - 1][0]["uid"] if number else None
            if parent != (by_row[before] if before is not None else None):
                differences.append("%s has another parent" % where)
    return counted, found, differences


def main():
    name, source, vault = sys.argv[1:4]
    database = open_vault(vault)
    if name == "conversations":
        original, here, differences = compare_conversations(source, database)
    else:
        reader = {"mtbench": mtbench, "vicuna": vicuna, "mt-bench-101": mt_bench_101, "oasst": oasst,
                  "kdconv-zh": kdconv, "chitchat-byu": chitchat, "sharegpt": sharegpt, "openai": openai}[name]
        there = Side()
        reader(there, source, *map(int, sys.argv[4:]))
        side = vault_side(database, dated=name == "chitchat-byu", modelled=name not in ("sharegpt", "openai"))
        original, here = there.totals(), side.totals()
        missing = collections.Counter(there.threads)
        missing.subtract(collections.Counter(side.threads))
        differences = ["%d threads are not the same" % abs(count) for count in missing.values() if count]
    json.dump({"original": original, "vault": here, "differences": differences[:20]}, sys.stdout)


main()
