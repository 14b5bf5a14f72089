#!/usr/bin/env python3
"""Makes a Molstream bundle of a model written in PyTorch (1.13 or later).

    python3 make_bundle.py MOVIELENS BUNDLE

Learns for two minutes from MOVIELENS/movies.csv and ratings.csv. Writes the folder BUNDLE and, beside it,
BUNDLE-examples.json for `molstream model verify BUNDLE --examples BUNDLE-examples.json`.
To bring your own model, change the data, the towers and the training; the rest is what every bundle needs.
"""
import csv, hashlib, inspect, json, random, re, struct, sys, time, unicodedata
from pathlib import Path
import torch
from torch import nn
from torch.nn import functional as F

D, P_Q, P_X, d, H, TAU = 32, 4, 2, 16, 32, 0.05  # base dimension, components of queries and items, their length, gate
L = P_Q * P_X
MAX_HISTORY, BUCKETS, MAX_FEATURES = 50, 4096, 16
RATE = 3  # the code of the action RATE


# What an item tower reads: the item's row in the id table and these features.

def features(title, categories, attributes):
    def normal(text):
        return unicodedata.normalize("NFKC", text).lower()

    def bucket(feature):  # FNV-1a
        value = 0x811C9DC5
        for byte in feature.encode():
            value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
        return 1 + value % (BUCKETS - 1)

    dated = re.fullmatch(r"(.*)\((\d{4})(?:[-–]\d{0,4})?\)\s*", title, re.DOTALL | re.ASCII)
    year = dated[2] if dated else attributes.get("year", "").strip()
    found = []
    if re.fullmatch(r"\d{4}", year, re.ASCII):
        found += ["year:" + year, "decade:" + year[:3] + "0"]
    found += ["category:" + normal(category.strip()) for category in categories]
    text = normal(dated[1] if dated else title)
    text = "".join(c if unicodedata.category(c)[0] in "LMN" or c in "'’" else " " for c in text)
    words = [re.sub("['’]", "", word) for word in text.split()]
    found += ["word:" + word for word in words if word not in ("", "a", "an", "the")]
    return list(dict.fromkeys(map(bucket, found)))[:MAX_FEATURES]


def item_inputs(items, rows):
    padded = [(f := features(title, categories, {})) + [0] * (MAX_FEATURES - len(f)) for _, title, categories in items]
    return torch.tensor([rows.get(item_id, 0) for item_id, _, _ in items]), torch.tensor(padded)


# The model.

class Heads(nn.Module):
    """The end of both towers: unit vectors, and a gate value for each of the L logits."""

    def __init__(self, count):
        super().__init__()
        self.count = count
        self.components = nn.Linear(D, count * d)
        self.gate = nn.Sequential(nn.Linear(D, H), nn.SiLU(), nn.Linear(H, L, bias=False))

    def forward(self, x):
        return F.normalize(self.components(x).view(-1, self.count, d), dim=-1), self.gate(x)


class ItemTower(nn.Module):
    def __init__(self, items):
        super().__init__()
        self.ids = nn.Embedding(items + 1, D, padding_idx=0)  # row 0: items that training never saw
        self.words = nn.Embedding(BUCKETS, D, padding_idx=0)
        self.heads = Heads(P_X)

    def base(self, row, features):
        return self.ids(row) + self.words(features).sum(-2) / (features > 0).sum(-1, keepdim=True).clamp(min=1)

    def forward(self, row, features):
        base = self.base(row, features)
        return (base, *self.heads(base))


class QueryTower(nn.Module):
    """The last event attends to all."""

    def __init__(self):
        super().__init__()
        self.positions = nn.Parameter(0.1 * torch.randn(MAX_HISTORY, D))
        self.ask, self.key, self.value = nn.Linear(D, D), nn.Linear(D, D), nn.Linear(D, D)
        self.norm = nn.LayerNorm(D)
        self.heads = Heads(P_Q)

    def forward(self, history, mask):
        events = history + self.positions[MAX_HISTORY - history.shape[1]:]
        last = events[:, -1:]
        weights = self.ask(last) @ self.key(events).transpose(1, 2) / D**0.5 + (mask[:, None] - 1) * 1e9
        return self.heads(self.norm(last + torch.softmax(weights, -1) @ self.value(events))[:, 0])


class Mixture(nn.Module):
    def __init__(self, items):
        super().__init__()
        self.item, self.query = ItemTower(items), QueryTower()
        self.gate = nn.ModuleDict({"hidden": nn.Linear(L, H), "output": nn.Linear(H, L)})  # G_qx

    def score(self, queries, items):
        """Every query with every item, as Molstream computes it."""
        (f, a), (g, b) = queries, items
        logits = torch.einsum("qnd,xmd->qxnm", f, g).flatten(2) / TAU  # query index major
        s = a[:, None] * b + self.gate["output"](F.silu(self.gate["hidden"](logits)))
        return (torch.softmax(F.silu(s), -1) * logits).sum(-1)


# Training: yours. Histories are made of the item tower's base vectors, so that both towers learn at once.

def train(model, content, users, steps=1000, batch=128, negatives=256):
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for step in range(steps):
        history, target = torch.zeros(batch, MAX_HISTORY, dtype=torch.long), torch.zeros(batch, dtype=torch.long)
        for i, seen in enumerate(random.choices(users, k=batch)):
            end = random.randrange(1, len(seen) - 2)  # the last two are for validation and test
            past = [row for row, _ in seen[max(0, end - MAX_HISTORY):end]]
            history[i, -len(past):], target[i] = torch.tensor(past), seen[end][0]
        others = torch.randint(1, len(content), (negatives,))

        def read(rows):  # ids are left out at random, so that the tower practises items it will not know
            return rows * (torch.rand(rows.shape) > 0.1), content[rows]

        query = model.query(model.item.base(*read(history)), (history > 0).float())
        right = model.score(query, model.item(*read(target))[1:]).diagonal()
        scores = torch.cat([right[:, None], model.score(query, model.item(*read(others))[1:])], 1)
        loss = F.cross_entropy(scores, torch.zeros(batch, dtype=torch.long))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            print(f"step {step} of {steps}: loss {loss:.3f}", file=sys.stderr)


# Writing the bundle.

def export(tower, file, inputs, outputs):
    """inputs: name to an example and the names of its open dimensions."""
    # PyTorch's newer exporter, the default since 2.9, puts large weights beside the graph; a bundle has them in it.
    legacy = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    axes = {name: dict(enumerate(names)) for name, (_, names) in inputs.items()}
    torch.onnx.export(
        tower.eval(), tuple(example for example, _ in inputs.values()), str(file), input_names=list(inputs),
        output_names=outputs, dynamic_axes={**axes, **{name: {0: "B"} for name in outputs}}, opset_version=17, **legacy)


def safetensors(tensors):
    """What save_file of the safetensors package writes, without needing the package."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        values = struct.pack(f"<{tensor.numel()}f", *tensor.flatten().tolist())
        offsets = [len(data), len(data) + len(values)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += values
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def write_bundle(bundle, model, item_ids):
    bundle.mkdir(parents=True, exist_ok=True)
    export(model.query, bundle / "query-tower.onnx",
           {"history": (torch.randn(2, 3, D), ["B", "n"]), "mask": (torch.ones(2, 3), ["B", "n"])},
           ["components", "gate"])
    export(model.item, bundle / "item-tower.onnx",
           {"row": (torch.tensor([1, 0]), ["B"]), "features": (torch.ones(2, MAX_FEATURES, dtype=torch.long), ["B"])},
           ["base", "components", "gate"])
    gate = {name: tensor for name, tensor in model.state_dict().items() if name.startswith("gate.")}
    (bundle / "gating.safetensors").write_bytes(safetensors(gate))
    (bundle / "item-ids.txt").write_bytes("".join(item_id + "\n" for item_id in item_ids).encode())
    files = ["query-tower.onnx", "item-tower.onnx", "gating.safetensors", "item-ids.txt"]
    (bundle / "model.json").write_text(json.dumps({
        "formatVersion": 1,
        "modelId": "from-pytorch-1",
        "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "encoder": "last-event-attention",
        "similarity": "mol",
        "shape": {"baseDimension": D, "queryComponents": P_Q, "itemComponents": P_X,
                  "componentDimension": d, "gateHidden": H, "temperature": TAU},
        "maxHistory": MAX_HISTORY,
        "features": {"hashBuckets": BUCKETS, "maxFeatures": MAX_FEATURES, "contentDimension": 0},
        "metrics": {},
        "sha256": {name: hashlib.sha256((bundle / name).read_bytes()).hexdigest() for name in files},
    }, indent=2))


def write_examples(file, model, catalogue, rows, users):
    """Scores of 51 items for each of 20 histories of 1 to MAX_HISTORY events, for Molstream to repeat."""
    unseen = ("no such id", "The Film that Nobody Has Seen Yet (2031)", ["Comedy"])
    queries, used = [], {}
    for i, user in enumerate(random.sample(users, 20)):
        events = user[-min(1 + 3 * i, MAX_HISTORY):]
        history, candidates = [catalogue[row - 1] for row, _ in events], random.sample(catalogue, 50) + [unseen]
        used.update({item[0]: item for item in history + candidates})
        with torch.no_grad():
            vectors = model.item.base(*item_inputs(history, rows))[None]
            query = model.query(vectors, torch.ones(1, len(events)))
            scores = model.score(query, model.item(*item_inputs(candidates, rows))[1:])[0].tolist()
        queries.append({
            "history": [item_id for item_id, _, _ in history],
            "actions": [RATE] * len(events),
            "times": [at for _, at in events],
            "requestTime": events[-1][1],
            "scores": {item[0]: score for item, score in zip(candidates, scores)},
        })
    items = [{"itemId": item_id, "title": title, "categories": categories, "attributes": {}, "contentEmbedding": [],
              "features": features(title, categories, {})} for item_id, title, categories in used.values()]
    file.write_text(json.dumps({"items": items, "queries": queries}, indent=1))


def main(movielens, bundle):
    torch.manual_seed(1)
    random.seed(1)
    with open(movielens / "movies.csv", encoding="utf-8", newline="") as file:
        catalogue = [(movie["movieId"], movie["title"], movie["genres"].replace("(no genres listed)", ""))
                     for movie in csv.DictReader(file)]
    catalogue = [(item_id, title, genres.split("|") if genres else []) for item_id, title, genres in catalogue]
    item_ids = [item_id for item_id, _, _ in catalogue]
    rows = {item_id: i + 1 for i, item_id in enumerate(item_ids)}
    events = {}
    with open(movielens / "ratings.csv", encoding="utf-8", newline="") as file:
        for rating in csv.DictReader(file):
            at = int(rating["timestamp"]) * 1000
            events.setdefault(rating["userId"], []).append((rows[rating["movieId"]], at))
    users = [sorted(user, key=lambda event: event[1]) for user in events.values() if len(user) >= 4]
    model = Mixture(len(item_ids))
    unknown = torch.zeros(1, MAX_FEATURES, dtype=torch.long)
    train(model, torch.cat([unknown, item_inputs(catalogue, rows)[1]]), users)
    model.eval()
    write_bundle(bundle, model, item_ids)
    write_examples(bundle.with_name(bundle.name + "-examples.json"), model, catalogue, rows, users)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
