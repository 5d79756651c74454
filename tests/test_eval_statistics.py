import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eval import statistics


def test_wilsons_interval_is_the_published_one() -> None:
    # 8 of 10, to be found in any table: 0.490 to 0.943
    assert statistics.wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)


@given(st.integers(1, 400), st.data())
def test_wilsons_interval_agrees_with_scipy(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    trusted = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert statistics.wilson(successes, n) == pytest.approx((trusted.low, trusted.high), abs=1e-9)


def test_no_failures_leave_three_in_n_open() -> None:
    assert statistics.rule_of_three(100) == 0.03
    assert statistics.rule_of_three(2) == 1.0


def test_the_share_of_no_items_is_an_error_and_not_nan() -> None:
    with pytest.raises(ValueError, match="undefined"):
        statistics.proportion([])
    with pytest.raises(ValueError, match="undefined"):
        statistics.mean([])


def test_items_that_answer_as_one_count_as_one() -> None:
    # ten clusters of five equal answers each: fifty answers that say as much as ten
    values = [float(i % 2) for i in range(10) for _ in range(5)]
    clusters = [i for i in range(10) for _ in range(5)]
    alone, clustered = statistics.proportion(values), statistics.proportion(values, clusters)
    assert alone.value == clustered.value == 0.5
    assert statistics.design_effect(values, clusters) == pytest.approx(5 * 10 / 9)
    assert clustered.high - clustered.low > 2 * (alone.high - alone.low)


def test_clusters_never_make_a_number_surer() -> None:
    balanced = [0.0, 1.0] * 20  # every cluster holds one of each: negative correlation
    assert statistics.design_effect(balanced, [i // 2 for i in range(40)]) == 1.0


def test_the_bootstrap_covers_the_mean_as_often_as_it_says() -> None:
    draw = np.random.default_rng(7)
    covered = 0
    for seed in range(200):
        scores = draw.beta(2, 1, size=60).tolist()
        found = statistics.mean(scores, seed=seed)
        covered += found.low <= 2 / 3 <= found.high
    assert 180 <= covered <= 198


def test_the_same_seed_gives_the_same_interval() -> None:
    scores = [(i * 37 % 101) / 101 for i in range(60)]
    assert statistics.mean(scores, seed=3) == statistics.mean(scores, seed=3)
    assert statistics.mean(scores, seed=3) != statistics.mean(scores, seed=4)


def test_scores_that_are_all_one_do_not_claim_certainty() -> None:
    found = statistics.mean([1.0] * 20)
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(statistics.wilson(20, 20)[0])


def test_scores_that_are_all_minus_one_do_not_either() -> None:
    up, down = statistics.mean([1.0] * 20), statistics.mean([-1.0] * 20)
    assert (down.value, down.low, down.high) == (-up.value, -up.high, -up.low)
    assert down.high < 0


def test_scores_that_are_all_the_same_are_as_many_as_their_clusters() -> None:
    found = statistics.mean([1.0] * 20, [i // 5 for i in range(20)])
    assert found.n == 20
    assert found.low == pytest.approx(statistics.wilson(4, 4)[0])


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_agrees_with_scipys_binomial_test(gained: int, lost: int) -> None:
    trusted = stats.binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert statistics.mcnemar(gained, lost) == pytest.approx(trusted, abs=1e-9)


def test_six_gains_and_no_loss_are_three_in_a_hundred() -> None:
    assert statistics.mcnemar(6, 0) == pytest.approx(2 / 2**6)


def test_the_sign_flip_test_is_exact_for_few_pairs() -> None:
    # three equal differences: only two of the eight sign patterns are as far out
    assert statistics.sign_flip([0.2, 0.2, 0.2]) == pytest.approx(2 / 8)


def test_the_sign_flip_test_agrees_with_scipys_permutation_test() -> None:
    differences = np.random.default_rng(1).normal(0.2, 1, size=40)
    trusted = stats.permutation_test(
        (differences,), np.mean, permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(2)
    ).pvalue
    assert statistics.sign_flip(differences.tolist()) == pytest.approx(trusted, abs=0.02)


def test_equal_runs_differ_with_p_one() -> None:
    assert statistics.sign_flip([0.0] * 30) == 1.0
    assert statistics.mcnemar(0, 0) == 1.0


def test_holms_adjustment_by_hand() -> None:
    # sorted 0.01 0.03 0.04: times 3, 2, 1, and never falling
    assert statistics.holm([0.04, 0.01, 0.03]) == pytest.approx((0.06, 0.03, 0.06))


def test_the_smallest_difference_is_that_of_a_paired_z_test() -> None:
    differences = [1.0, -1.0] * 50
    error = math.sqrt(np.var(differences, ddof=1) / 100)
    assert statistics.smallest_difference(differences) == pytest.approx((1.95996 + 0.84162) * error, abs=1e-4)
    assert statistics.smallest_difference([0.0] * 10) is None


def test_a_statistic_that_is_undefined_has_no_interval() -> None:
    assert statistics.statistic(lambda rows: None, range(5)) is None


def test_a_statistic_leaves_out_the_resamples_in_which_it_is_undefined() -> None:
    found = statistics.statistic(lambda rows: float(rows.min()) if 0 in rows else None, range(5))
    assert found is not None
    assert not math.isnan(found.low + found.high)
