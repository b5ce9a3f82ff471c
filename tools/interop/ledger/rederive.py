# SPDX-License-Identifier: Apache-2.0
"""Re-derives a log from its entry bundles with hashlib alone: python3 rederive.py FOLDER"""
import base64, hashlib, os, sys

def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()

def name(n):
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03d}")
    return "/".join(groups)

def read(folder, level, n, width):
    path = f"{folder}/tile/{level}/{name(n)}"
    part = f"{path}.p/{width}"
    return open(part if width < 256 and os.path.exists(part) else path, "rb").read()

def entries(bundle, width):
    at = 0
    for _ in range(width):
        end = at + 2 + int.from_bytes(bundle[at:at + 2], "big")
        yield bundle[at + 2:end]
        at = end

def root(row):
    if not row: return sha()
    while len(row) > 1:
        row = [sha(b"\1", *row[i:i + 2]) if i + 1 < len(row) else row[i] for i in range(0, len(row), 2)]
    return row[0]

def widths(count): return [min(256, count - i) for i in range(0, count, 256)]

folder = sys.argv[1]
_, size, signed = open(f"{folder}/checkpoint", encoding="utf-8").read().split("\n")[:3]
row = [sha(b"\0", entry) for n, width in enumerate(widths(int(size)))
       for entry in entries(read(folder, "entries", n, width), width)]
assert root(row) == base64.b64decode(signed), "the root of the entries is not the signed root"
level = 0
while row:
    for n, width in enumerate(widths(len(row))):
        tile = read(folder, level, n, width)[:32 * width]
        assert tile == b"".join(row[256 * n:256 * n + width]), f"tile {level}/{n} is wrong"
    row, level = [root(row[i:i + 256]) for i in range(0, len(row) // 256 * 256, 256)], level + 1
print(size, signed)
