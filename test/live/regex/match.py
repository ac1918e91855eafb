"""Answers of Python's re: for each line of JSON {source, flags, texts} a line of true and false, or null where the pattern is refused."""
import json
import re
import sys

for line in sys.stdin:
    asked = json.loads(line)
    try:
        pattern = re.compile(asked["source"], re.IGNORECASE if "i" in asked["flags"] else 0)
    except re.error:
        print("null")
        continue
    print(json.dumps([pattern.search(text) is not None for text in asked["texts"]]))
