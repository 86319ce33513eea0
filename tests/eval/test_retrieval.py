"""The search metrics equal ir-measures on random runs; gold is found by its words."""

import random
import warnings

import pytest

from eval.cases import Gold
from eval.records import Place
from eval.scoring import retrieval
from eval.scoring.retrieval import DEPTHS, judge, locate, ndcg, reciprocal_rank

GUIDE = {"g": "Alpha beta gamma delta. Epsilon zeta\n  eta theta iota. Kappa lambda mu nu xi."}


def place(start, end, key="k", document="g"):
    return Place(key=key, document=document, start=start, end=end)


@pytest.fixture(scope="module")
def measures():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("ir_measures")


def test_the_metrics_equal_ir_measures_on_random_runs(measures):
    """1,000 runs: empty, short and long ones, several grades, documents nobody judged."""
    draw = random.Random(5)
    run, qrels, ours = [], [], {}
    for n in range(1000):
        query = f"q{n}"
        ranked = draw.sample(range(40), draw.randint(0, 15))
        grades = {d: draw.choice((0, 0, 1, 2, 3)) for d in draw.sample(range(40), 12)}
        grades[draw.randrange(40)] = 3
        qrels += [measures.Qrel(query, str(d), g) for d, g in grades.items()]
        run += [measures.ScoredDoc(query, str(d), -rank) for rank, d in enumerate(ranked)]
        top = [float(grades.get(d, 0)) for d in ranked]
        ours[query] = {
            "nDCG@10": ndcg(top, sorted(grades.values(), reverse=True), 10),
            "RR(rel=3)@10": reciprocal_rank([float(g == 3) for g in top[:10]]),
            **{f"Success(rel=3)@{k}": float(3 in top[:k]) for k in DEPTHS},
        }
    wanted = {name: measures.parse_measure(name) for name in ours["q0"]}
    names = {str(measure): name for name, measure in wanted.items()}
    seen = 0
    for found in measures.iter_calc(wanted.values(), qrels, run):
        told = ours[found.query_id][names[str(found.measure)]]
        assert told == pytest.approx(found.value), found
        seen += 1
    assert seen >= 900 * len(wanted)


def test_gold_is_found_across_line_breaks_and_in_no_other_guide():
    at = locate(Gold(quote="Epsilon zeta eta", document="g"), GUIDE)

    assert GUIDE["g"][at[0] : at[1]] == "Epsilon zeta\n  eta"
    assert locate(Gold(quote="Epsilon zeta eta", document="other"), GUIDE) is None
    assert locate(Gold(quote="nobody says this", document="g"), GUIDE) is None


def test_half_of_the_quote_makes_a_passage_relevant():
    gold = Gold(quote="Alpha beta", document="g")

    assert retrieval.overlaps(place(5, 60), gold, (0, 10))
    assert not retrieval.overlaps(place(6, 60), gold, (0, 10))
    assert not retrieval.overlaps(place(0, 60, document="other"), gold, (0, 10))


def test_the_best_grade_counts_and_any_span_of_it_is_enough():
    gold = [
        Gold(quote="Alpha beta", document="g", grade=2),
        Gold(quote="Epsilon zeta", document="g", grade=3),
        Gold(quote="Kappa lambda", document="g", grade=3),
    ]
    found = judge([place(0, 23, "a"), place(24, 55, "b")], gold, GUIDE)

    assert found.recall == {1: 0.0, 3: 1.0, 5: 1.0, 10: 1.0}
    assert found.reciprocal_rank == 0.5
    assert 0 < found.ndcg < 1


def test_one_span_found_twice_is_gained_once():
    gold = [Gold(quote="Alpha beta", document="g")]
    found = judge([place(0, 23, "a"), place(0, 23, "b")], gold, GUIDE)

    assert found.ndcg == 1.0


def test_no_gold_in_the_guide_cannot_be_scored():
    with pytest.raises(LookupError):
        judge([], [Gold(quote="nobody says this", document="g")], GUIDE)
