"""Questions and their paragraphs (XQuAD), and what FTS5 by itself finds of them.

Usage: question-ranks.py threads FILE             ->  the paragraphs as conversations, ShareGPT's JSON
       question-ranks.py questions FILE COUNT SEED  ->  {"questions": [[question, paragraph's number], ...],
                                                       "unicode61": FOUND, "trigram": FOUND}

COUNT questions are drawn with SEED; 0 takes all. FOUND is how many of them find their paragraph among the first ten by
bm25, asked for any of the question's words; of `trigram`, any three characters of a word.
"""
import json
import random
import sqlite3
import sys


def paragraphs(path):
    with open(path, encoding="utf-8") as file:
        return [paragraph for article in json.load(file)["data"] for paragraph in article["paragraphs"]]


def quoted(words):
    return " OR ".join('"%s"' % word.replace('"', '""') for word in words)


def found(tokenizer, contexts, questions):
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE paragraph USING fts5(text, tokenize = '%s')" % tokenizer)
    database.executemany("INSERT INTO paragraph (rowid, text) VALUES (?, ?)", enumerate(contexts))
    count = 0
    for question, number in questions:
        words = question.split()
        if tokenizer == "trigram":
            words = sorted({word[at:at + 3] for word in words for at in range(len(word) - 2)})
        rows = database.execute(
            "SELECT rowid FROM paragraph WHERE paragraph MATCH ? ORDER BY bm25(paragraph) LIMIT 10", [quoted(words)])
        count += (number,) in rows.fetchall()
    return count


def main():
    read = paragraphs(sys.argv[2])
    if sys.argv[1] == "threads":
        found_threads = [{"id": str(number), "conversations": [{"from": "human", "value": paragraph["context"]}]}
                         for number, paragraph in enumerate(read)]
        return json.dump(found_threads, sys.stdout)
    count, seed = int(sys.argv[3]), int(sys.argv[4])
    questions = [(asked["question"], number) for number, paragraph in enumerate(read) for asked in paragraph["qas"]]
    if count:
        questions = random.Random(seed).sample(questions, count)
    contexts = [paragraph["context"] for paragraph in read]
    json.dump({"questions": questions, **{name: found(name, contexts, questions) for name in ("unicode61", "trigram")}},
              sys.stdout)


main()
