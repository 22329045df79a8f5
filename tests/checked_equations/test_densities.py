"""Unknown densities under an integral: what is decided about them, and what is refused."""

import math

import pytest
import sympy as sm
from checked_equations import (
    Family,
    Integral,
    Minimum,
    alphabet,
    check,
    concept,
    eq,
    identity,
    inequality,
    latex,
    le,
    normal_form,
    real,
    unevaluated,
)
from checked_equations.normal_form import is_zero

with alphabet():
    u, v, x = real("u"), real("v"), real("x", 0)
    w = real("w", 0)
p = sm.Function("p", positive=True)
q = sm.Function("q", positive=True)
SOME = {"p": lambda u: (1 + 0.5 * math.sin(u)) / (2 * math.pi), "q": lambda u: 1 / (2 * math.pi)}
AROUND = (u, -sm.pi, sm.pi)
ONE = [(Integral(p(u), AROUND), sm.Integer(1))]


@pytest.fixture(autouse=True)
def _letters():
    with alphabet():
        for letter in ("u", "v"):
            real(letter)
        real("x", 0)
        real("w", 0)
        yield


def test_an_integral_of_unknown_functions_is_linear():
    whole = Integral(p(u) * (sm.log(p(u)) - 3 * sm.log(q(u))), AROUND)
    parts = Integral(p(u) * sm.log(p(u)), AROUND) - 3 * Integral(
        p(v) * sm.log(q(v)), (v, -sm.pi, sm.pi)
    )
    assert is_zero(whole - parts)
    assert not is_zero(whole - parts - Integral(p(u), AROUND))


def test_a_straight_change_of_the_variable_does_not_matter():
    stretched = Integral(p(v / w) / w * sm.log(q(v / w)), (v, -w * sm.pi, w * sm.pi))
    assert is_zero(stretched - Integral(p(u) * sm.log(q(u)), AROUND))
    assert not is_zero(w * stretched - Integral(p(u) * sm.log(q(u)), AROUND))
    assert not is_zero(stretched - Integral(p(-u) * sm.log(q(u)), AROUND))


def test_the_assumed_value_of_an_integral_is_used_wherever_it_appears():
    form = normal_form(Integral(p(v / w) * (2 + x * q(v)) / w, (v, -w * sm.pi, w * sm.pi)), ONE)
    assert form.subs(x, 0) == 2
    assert normal_form(Integral(p(u), (u, 0, sm.pi)), ONE) != 1


def gibbs(right, tight):
    with unevaluated():
        log_bound = inequality("eq-bound", sm.log(x), le(x - 1, proof=Minimum(x, 1), tight={x: 1}))
        return inequality(
            "eq-gibbs-of-densities",
            Integral(p(u) * sm.log(q(u) / p(u)), AROUND),
            le(
                right,
                "",
                proof=Integral(p(u) * log_bound.instance({x: q(u) / p(u)}), AROUND),
                tight=tight,
            ),
            rewrites=[*ONE, (Integral(q(u), AROUND), sm.Integer(1))],
            realised=SOME,
        )


def test_an_inequality_between_unknown_densities_is_proved_with_its_case_of_equality():
    assert check(gibbs(sm.Integer(0), {q: p})).ok


def test_a_weaker_bound_has_no_case_of_equality():
    report = check(gibbs(sm.Rational(1, 10**6), {q: p}))
    assert not report.ok


def test_equality_where_there_is_none_is_refused():
    report = check(gibbs(sm.Integer(0), {q: lambda u: 2 * p(u)}))
    assert "no equality" in report.message()


def test_an_inequality_of_unknown_densities_must_say_where_equality_holds():
    with pytest.raises(ValueError, match="say where equality holds"):
        gibbs(sm.Integer(0), None)


def test_what_takes_the_place_of_a_positive_function_must_be_positive():
    with pytest.raises(ValueError, match="above zero"):
        gibbs(sm.Integer(0), {q: lambda u: -p(u)})


class Bump(Family):
    symbol = r"\mathrm{Bump}"


class Truth(Family):
    symbol, bare = "P", True


def test_a_family_is_printed_with_its_name_and_its_numbers():
    height = concept("H", lambda bump: bump[1], library=lambda bump: bump[1])
    assert latex(height(Bump(u, w))) == r"H(\mathrm{Bump}(u, w))"
    assert latex(height(Truth(u, w))) == "H(P)"
    with unevaluated():
        chain = identity("eq-height", height(Bump(u, w)), eq(sm.sqrt(w**2)))
    assert check(chain).ok
