"""Writes conversations that lie in none of the formats Diwan reads as its own JSON Lines.

Usage: diwan-lines.py mtbench|vicuna|mt-bench-101|oasst|kdconv-zh|chitchat-byu FOLDER [EVERY]  ->  JSON Lines

FOLDER holds the folders named so. Of chitchat-byu, EVERY takes one chat of so many. The answers that several models gave
to one question are siblings in one thread: each model's are an arm that the second question goes on from, whose end has
the model's name as its label.
"""
import datetime
import glob
import gzip
import hashlib
import json
import os
import sys

LINES = {"threads": 0, "messages": 0, "calls": 0}


def identity(*names):
    """The same for the same names: a UUID of version 8, so that importing again brings nothing new."""
    raw = bytearray(hashlib.sha256("\0".join(names).encode()).digest()[:16])
    raw[6], raw[8] = 0x80 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return raw.hex()


def moment(seconds):
    whole = int(seconds)
    date = datetime.datetime.fromtimestamp(whole, datetime.timezone.utc)
    return date.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % int((seconds - whole) * 1000)


def read_lines(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


class Thread:
    """A thread on its way out: its calls first, then its messages, each after the one it continues."""

    def __init__(self, *names, title=None, begun=0, program):
        self.names, self.title, self.program = names, title, program
        self.begun = self.active = begun
        self.calls, self.messages, self.tip, self.beginning = [], [], None, ""

    def say(self, role, text, after=None, at=None, model=None, labels=(), name=None, call=None):
        at = self.begun if at is None else at
        message = identity("message", *self.names, name or str(len(self.messages)))
        if model:
            call = {"id": identity("call", message), "question_id": after, "upstream": self.program,
                    "model_requested": model, "model_sent": model, "status": "complete", "finished_at": moment(at)}
            self.calls.append(call)
        self.messages.append({
            "id": message, "parent_id": after, "role": role, "parts": [{"type": "text", "text": text}],
            "call_id": call["id"] if model else None, "status": "complete", "labels": list(labels),
            "created_at": moment(at)})
        self.beginning = self.beginning or text
        self.active, self.tip = max(self.active, at), message
        return message

    def write(self):
        thread = identity("thread", *self.names)
        # As an import of ours names a thread: by its first line, cut.
        title = self.title or next((line for line in self.beginning.split("\n") if line.strip()), "")[:60] or None
        emit({"object": "thread", "id": thread, "title": title, "title_given": False, "tip_id": self.tip,
              "from": {"format": self.program, "id": "/".join(self.names)}, "tags": [],
              "created_at": moment(self.begun), "active_at": moment(self.active),
              "call_count": len(self.calls), "message_count": len(self.messages)})
        for call in self.calls:
            emit({"object": "call", "thread_id": thread, **call})
        for message in self.messages:
            emit({"object": "message", "thread_id": thread, **message})
        LINES["threads"] += 1
        LINES["calls"] += len(self.calls)
        LINES["messages"] += len(self.messages)


def emit(line):
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def arms(program, question, answers):
    """One thread: the question's turns, and (model, turns, seconds) of each that answered."""
    begun = min([at for _, _, at in answers if at], default=0)
    thread = Thread(program, str(question["question_id"]), title=question["turns"][0].strip().split("\n")[0][:60],
                    begun=begun, program=program)
    first = thread.say("user", question["turns"][0], name="question")
    last = None
    for model, turns, at in answers:
        place = first
        for number, text in enumerate(turns):
            if number:
                place = thread.say("user", question["turns"][number], place, at, name="%s ask %d" % (model, number))
            labels = [model] if number + 1 == len(turns) else []
            place = thread.say(
                "assistant", text, place, at, model, labels, name="%s answer %d" % (model, number))
        last = place if last is None or model == "gpt-4" else last
    thread.tip = last or first
    thread.write()


def mtbench(folder):
    bench = os.path.join(folder, "mtbench", "mt_bench")
    answers = {}
    for path in sorted(glob.glob(os.path.join(bench, "model_answer", "*.jsonl"))):
        for answer in read_lines(path):
            answers.setdefault(answer["question_id"], []).append(
                (answer["model_id"], answer["choices"][0]["turns"], answer["tstamp"]))
    references = read_lines(bench, "reference_answer", "gpt-4.jsonl")
    for question in read_lines(bench, "question.jsonl"):
        arms("mt-bench", question, answers.get(question["question_id"], []))
        for reference in references:
            if reference["question_id"] == question["question_id"]:
                turns = reference["choices"][0]["turns"]
                arms("mt-bench-reference", question, [(reference["model_id"], turns, reference["tstamp"])])


def vicuna(folder):
    bench, table = os.path.join(folder, "mtbench", "vicuna_bench"), os.path.join(folder, "mtbench", "table")
    answers = {}
    for path in sorted(glob.glob(os.path.join(table, "answer", "*.jsonl"))):
        for answer in read_lines(path):
            answers.setdefault(answer["question_id"], []).append((answer["model_id"], [answer["text"]], None))
    for path in ["model_answer/gpt-4o.jsonl", "reference_answer/gpt-4.jsonl"]:
        for answer in read_lines(bench, path):
            answers.setdefault(answer["question_id"], []).append(
                (answer["model_id"], answer["choices"][0]["turns"], answer["tstamp"]))
    for question in read_lines(bench, "question.jsonl"):
        arms("vicuna-bench", question, answers.get(question["question_id"], []))


def mt_bench_101(folder):
    for dialogue in read_lines(folder, "mt-bench-101", "mtbench101.jsonl"):
        thread = Thread("mt-bench-101", str(dialogue["id"]), title="%s %d" % (dialogue["task"], dialogue["id"]),
                        program="mt-bench-101")
        place = None
        for turn in dialogue["history"]:
            place = thread.say("user", turn["user"], place)
            place = thread.say("assistant", turn["bot"], place)
        thread.write()


ROLES = {"prompter": "user", "assistant": "assistant"}


def oasst(folder):
    data = os.path.join(folder, "oasst", "model", "model_eval", "manual", "data")

    def grow(thread, node, after):
        place = thread.say(ROLES[node["role"]], node["text"], after, name=node["message_id"],
                           model=node.get("model_name") if node["role"] == "assistant" else None)
        for reply in node["replies"]:
            grow(thread, reply, place)
        return place

    for tree in read_lines(data, "en_100_tree.jsonl"):
        thread = Thread("oasst", tree["message_tree_id"], program="oasst")
        grow(thread, tree["prompt"], None)
        thread.write()
    for name in ["en_100_text.jsonl", "prompt_lottery_en_250_text.jsonl"]:
        for number, prompt in enumerate(read_lines(data, name)):
            thread = Thread("oasst", name, str(number), program="oasst")
            thread.say("user", prompt)
            thread.write()
    with open(os.path.join(folder, "oasst", "backend/test_data/realistic/realistic_seed_data.json")) as file:
        seeds = json.load(file)
    replies = {}
    for seed in seeds:
        replies.setdefault(seed["parent_message_id"], []).append(seed)

    def sow(thread, seed, after):
        place = thread.say(ROLES[seed["role"]], seed["text"], after, name=seed["user_message_id"])
        for reply in replies.get(seed["user_message_id"], []):
            sow(thread, reply, place)

    for seed in replies[None]:
        thread = Thread("oasst", seed["user_message_id"], program="oasst")
        sow(thread, seed, None)
        thread.write()


def kdconv(folder):
    for path in sorted(glob.glob(os.path.join(folder, "kdconv-zh", "*", "*.json"))):
        with open(path, encoding="utf-8") as file:
            dialogues = json.load(file)
        for number, dialogue in enumerate(dialogues):
            thread = Thread("kdconv", path[-len("music/test.json"):], str(number), title=dialogue["name"],
                            program="kdconv")
            place = None
            for turn, said in enumerate(dialogue["messages"]):
                place = thread.say("assistant" if turn % 2 else "user", said["message"], place)
            thread.write()


def seconds(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()


def chitchat(folder, every):
    with gzip.open(os.path.join(folder, "chitchat-byu", "dataset.json.gz"), "rt", encoding="utf-8") as file:
        chats = json.load(file)
    for key in list(chats)[::every]:
        chat = chats[key]
        thread = Thread("chitchat", key, title=chat.get("prompt"), begun=seconds(chat["start"]), program="chitchat")
        place, asks = None, None
        for turn in chat["messages"]:
            for said in turn:
                asks = asks or said["sender"]
                role = "user" if said["sender"] == asks else "assistant"
                place = thread.say(role, said["text"], place, seconds(said["timestamp"]))
        thread.write()


name, folder = sys.argv[1:3]
emit({"object": "diwan", "version": 1, "exported_at": moment(0), "since": None})
if name == "chitchat-byu":
    chitchat(folder, int(sys.argv[3]) if len(sys.argv) > 3 else 1)
else:
    {"mtbench": mtbench, "vicuna": vicuna, "mt-bench-101": mt_bench_101, "oasst": oasst, "kdconv-zh": kdconv}[name](folder)
emit({"object": "end", **LINES, "blobs": 0, "cursor": None})
