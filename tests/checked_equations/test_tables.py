"""Tables: rows that are distributions, letters apart, matrix form, beliefs from the library."""

import numpy as np
import pytest
import sympy as sm
from checked_equations import (
    Diff,
    Sum,
    alphabet,
    check,
    concept,
    definition,
    derivative,
    diagonal,
    distribution,
    eq,
    identity,
    index,
    inequality,
    latex,
    le,
    matrix,
    nabla,
    ones,
    real,
    size,
    sum_over,
    times,
    transposed,
    unevaluated,
    vector,
    whole,
)
from checked_equations.mutations import Mutant, judge, survey
from checked_equations.numeric import draw, edges
from checked_equations.symbolic import letters_of
from sympy import exp, log


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def half_softmax(z):
    return softmax(z) / 2


def log_sum_exp(z):
    return np.log(np.exp(z).sum())


def share(score):
    def entry(c):
        other = sm.Dummy(integer=True, positive=True)
        return exp(score(c)) / Sum(exp(score(other)), (other, 1, C))

    return entry


with alphabet() as LETTERS:
    C, N, D = size("C"), size("N"), size("D")
    c, k, n, d = index("c", C), index("k", C), index("n", N), index("d", D)
    a = real("a")
    z = vector("z", C)
    z_rows = vector("z", N, C, apart="rows")
    up = vector("g", C, positive=True)
    W, x, X = vector("W", C, D), vector("x", D), vector("x", N, D, apart="rows")
    y = distribution("y", "y", C)
    Y = distribution("y", "y", N, C, rows=True, apart="rows")
    S = distribution(
        "S", "s", C, formula=share(lambda c: z[c]), library=softmax, kernel=softmax, of=(z,)
    )
    T = distribution(
        "T",
        "t",
        N,
        C,
        rows=True,
        formula=lambda n, c: share(lambda c: z_rows[n, c])(c),
        library=softmax,
        kernel=softmax,
        of=(z_rows,),
    )
    LSE = concept(
        "M",
        lambda z: log(sum_over(exp, z)),
        library=log_sum_exp,
        kernel=log_sum_exp,
    )
    A, B, ROW = matrix(r"\mathbf{W}", W), matrix(r"\mathbf{X}", X), matrix(r"\mathbf{x}", x)
    FIT = concept(
        "F",
        lambda W, X: sum_over(lambda w: w**2, W) + sum_over(lambda x: x, X),
        library=lambda W, X: (W**2).sum() + X.sum(),
        kernel=lambda W, X: (W**2).sum() + X.sum(),
        shown=1,
    )


@pytest.fixture(autouse=True)
def letters_of_this_file():
    with alphabet(LETTERS):
        yield


def say(build):
    with unevaluated():
        return build()


def fails(statement, *methods):
    return not check(statement, methods or ("symbolic", "numeric")).ok


# -- rows, and letters apart ---------------------------------------------------------------------
def test_each_row_of_a_table_of_distributions_sums_to_one():
    rows = say(lambda: identity("eq-rows", Sum(Y[n, c], (c, 1, C)), eq(1)))
    report = check(rows)
    assert report.status == "proved"
    assert report.links[0].symbolic.scope == "general C, N"


@pytest.mark.parametrize("method", ["symbolic", "numeric"])
def test_the_columns_of_such_a_table_need_not_sum_to_one(method):
    assert fails(say(lambda: identity("eq-columns", Sum(Y[n, c], (n, 1, N)), eq(1))), method)


@pytest.mark.parametrize("method", ["symbolic", "numeric"])
def test_all_of_such_a_table_sums_to_the_number_of_its_rows(method):
    whole_sum = say(lambda: identity("eq-all", Sum(Y[n, c], (n, 1, N), (c, 1, C)), eq(N)))
    one = say(lambda: identity("eq-all-one", Sum(Y[n, c], (n, 1, N), (c, 1, C)), eq(1)))
    assert not fails(whole_sum, method)
    assert fails(one, method)


def test_every_point_that_is_drawn_for_a_table_of_distributions_is_one():
    letters = letters_of(Y[n, c])
    rng = np.random.default_rng(3)
    points = [draw(letters, rng, range(1, 5)) for _ in range(30)]
    points += [point for _, point in edges(letters, range(1, 5))]
    assert len(points) > 35
    for point in points:
        table = point[Y.letter.label]
        assert table.min() >= 0
        np.testing.assert_allclose(table.sum(axis=1), 1, rtol=1e-12)


def test_the_edges_of_a_table_of_distributions_hold_certain_rows():
    tables = [p[Y.letter.label] for name, p in edges(letters_of(Y[n, c]), range(1, 5))]
    assert any((t.max(axis=1) == 1).all() and t.shape[1] > 1 for t in tables)


def test_two_letters_that_print_the_same_are_told_apart():
    assert latex(z[c]) == "z_{c}"
    assert latex(z_rows[n, c]) == "z_{nc}"
    assert z != z_rows
    assert y != Y
    assert len(letters_of(z[c] + z_rows[n, c])) == len({C, N, z.label, z_rows.label, c, n})


# -- vectors as arguments ------------------------------------------------------------------------
def test_a_quantity_takes_a_vector_and_a_shifted_vector():
    moved = say(lambda: identity("eq-moved", LSE(z + a), eq(LSE(z) + a)))
    report = check(moved)
    assert latex(moved.first) == "M(z + a)"
    assert report.status == "proved"
    assert report.links[0].draws > 200


def test_a_wrong_shift_of_a_vector_is_rejected_by_each_check():
    wrong = say(lambda: identity("eq-moved-wrong", LSE(z + a), eq(LSE(z) - a)))
    assert fails(wrong, "symbolic")
    assert fails(wrong, "numeric")


def test_a_lemma_about_a_vector_is_used_for_a_formula():
    with unevaluated():
        tight = {up: lambda c: sm.Integer(1)}
        bound = inequality(
            "eq-up",
            C - Sum(up[c], (c, 1, C)),
            le(
                Sum(exp(-log(up[c])) - 1, (c, 1, C)),
                proof=Sum((1 - up[c]) ** 2 / up[c], (c, 1, C)),
                tight=tight,
            ),
        )
    assert check(bound).ok, check(bound).message()
    known = bound.instance({up: lambda c: y[c]})
    assert known.lemma is bound
    assert known.atoms(sm.Indexed) == {y[next(iter(known.atoms(sm.Sum))).limits[0][0]]}
    with pytest.raises(ValueError, match="not shown to be positive"):
        bound.instance({up: lambda c: -y[c]})


def test_equality_claimed_at_the_wrong_vector_is_rejected_by_each_check():
    with unevaluated():
        bound = inequality(
            "eq-up-two",
            C - Sum(up[c], (c, 1, C)),
            le(
                Sum(1 / up[c] - 1, (c, 1, C)),
                proof=Sum((1 - up[c]) ** 2 / up[c], (c, 1, C)),
                tight={up: lambda c: sm.Integer(2)},
            ),
        )
    assert fails(bound, "symbolic")
    assert fails(bound, "numeric")


def test_equality_at_a_vector_outside_its_range_may_not_be_written():
    with pytest.raises(ValueError, match="not shown to lie where"), unevaluated():
        inequality("eq-up-three", Sum(-up[c], (c, 1, C)),
                   le(0, tight={up: lambda c: -sm.Integer(1)}))  # fmt: skip


def test_a_quantity_may_show_fewer_arguments_than_it_takes():
    assert latex(say(lambda: FIT(W, X))) == "F(W)"
    slope = say(lambda: derivative("eq-fit", Diff(FIT(W, X), W[k, d]), eq(2 * W[k, d])))
    assert check(slope).status == "proved"
    assert fails(say(lambda: derivative("eq-fit-2", Diff(FIT(W, X), X[n, d]), eq(2))))


# -- entries that the library computes -----------------------------------------------------------
def meaning(belief):
    other = index("c'", C)
    return say(lambda: definition("eq-s", belief[c], exp(z[c]) / Sum(exp(z[other]), (other, 1, C))))


def test_the_entries_of_a_belief_come_from_its_library_function():
    assert check(meaning(S)).ok
    wrong = distribution(
        "S'", "s'", C, formula=share(lambda c: z[c]), library=half_softmax, kernel=softmax, of=(z,)
    )
    report = check(meaning(wrong))
    assert report.links[0].symbolic.ok
    assert "against" in report.message()


def test_the_slope_of_a_belief_goes_through_its_kernel():
    def slope(belief):
        jacobian = belief[c] * (sm.KroneckerDelta(c, k) - belief[k])
        return say(lambda: derivative("eq-j", Diff(belief[c], z[k]), eq(jacobian)))

    assert check(slope(S)).ok
    wrong = distribution(
        "S''",
        "s''",
        C,
        formula=share(lambda c: z[c]),
        library=softmax,
        kernel=half_softmax,
        of=(z,),
    )  # fmt: skip
    assert fails(slope(wrong), "numeric")
    assert not fails(slope(wrong), "symbolic")


def test_a_second_slope_in_a_vector_keeps_its_digits_where_an_entry_is_small():
    bend = say(
        lambda: derivative(
            "eq-bend", Diff(Diff(LSE(z), z[k]), z[c]), eq(S[k] * (sm.KroneckerDelta(c, k) - S[c]))
        )
    )
    report = check(bend, ("numeric",))
    assert report.ok, report.message()
    assert report.links[0].max_error < 1e-8


# -- matrix form ---------------------------------------------------------------------------------
def test_a_matrix_equation_prints_whole_and_is_proved_for_every_size():
    y_table, t_table = matrix(r"\mathbf{Y}", Y), matrix(r"\mathbf{T}", T)
    with unevaluated():
        product = identity(
            "eq-product",
            whole(times(transposed(t_table - y_table), B) + a * A)[k, d],
            eq(Sum((T[n, k] - Y[n, k]) * X[n, d], (n, 1, N)) + a * W[k, d]),
        )
    assert latex(product.first) == (
        r"\left(\mathbf{T} - \mathbf{Y}\right)^{\mathsf{T}} \mathbf{X} + a \mathbf{W}"
    )
    report = check(product)
    assert report.status == "proved"
    assert report.links[0].symbolic.scope == "general C, D, N"


def test_slopes_in_matrix_form_are_taken_through_the_kernel():
    with unevaluated():
        slopes = derivative("eq-nabla", whole(nabla(FIT(W, X), A))[k, d], eq(whole(2 * A)[k, d]))
    assert slopes.latex() == r"\nabla_{\mathbf{W}} F(W) = 2 \mathbf{W}"
    report = check(slopes)
    assert report.status == "proved"
    assert report.links[0].road == "complex step"


def test_outer_products_diagonals_and_columns_of_ones_are_tables():
    s = matrix("s", S)
    with unevaluated():
        spread = identity(
            "eq-spread",
            whole(diagonal(s) - times(s, transposed(s)))[c, k],
            eq(S[c] * (sm.KroneckerDelta(c, k) - S[k])),
        )
        total = identity(
            "eq-total", whole(times(transposed(B), ones(N)))[d], eq(Sum(X[n, d], (n, 1, N)))
        )
    assert latex(spread.first) == r"\operatorname{diag}(s) - s s^{\mathsf{T}}"
    assert latex(total.first) == r"\mathbf{X}^{\mathsf{T}} \mathbf{1}"
    assert check(spread).status == check(total).status == "proved"


def test_no_mistake_planted_in_a_matrix_equation_survives():
    s = matrix("s", S)
    with unevaluated():
        statements = [
            identity("eq-scores", whole(times(A, ROW))[c], eq(Sum(W[c, d] * x[d], (d, 1, D)))),
            identity(
                "eq-spread-2",
                whole(diagonal(s) - times(s, transposed(s)))[c, k],
                eq(S[c] * (sm.KroneckerDelta(c, k) - S[k])),
            ),
            derivative("eq-nabla-2", whole(nabla(FIT(W, X), A))[k, d], eq(whole(2 * A)[k, d])),
        ]
    result = survey(statements, per_statement=30)
    assert result.survivors == []
    assert result.count("rejected") >= 25


def test_a_change_that_a_delta_makes_harmless_is_no_mistake():
    with unevaluated():
        spread = identity(
            "eq-spread-3",
            S[c] * (sm.KroneckerDelta(c, k) - S[k]),
            eq(sm.KroneckerDelta(c, k) * S[c] - S[c] * S[k]),
        )
        other = sm.KroneckerDelta(c, k) * S[k] - S[c] * S[k]
    mutant = Mutant("eq-spread-3", "index", 1, spread.sides[1], other)
    assert judge(spread, mutant).verdict == "equivalent"


@pytest.mark.parametrize("method", ["symbolic", "numeric"])
def test_a_transposition_that_is_left_out_is_rejected_where_the_shapes_allow_it(method):
    square = matrix(r"\mathbf{V}", vector("V", C, C))
    with unevaluated():
        wrong = identity("eq-square", whole(square)[c, k], eq(whole(transposed(square))[c, k]))
    assert fails(wrong, method)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: times(A, B), "D columns cannot stand before one with N rows"),
        (lambda: whole(A + B), "different shapes cannot be added"),
        (lambda: whole(A)[c], "1 positions for an entry of a C × D table"),
        (lambda: whole(ROW)[d, d], "2 positions for an entry of a D × 1 table"),
        (lambda: nabla(a, A + A), "is not a named table"),
        (lambda: whole(a), "is no table"),
        (lambda: whole(A * A), "write a product of tables with times"),
        (lambda: matrix("V", vector("V", C, C, C, apart="cube")), "a table has two at most"),
    ],
)
def test_tables_that_do_not_fit_are_refused_when_they_are_written(build, message):
    with pytest.raises(TypeError, match=message):
        say(build)
