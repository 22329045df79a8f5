"""Attempts to slip something wrong past the checker: each is refused, or fails for its reason."""

import numpy as np
import pytest
import sympy as sm
from checked_equations import (
    At,
    CheckFailed,
    Diff,
    Minimum,
    Rounded,
    Sum,
    alphabet,
    approx,
    check,
    concept,
    counterexample,
    definition,
    derivative,
    distribution,
    eq,
    ge,
    gt,
    identity,
    inequality,
    le,
    limit,
    lt,
    require,
    statement,
    sum_over,
    symbolic,
    unevaluated,
    value,
)
from checked_equations.expressions import Known
from checked_equations.symbolic import Certificate
from sample_equations import (
    KL,
    H,
    P,
    Q,
    R,
    U,
    a,
    c,
    d,
    divergence,
    entropy,
    gibbs,
    i,
    j,
    k,
    lam,
    log_bound,
    m,
    n,
    pi,
    s,
    v,
    w,
    x,
    y,
)
from sympy import KroneckerDelta, exp, log

HALF = sm.Rational(1, 2)
FAIR = sm.Tuple(HALF, HALF)
F = sm.Function("F")


def both_fail(build):
    """Neither the exact nor the numeric check is taken in."""
    with unevaluated():
        one = build()
    return not check(one, ("symbolic",)).ok and not check(one, ("numeric",)).ok


# -- wrong equations that hold somewhere ----------------------------------------------------------
@pytest.mark.parametrize(
    "build",
    [
        # only for one outcome
        lambda: identity("eq-w", Sum(P[i] ** 2, (i, 1, n)), eq(sm.Integer(1))),
        lambda: identity("eq-w", H(P), eq(sm.Integer(0))),
        lambda: identity("eq-w", KL(P, Q), eq(log(n))),
        # only for the uniform distribution, or equal ones
        lambda: identity("eq-w", H(P), eq(log(n))),
        lambda: identity("eq-w", KL(P, Q), eq(KL(Q, P))),
        lambda: identity("eq-w", KL(P, U), eq(KL(U, P))),
        # only for a certain outcome
        lambda: identity("eq-w", -Sum(P[i] * log(Q[i]), (i, 1, n)), eq(-log(Q[k]))),
        # only for positive arguments
        lambda: identity("eq-w", sm.sqrt(w**2), eq(w)),
        lambda: identity("eq-w", sm.Abs(w), eq(w)),
        lambda: identity("eq-w", log(w**2), eq(2 * log(w))),
        # only for equal positions, or the identical rearrangement
        lambda: identity("eq-w", v[k] * Q[j], eq(v[j] * Q[k])),
        lambda: identity("eq-w", Sum(v[pi[i]] * Q[i], (i, 1, n)), eq(Sum(v[i] * Q[i], (i, 1, n)))),
        # only where every class is seen once
        lambda: identity(
            "eq-w", Sum(KroneckerDelta(c[j], k), (j, 1, m)), eq(KroneckerDelta(c[1], k))
        ),
        # letters captured, positions beyond the end, ranges one off
        lambda: identity(
            "eq-w",
            Sum(Q[i] * Sum(v[i], (i, 1, n)), (i, 1, n)),
            eq(Sum(Q[i] * v[i], (i, 1, n))),
        ),
        lambda: identity("eq-w", Sum(v[i], (i, 1, n - 1)), eq(Sum(v[i], (i, 2, n)))),
        lambda: identity("eq-w", Sum(v[i] * KroneckerDelta(i, k), (i, 1, n - 1)), eq(v[k])),
        lambda: identity("eq-w", Sum(d[i] ** 2, (i, 1, n)), eq(sm.Integer(0))),
        # derivatives with another free position, another order, another sign, a term forgotten
        lambda: derivative("eq-w", Diff(KL(P, Q), Q[k]), eq(-P[j] / Q[j])),
        lambda: derivative("eq-w", Diff(KL(P, Q), Q[k]), eq(P[k] / Q[k])),
        lambda: derivative("eq-w", Diff(KL(P, Q), P[k]), eq(log(P[k] / Q[k]))),
        lambda: derivative("eq-w", Diff(x**2 * y, x), eq(2 * x * y**2)),
        lambda: derivative("eq-w", Diff(x**3, x, 2), eq(3 * x**2)),
        lambda: derivative("eq-w", Diff(Diff(w**2 * x**2, w), x), eq(2 * w * x)),
        lambda: derivative("eq-w", At(Diff(x**3, x), x, sm.Integer(1)), eq(sm.Integer(1))),
        # limits
        lambda: limit("eq-w", sm.Limit(x * log(x), x, 0, "+"), eq(sm.Integer(-1))),
        lambda: limit("eq-w", sm.Limit(log(x), x, 0, "+"), eq(sm.Integer(0))),
        lambda: limit("eq-w", sm.Limit(1 / x, x, sm.oo), eq(sm.Rational(1, 10**6))),
        lambda: limit("eq-w", sm.Limit(x, x, sm.oo), eq(-sm.oo)),
        lambda: limit("eq-w", sm.Limit(sm.Abs(w) / w, w, 0, "+-"), eq(sm.Integer(1))),
        # series: summed wrongly, or summed where they diverge
        lambda: identity("eq-w", Sum((1 - a) ** s, (s, 1, sm.oo)), eq(1 / a)),
        lambda: identity("eq-w", Sum(x**s, (s, 0, sm.oo)), eq(1 / (1 - x))),
        # an empty sum
        lambda: identity("eq-w", Sum(1, (i, 3, n)), eq(n - 2)),
        # numbers off by one part in 10^9
        lambda: value("eq-w", H(FAIR), eq((1 + sm.Rational(3, 10**9)) * log(2))),
    ],
)
def test_what_holds_only_in_special_cases_fails_exactly_and_numerically(build):
    assert both_fail(build)


def test_positions_beyond_the_end_have_no_value():
    with unevaluated():
        one = identity("eq-w", v[n + 1] - v[n + 1] + x, eq(x))
        other = identity("eq-w", v[k - 1] * 0 + x, eq(x))
    assert "asks for entry" in check(one).message()
    assert "asks for entry" in check(other).message()


# -- inequalities ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (
            lambda: inequality("eq-w", x, ge(-1, proof=x + 1, tight={x: -1})),
            "not shown to lie",
        ),
        (lambda: inequality("eq-w", x, gt(-1, proof=x + 1)), "say where equality holds"),
        (lambda: inequality("eq-w", w**2, gt(0, proof=w**2, tight={w: 0})), "never reached"),
        (lambda: inequality("eq-w", x, ge(-1, proof=x + 1)), "say where equality holds"),
        (
            lambda: inequality("eq-w", x, ge(-1, proof=x + 1, tight=(x, -1))),
            "cannot tend",
        ),
        (
            lambda: inequality("eq-w", KL(P, Q), ge(0, proof=KL(P, Q), tight={Q: 2 * P})),
            "not shown to lie",
        ),
        (
            lambda: inequality(
                "eq-w", KL(P, Q), ge(0, proof=KL(P, Q), tight={Q: sm.Tuple(HALF, HALF, HALF)})
            ),
            "not shown to lie",
        ),
        (lambda: gibbs.instance({Q: P + R}), "not shown to lie"),
        (lambda: log_bound.instance({x: w}), "not shown to lie"),
        (lambda: log_bound.instance({x: P[k] - Q[k]}), "not shown to lie"),
    ],
)
def test_bounds_that_are_not_what_they_seem_cannot_be_written(build, reason):
    with unevaluated(), pytest.raises(ValueError, match=reason):
        build()


@pytest.mark.parametrize(
    ("build", "reason"),
    [
        # a strict bound that is reached
        (
            lambda: inequality("eq-w", w**2, gt(0, proof=w**2, tight=(w, 0))),
            ">= 0, not to be > 0",
        ),
        # a certificate that is not the gap
        (
            lambda: inequality("eq-w", w**2 + 1, ge(2 * w, proof=(w - 1) ** 2 + 1, tight={w: 1})),
            "not the certificate",
        ),
        # a certificate that is the gap, but not of visible sign
        (
            lambda: inequality("eq-w", w**3, ge(w, proof=w**3 - w, tight={w: 1})),
            "not shown to be >= 0",
        ),
        (
            lambda: inequality("eq-w", x**2, ge(x, proof=-x * (1 - x), tight={x: 1})),
            "not shown to be >= 0",
        ),
        # a forged lemma
        (
            lambda: inequality("eq-w", x, ge(1, proof=Known(x - 1), tight={x: 1})),
            "not shown to be >= 0",
        ),
        # an integral that runs backwards
        (
            lambda: inequality(
                "eq-w", x, ge(x + HALF, proof=sm.Integral(y, (y, 1, 0)), tight={x: 1})
            ),
            "not shown to be >= 0",
        ),
        # a minimum outside the range, or of another letter
        (
            lambda: inequality(
                "eq-w",
                x**3 / 6 - x / 2,
                ge(sm.Rational(1, 3), proof=Minimum(x, -1), tight={x: 2}),
            ),
            "not where the letter ranges",
        ),
        # a function that is not convex
        (
            lambda: inequality("eq-w", -((w - 1) ** 2), ge(0, proof=Minimum(w, 1), tight={w: 1})),
            "second derivative",
        ),
        # a second derivative that is another one, or that does not show its sign
        (
            lambda: inequality(
                "eq-w", w**4, ge(0, proof=Minimum(w, 0, bend=2 * w**2), tight={w: 0})
            ),
            "not the certificate",
        ),
        (
            lambda: inequality(
                "eq-w",
                w**3,
                ge(-(w**2), proof=Minimum(w, 0, bend=6 * w + 2), tight={w: 0}),
            ),
            "not shown to be >= 0",
        ),
        # no proof
        (lambda: inequality("eq-w", w**2, ge(0, tight={w: 0})), "no proof"),
        # equality claimed where there is none
        (
            lambda: inequality("eq-w", w**2, ge(-1, proof=w**2 + 1, tight={w: 0})),
            "no equality",
        ),
        (
            lambda: inequality("eq-w", x, gt(-1, proof=x + 1, tight=(x, 0))),
            "the gap tends to 1",
        ),
        (
            lambda: inequality(
                "eq-w",
                KL(P, Q),
                ge(
                    -sm.Rational(1, 10**6),
                    proof=sm.Rational(1, 10**6)
                    + Sum(P[i] * log_bound.instance({x: Q[i] / P[i]}), (i, 1, n)),
                    tight={Q: P},
                ),
            ),
            "no equality",
        ),
        # a proof that leans on something wrong, never looked at otherwise
        (
            lambda: inequality(
                "eq-w",
                x,
                ge(
                    1,
                    proof=inequality("eq-false", y, ge(1, proof=y - 1, tight={y: 1})).instance(
                        {y: x}
                    ),
                    tight={x: 1},
                ),
            ),
            "leans on eq-false",
        ),
        # the right bound turned around
        (
            lambda: inequality(
                "eq-w",
                KL(P, Q),
                le(
                    0,
                    proof=Sum(P[i] * log_bound.instance({x: Q[i] / P[i]}), (i, 1, n)),
                    tight={Q: P},
                ),
            ),
            "not the certificate",
        ),
    ],
)
def test_false_proofs_are_rejected_with_their_reason(build, reason):
    with unevaluated():
        one = build()
    assert reason in check(one, ("symbolic",)).message()


@pytest.mark.parametrize(
    "build",
    [
        lambda: inequality("eq-w", w**2, ge(-1, proof=w**2 + 1, tight={w: 0})),
        lambda: inequality(
            "eq-w", x, gt(-sm.Rational(1, 10**6), proof=x + sm.Rational(1, 10**6), tight=(x, 0))
        ),
        lambda: inequality(
            "eq-w", KL(P, Q), ge(-sm.Rational(1, 10**6), proof=KL(P, Q), tight={Q: P})
        ),
        lambda: inequality("eq-w", H(P), le(log(n) / 2, proof=H(P), tight={P: U})),
        lambda: inequality("eq-w", log(x), le(x - 2, proof=Minimum(x, 1), tight={x: 1})),
    ],
)
def test_weak_and_false_bounds_fail_on_numbers_alone(build):
    with unevaluated():
        one = build()
    assert not check(one, ("numeric",)).ok


def test_a_certificate_alone_does_not_reach_instances_of_marginals():
    """A letter inside a formula is replaced too, or the instance would speak of another gap."""
    with unevaluated():
        bound = inequality("eq-b", H(U), le(log(n), proof=log(n) - H(U), tight={n: 2}))
        there = bound.instance({n: 3}).args[0]
    assert not there.has(n)


# -- definitions, assumptions, numbers ------------------------------------------------------------
def test_a_library_that_computes_something_else_is_found_out():
    twisted = concept(
        "D",
        lambda P, Q: sum_over(lambda p, q: p * log(p / q), P, Q),
        library=lambda p, q: divergence(q + 1e-300, p + 1e-300),
    )
    with unevaluated():
        meaning = definition("eq-w", twisted(P, Q), Sum(P[i] * log(P[i] / Q[i]), (i, 1, n)))
        only_names = identity("eq-w", twisted(P, Q) - twisted(P, Q) + x, eq(x))
    assert check(meaning, ("symbolic",)).ok
    assert not check(meaning, ("numeric",)).ok
    assert not check(only_names, ("numeric",)).ok


def test_a_definition_that_says_something_else_is_found_out():
    other = concept("G", lambda P: sum_over(lambda p: -p * log(p), P), library=entropy)
    with unevaluated():
        meaning = definition("eq-w", other(P), Sum(P[i] * log(P[i]), (i, 1, n)))
    assert both_fail(lambda: meaning)


def test_a_library_that_gives_no_number_fails():
    silent = concept("G", lambda P: sum_over(lambda p: p, P), library=lambda p: np.nan)
    with unevaluated():
        one = identity("eq-w", silent(P), eq(Sum(P[i], (i, 1, n))))
        hidden = identity("eq-w", sm.Max(silent(P), 1), eq(sm.Integer(1)))
    assert "no number" in check(one).message()
    assert "no number" in check(hidden).message()


def test_a_library_that_refuses_draws_fails():
    def refusing(p):
        raise ValueError("not today")

    picky = concept("G", lambda P: sum_over(lambda p: p, P), library=refusing)
    with unevaluated():
        one = identity("eq-w", picky(P), eq(Sum(P[i], (i, 1, n))))
    assert "not today" in check(one).message()


def test_edges_without_a_value_are_reported():
    with unevaluated():
        one = identity(
            "eq-w",
            KL(P, Q),
            eq(Sum(P[i] * log(P[i]), (i, 1, n)) - Sum(P[i] * log(Q[i]), (i, 1, n))),
        )
        shy = concept("G", lambda P: sum_over(lambda p: p, P), library=_no_zeros)
        other = identity("eq-w", shy(P), eq(Sum(P[i], (i, 1, n))))
    assert check(one).as_dict()["edges_without_value"] == []
    report = check(other)
    assert report.ok
    assert report.as_dict()["edges_without_value"] == ["p: certain", "p: one zero"]


def _no_zeros(p):
    if np.any(p == 0):
        raise ValueError("p must be positive")
    return p.sum()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"rewrites": [(w, sm.Integer(0))]}, "unknown function"),
        ({"sizes": range(1, 2)}, "lengths"),
        ({"sizes": range(0, 5)}, "lengths"),
        ({"sizes": range(1, 9, 3)}, "lengths"),
        ({"draws": 0}, "draws"),
    ],
)
def test_options_that_would_empty_the_check_are_refused(options, reason):
    with unevaluated(), pytest.raises(ValueError, match=reason):
        identity("eq-w", w, eq(2 * w), **options)


def test_assumptions_that_the_realised_function_breaks_are_found():
    any_number = sm.Wild("u")
    with unevaluated():
        sums = {"rewrites": [(F(x + y), F(x) + F(y))], "realised": {"F": lambda t: 1.7 * t}}
        fine = identity("eq-w", F(x + y), eq(F(x) + F(y)), **sums)
        broken = identity(
            "eq-w",
            F(x),
            eq(F(y)),
            rewrites=[(F(any_number), sm.Integer(0))],
            realised={"F": lambda t: 1.7 * t},
        )
    assert check(fine).status == "proved from what is assumed of F"
    assert "assumed" in check(broken).message()


def test_unknown_functions_need_numbers():
    with unevaluated(), pytest.raises(ValueError, match="unknown functions F"):
        identity("eq-w", F(x) + F(x), eq(2 * F(x)))


@pytest.mark.parametrize(
    "build",
    [
        lambda: value("eq-w", log(2), eq(Rounded(log(2), 4))),
        lambda: value("eq-w", log(2), approx(log(2) * 1)),
        lambda: value("eq-w", log(2), approx(2 * Rounded(log(2) / 2, 2))),
        lambda: value("eq-w", log(2), approx(Rounded(log(2), 2)), eq(log(4) / 2)),
        lambda: value("eq-w", log(2) + Rounded(log(3), 2), eq(log(6))),
        lambda: counterexample("eq-w", log(2), approx(Rounded(log(2), 4)), lt(sm.Integer(1))),
    ],
)
def test_rounded_numbers_prove_nothing(build):
    with unevaluated(), pytest.raises(ValueError, match="rounded number"):
        build()


def test_rounded_numbers_round_the_exact_left_side():
    with unevaluated():
        right = value("eq-w", log(2), approx(Rounded(log(2), 4)))
        wrong = value("eq-w", log(2), approx(Rounded(log(2) + sm.Rational(1, 10**7), 4)))
    assert require(right).ok
    assert both_fail(lambda: wrong)


@pytest.mark.parametrize("digits", [-1, HALF, x])
def test_rounded_numbers_have_a_whole_number_of_digits(digits):
    with unevaluated(), pytest.raises(TypeError, match="digits"):
        Rounded(log(2), digits)


def test_an_entry_cannot_be_set_to_a_value():
    with unevaluated(), pytest.raises(TypeError, match="expected a letter"):
        At(Sum(Q[i] ** 2, (i, 1, n)), Q[k], 0)


def test_a_derivative_needs_a_letter():
    with unevaluated(), pytest.raises(TypeError, match="expected a letter"):
        Diff(x**2, 2 * x)


# -- how a statement may be written ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("build", "reason"),
    [
        (lambda: identity("kl", x, eq(y)), "label"),
        (lambda: identity("eq-KL", x, eq(y)), "label"),
        (lambda: identity("eq-a b", x, eq(y)), "label"),
        (lambda: identity("eq-a)", x, eq(y)), "label"),
        (lambda: identity("eq-a", x), "at least one link"),
        (lambda: statement("theorem", "eq-a", x, eq(y)), "kind 'theorem'"),
        (lambda: identity("eq-a", x, eq(x)), "both sides are the same"),
        (lambda: identity("eq-a", x * y, eq(sm.Mul(x, sm.Mul(y), evaluate=False))), "the same"),
        (lambda: identity("eq-a", x, le(y, proof=y - x, tight={y: 1})), "call it an inequality"),
        (lambda: inequality("eq-a", x, eq(y)), "needs a link"),
        (lambda: derivative("eq-a", x + x, eq(2 * x)), "needs a side with Diff"),
        (lambda: limit("eq-a", x + x, eq(2 * x)), "needs a side with Limit"),
        (lambda: identity("eq-a", sm.Symbol("stray"), eq(x)), "stray are used but not declared"),
        (lambda: statement("identity", "eq-a", x, eq(y)).instance({x: 1}), "only an inequality"),
    ],
)
def test_statements_that_say_nothing_clear_are_refused(build, reason):
    with unevaluated(), pytest.raises(ValueError, match=reason):
        build()


def test_what_sympy_evaluated_away_is_refused():
    with pytest.raises(ValueError, match="inside unevaluated"):
        identity("eq-a", log(exp(x)), eq(x))


def test_a_failure_names_label_link_both_sides_and_the_smallest_counterexample():
    with unevaluated():
        wrong = identity(
            "eq-wrong",
            -Sum(P[i] * log(P[i]), (i, 1, n)),
            eq(H(P)),
            eq(log(n)),
        )
    with pytest.raises(CheckFailed) as caught:
        require(wrong)
    message = str(caught.value)
    assert "eq-wrong, link 2: H(P) = \\log n" in message
    assert "link 1" not in message
    assert "differs at n = 2" in message
    assert "against 0.69" in message
    assert "n = 2; p = [" in message


def test_every_wrong_link_is_reported_at_once():
    with unevaluated():
        wrong = identity("eq-wrong", x + y, eq(x - y), eq(y - x))
    assert {1, 2} == {r.number for r in check(wrong).links if not r.ok}


def test_a_definition_is_defined_and_never_proved():
    with unevaluated():
        meaning = definition("eq-a", H(P), -Sum(P[i] * log(P[i]), (i, 1, n)))
        split = identity("eq-b", H(U), eq(log(n)))
    assert check(meaning).status == "defined"
    assert check(split).status == "proved"
    assert check(split).as_dict()["symbolic"]["sizes"] == "general n"


def test_general_length_is_claimed_only_by_the_normal_form():
    with unevaluated():
        by_sizes = identity(
            "eq-a",
            Sum(Sum(v[j], (j, 1, i)), (i, 1, n)),
            eq(Sum((n - j + 1) * v[j], (j, 1, n))),
        )
    assert check(by_sizes).status == "proved for every n up to 4"


def test_sizes_with_too_many_cases_are_not_claimed(monkeypatch):
    with unevaluated():
        by_sizes = identity(
            "eq-a",
            Sum(Sum(v[j], (j, 1, i)), (i, 1, n)) + v[k],
            eq(Sum((n - j + 1) * v[j], (j, 1, n)) + v[k]),
        )
    monkeypatch.setattr(symbolic, "_MOST_CASES", 3)
    assert check(by_sizes).status == "proved for every n up to 3"


def test_proofs_are_bound_to_their_certificate():
    with unevaluated():
        step = le(x - 1, proof=x - 1 - log(x), tight={x: 1})
    assert isinstance(step.proof, Certificate)


def test_true_statements_of_every_kind_pass():
    with unevaluated():
        good = [
            log_bound,
            gibbs,
            identity("eq-a", KL(P, Q) + H(P), eq(-Sum(P[i] * log(Q[i]), (i, 1, n)))),
            derivative("eq-b", Diff(KL(P, Q), Q[k]), eq(-P[k] / Q[k])),
            derivative("eq-c", Diff(x**3 * y, x, 2), eq(6 * x * y)),
            derivative("eq-d", Diff(Diff(w**2 * x**2, w), x), eq(4 * w * x)),
            derivative("eq-e", At(Diff(x**3, x), x, sm.Integer(1)), eq(sm.Integer(3))),
            limit("eq-f", sm.Limit(x * log(x), x, 0, "+"), eq(sm.Integer(0))),
            limit("eq-g", sm.Limit(log(x), x, 0, "+"), eq(-sm.oo)),
            identity("eq-h", Sum((1 - a) ** s * a, (s, 0, sm.oo)), eq(sm.Integer(1))),
            inequality("eq-i", x, gt(0, proof=x, tight=(x, 0))),
            inequality(
                "eq-j",
                lam * (1 - lam),
                ge(0, proof=lam * (1 - lam), tight={lam: 1}),
            ),
            counterexample(
                "eq-k",
                KL(FAIR, sm.Tuple(sm.Rational(1, 4), sm.Rational(3, 4))),
                eq(log(2) - log(3) / 2),
                gt(sm.Rational(3, 4) * log(3) - log(2)),
                eq(KL(sm.Tuple(sm.Rational(1, 4), sm.Rational(3, 4)), FAIR)),
            ),
        ]  # fmt: skip
    assert [r.message() for r in map(check, good) if not r.ok] == []


def test_books_that_share_a_letter_do_not_share_its_formula():
    """The entries of U are remembered; another book may mean something else by U."""
    with unevaluated():
        here = identity("eq-here", Sum(U[i] * x, (i, 1, n)), eq(x))
    assert check(here).ok
    with alphabet():
        elsewhere = distribution("U", "u", 2, formula=lambda place: KroneckerDelta(place, 1))
        with unevaluated():
            there = value("eq-there", elsewhere[1] * log(2), eq(log(2)))
        assert check(there).ok
    assert check(here).ok


def test_a_side_may_hold_the_imaginary_unit_and_a_wrong_sign_of_its_square_is_caught():
    imaginary = concept(
        r"\operatorname{Im}",
        lambda value: sm.im(sm.expand(value, complex=True)),
        library=np.imag,
        kernel=np.imag,
    )

    def cube(sign):
        side = imaginary((w + sm.I * x) ** 3)
        return identity("eq-cube", side, eq(3 * w**2 * x + sign * x**3, "expand"))

    with unevaluated():
        right = cube(-1)
    assert check(right).status == "proved"
    both_fail(lambda: cube(1))


def test_letters_that_cancel_inside_a_sum_are_drawn_all_the_same():
    """SymPy's own free letters of a sum forget them: it cancels while it looks."""
    total = Sum(Q[j], (j, 1, n))
    with unevaluated():
        cancels = identity(
            "eq-cancels",
            Sum(total * (v[i] / total), (i, 1, n)),
            eq(Sum(v[i], (i, 1, n)), "the total cancels"),
        )
    assert check(cancels).ok
