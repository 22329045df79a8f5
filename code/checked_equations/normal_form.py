r"""A small normal form for expressions with sums over ``1 … n`` for a general ``n``.

Two expressions with the same normal form are equal. The rules, each of them an equality:

* a concept is what its definition says; a distribution with a formula is its formula;
* ``log`` of a product of positive factors is a sum, ``log(exp(x))`` is ``x``;
* the modulus of what is built to be at least zero is the thing itself;
* a hyperbolic function is made of exponentials; so is, to decide, a sine or a cosine;
* a sum is linear; a factor without the summation letter moves out; what does not depend on the
  letter is added up ``high − low + 1`` times;
* the name of a summation letter does not matter, nor the order of finite sums;
* ``sum_i delta_{i k} f(i) = f(k)`` for a ``k`` that is declared to lie in the range;
* an integral that stays open is linear, and a range between numbers is mapped to 0 … 1, so that
  straight changes of the variable do not matter;
* a sum over a permuted letter is the sum over the letter;
* the entries of a distribution sum to one, those of a zero-sum vector to zero.

Positive letters are read as positive. Zeros (``0 log 0``) are the business of the numeric checks.

>>> import sympy as sm
>>> from checked_equations import Sum, distribution, index, size
>>> n = size("n"); i = index("i", n); j = index("j", n); P = distribution("P", "p", n)
>>> normal_form(Sum(2 * P[i] * n, (i, 1, n)))
2*n
>>> normal_form(Sum(P[i] * sm.log(P[i]), (i, 1, n)) - Sum(P[j] * sm.log(P[j]), (j, 1, n)))
0
"""

from __future__ import annotations

import itertools
from functools import cache

import sympy as sm
from sympy.core.function import AppliedUndef

from .expressions import (
    At,
    Concept,
    Diff,
    Group,
    Known,
    Product,
    Rounded,
    Sum,
    _Body,
    replace_letters,
    written_out,
)
from .notation import (
    Distribution,
    Index,
    Interval,
    Labels,
    Permutation,
    Reals,
    Simplex,
    domain_of,
    is_declared,
    owner_of,
)
from .signs import is_nonnegative, is_positive

_TRANSPARENT = (Group, Known, _Body, Rounded)
_MAX_LETTERS = 4
_MOST_FACTORED = 80  # operations in the argument of a logarithm that is still factored
_free: list[sm.Symbol] = []  # vectors whose entries are being moved one by one by a derivative


class Undecided(Exception):
    """The rules do not reach this expression; another check has to decide."""


def normal_form(expression, rewrites=()) -> sm.Expr:
    """Return the normal form of an expression; ``rewrites`` are extra (pattern, value) rules."""
    with sm.evaluate(True):
        form = _normal(sm.sympify(expression), tuple(rewrites))
        return _settle(form)


def is_zero(expression, rewrites=()) -> bool:
    """Return whether the rules show that an expression is identically zero."""
    form = normal_form(expression, rewrites)
    if form.has(sm.nan, sm.zoo):
        raise Undecided(f"{form} has no value")
    if form.atoms(sm.sin, sm.cos, sm.tan):
        form = sm.expand(form.rewrite(sm.exp), power_exp=True)
    if form == 0 or _rational_zero(form) or _rational_zero(_gather(form)):
        return True
    return _vanishes_by_roots(form)


# -- one node ---------------------------------------------------------------------------------
def _normal(node, rewrites) -> sm.Expr:
    for pattern, value in rewrites:
        match = node.match(pattern) if pattern.atoms(sm.Wild) else ({} if node == pattern else None)
        if match is not None:
            return _normal(value.xreplace(match), rewrites)
    if isinstance(node, _TRANSPARENT):
        return _normal(node.args[0], rewrites)
    if isinstance(node, Concept):
        return _normal(node.expand_definition(), rewrites)
    if isinstance(node, Diff):
        return _derivative(node, rewrites)
    if isinstance(node, At):
        body, letter, value = node.args
        return _normal(replace_letters(_normal(body, rewrites), {letter: value}), rewrites)
    if isinstance(node, Distribution):
        raise Undecided(f"{node} stands alone: only its entries have a value")
    if isinstance(node, sm.Indexed):
        return _indexed(node, rewrites)
    if not node.args:
        return node
    if isinstance(node, sm.Sum):
        return _sum(node, rewrites)
    if isinstance(node, sm.Product):
        body = _normal(node.function, rewrites)
        return Product(body, *node.limits)
    if isinstance(node, sm.Limit):
        body, letter, target, direction = node.args
        return _limit(_normal(body, rewrites), letter, target, str(direction))
    if isinstance(node, sm.Integral):
        body = _normal(node.function, rewrites)
        return _normal_integral(body, node.limits, rewrites)
    if isinstance(node, sm.Add):
        return sm.Add(*(_normal(a, rewrites) for a in node.args))
    if isinstance(node, sm.Mul):
        return _product([_normal(a, rewrites) for a in node.args])
    if isinstance(node, sm.Pow):
        return _power(_normal(node.base, rewrites), _normal(node.exp, rewrites))
    if isinstance(node, sm.log):
        return _log(_normal(node.args[0], rewrites))
    if isinstance(node, sm.exp):
        return _exp(_normal(node.args[0], rewrites))
    if isinstance(node, sm.sinh | sm.cosh | sm.tanh):
        return _normal(node.rewrite(sm.exp), rewrites)
    if isinstance(node, sm.Abs):
        return _absolute(_normal(node.args[0], rewrites))
    return node.func(*(_normal(a, rewrites) for a in node.args))


def _derivative(node, rewrites):
    """Entries move one by one: while one of them moves, their total is not held at one."""
    body, letter = node.args[:2]
    moving = [letter.base.label] if isinstance(letter, sm.Indexed) else []
    _free.extend(moving)
    try:
        inner = _normal(body, rewrites)
        slope = sm.diff(inner, letter, node.order)
    finally:
        del _free[len(_free) - len(moving) :]
    return _normal(slope, rewrites)


def _indexed(node, rewrites):
    owner = owner_of(node.base.label)
    places = [_normal(place, rewrites) for place in node.indices]
    if owner is not None and owner.formula is not None:
        return _normal(written_out(owner.formula, places), rewrites)
    return node.base[tuple(places)]


def _product(factors):
    if any(factor == 0 for factor in factors):
        return sm.Integer(0)  # 0 log 0 = 0, the convention of the book
    return sm.expand_mul(sm.Mul(*factors))


def _power(base, exponent):
    if exponent.is_Integer and exponent.is_negative and base.is_Add:
        common = sm.factor_terms(base)  # 1/(c a + c b) = 1/c · 1/(a + b)
        content, rest = common.as_independent(sm.Add, as_Add=False)
        rest = sm.expand_mul(rest)
        return content**exponent * rest**exponent
    if exponent.is_Integer and exponent.is_positive and base.is_Add:
        return sm.expand_mul(sm.expand_multinomial(base**exponent))
    power = base**exponent
    if isinstance(power, sm.Pow) and exponent.is_Add:
        return sm.expand_power_exp(power)
    return sm.expand_power_base(power)


def _log(argument):
    argument = _factored(argument)
    if isinstance(argument, sm.Product) and argument.function.is_positive:
        return _sum(Sum(sm.log(argument.function), *argument.limits), ())
    whole = sm.Add(*(_log_of_factor(f) for f in _positive_factors(argument)))
    return whole.replace(
        lambda e: isinstance(e, sm.log) and e.args[0].is_Rational,
        lambda e: sm.expand_log(e, factor=True),
    )


def _factored(argument):
    """Write the argument of a logarithm as a product, as far as that is quickly done."""
    argument = sm.expand_mul(argument)
    if not argument.is_Add:
        return argument
    if sm.count_ops(argument) > _MOST_FACTORED:
        return sm.factor_terms(argument, fraction=True)
    return sm.factor(argument)


def _positive_factors(argument):
    """Split a product into its positive factors and, in one piece, the rest.

    A letter that may be zero is read as positive here: zeros are visited numerically.
    """
    sign, positive, rest = 1, [], []
    for factor in sm.Mul.make_args(argument):
        base, exponent = factor.as_base_exp()
        if is_positive(factor) or _may_be_zero(base):
            positive.append(factor)
        elif base.is_Add and exponent.is_Integer and is_positive(-base):
            positive.append((-base) ** exponent)
            sign = -sign if exponent % 2 else sign
        else:
            rest.append(factor)
    if rest or sign != 1:
        positive.append(sm.Mul(sign, *rest))
    return [factor for factor in positive if factor != 1] or [sm.Integer(1)]


def _may_be_zero(base) -> bool:
    return bool(base.is_Symbol and base.is_nonnegative)


def _log_of_factor(factor):
    base, exponent = factor.as_base_exp()
    if exponent.is_real and not base.is_Number and (is_positive(base) or _may_be_zero(base)):
        return sm.expand_mul(exponent * sm.expand_log(sm.log(base)))
    return sm.expand_log(sm.log(factor))


def _exp(argument):
    parts = []
    for term in sm.Add.make_args(sm.expand_mul(argument)):
        logs = [f for f in sm.Mul.make_args(term) if isinstance(f, sm.log)]
        if len(logs) == 1 and logs[0].args[0].is_positive:
            parts.append(logs[0].args[0] ** (term / logs[0]))
        else:
            parts.append(sm.exp(term))
    return sm.expand_mul(sm.Mul(*parts))


def _absolute(argument):
    """The modulus of what is visibly never negative, or never positive, needs no bars."""
    if is_nonnegative(argument):
        return argument
    turned = sm.expand_mul(-argument)
    return turned if is_nonnegative(turned) else sm.Abs(argument)


def _limit(body, letter, target, direction):
    if body.atoms(sm.Sum):
        raise Undecided("a limit of a sum of general length is taken for each length on its own")
    try:
        value = sm.limit(body, letter, target, direction)
    except (ValueError, NotImplementedError) as refusal:
        raise Undecided(f"the limit of {body}: {refusal}") from refusal
    if isinstance(value, sm.Limit) or (value.has(sm.oo, -sm.oo, sm.zoo) and value.args):
        raise Undecided(f"SymPy cannot take the limit of {body}")
    return value


def _normal_integral(body, limits, rewrites):
    ((letter, low, high),) = limits
    if not body.atoms(AppliedUndef):
        value = sm.Integral(body, *limits).doit()
        found = not value.atoms(sm.Integral)
        return sm.expand(_normal(value, ())) if found else sm.Integral(sm.expand(body), *limits)
    low, high = _normal(low, rewrites), _normal(high, rewrites)
    return _linear_integral(body, letter, low, high, rewrites)


def _linear_integral(body, letter, low, high, rewrites):
    """The integral of what holds unknown functions: term by term, constants in front."""
    terms = []
    for term in sm.Add.make_args(sm.expand_mul(body)):
        outside, inside = term.as_independent(letter, as_Add=False)
        if not inside.atoms(AppliedUndef):
            terms.append(outside * _normal_integral(inside, [(letter, low, high)], rewrites))
        elif inside.atoms(sm.Derivative):  # the antiderivative may be at hand
            terms.append(outside * sm.Integral(inside, (letter, low, high)).doit())
        elif inside.atoms(sm.Integral) or (low, high) == (0, 1) or not (high - low).is_finite:
            terms.append(outside * _open_integral(inside, letter, low, high, rewrites))
        else:  # letter = low + (high - low) share
            share = sm.Dummy("share", real=True)
            moved = _normal(inside.xreplace({letter: low + (high - low) * share}), ())
            whole = _linear_integral(moved, share, sm.Integer(0), sm.Integer(1), rewrites)
            terms.append(outside * (high - low) * whole)
    return sm.expand_mul(sm.Add(*terms))


_share = sm.Symbol("_share", real=True)


def _open_integral(inside, letter, low, high, rewrites):
    """One integral that stays, its letter renamed in a fixed way, unless its value is assumed."""
    one = sm.Integral(inside.xreplace({letter: _share}), (_share, low, high))
    for pattern, value in rewrites:
        if isinstance(pattern, sm.Integral):
            known = _normal(pattern, ())
            factor = known.coeff(one)
            if factor != 0 and known == sm.expand_mul(factor * one):
                return _normal(value, ()) / factor
    return one


# -- sums -------------------------------------------------------------------------------------
def _sum(node, rewrites):
    body = _normal(node.function, rewrites)
    for letter, low, high in node.limits:
        low, high = _normal(low, rewrites), _normal(high, rewrites)
        body = _sum_once(body, letter, low, high)
    return body


def _sum_once(body, letter, low, high):
    if high == sm.oo:
        return _infinite(body, letter, low)
    if low.is_Integer and high.is_Integer:
        terms = (body.xreplace({letter: sm.Integer(k)}) for k in range(int(low), int(high) + 1))
        return sm.expand_mul(_normal(sm.Add(*terms), ()))
    return sm.Add(
        *(_sum_term(term, letter, low, high) for term in sm.Add.make_args(sm.expand_mul(body)))
    )


def _infinite(body, letter, low):
    if body.has(sm.sin, sm.cos):
        body = body.rewrite(sm.exp)
    terms = [_geometric(term, letter, low) for term in sm.Add.make_args(sm.expand_mul(body))]
    if None not in terms:
        return _normal(sm.Add(*terms), ())
    value = sm.summation(sm.powsimp(sm.factor(body)), (letter, low, sm.oo))
    value = sm.piecewise_fold(value)
    if isinstance(value, sm.Piecewise):
        value, condition = value.args[0]
        if not _always(condition):
            raise Undecided(f"the series {body} is not shown to converge: {condition}")
    if value.atoms(sm.Sum, sm.Piecewise):
        raise Undecided(f"SymPy cannot sum the series {body}")
    return _normal(sm.simplify(value), ())


def _geometric(term, letter, low):
    """The total of terms of which each is ``e^a`` times the one before, for an ``a`` below zero."""
    ratio = sm.powsimp(term.xreplace({letter: letter + 1}) / term)
    exponent = sm.expand(ratio.args[0]) if isinstance(ratio, sm.exp) else sm.S.Zero
    if not sm.re(exponent).is_negative or exponent.has(letter):
        return None
    return term.xreplace({letter: low}) / (1 - ratio)


def _always(condition) -> bool:
    """Whether a condition on one real letter holds wherever the letter may range."""
    letters = list(condition.free_symbols)
    if len(letters) != 1 or not is_declared(letters[0]):
        return False
    domain = domain_of(letters[0])
    if not isinstance(domain, Interval):
        return False
    plain = sm.Dummy(real=True)
    allowed = condition.subs(letters[0], plain).as_set()
    ends = () if domain.closed else (domain.low, domain.high)
    return bool((sm.Interval(domain.low, domain.high) - sm.FiniteSet(*ends)).is_subset(allowed))


def _sum_term(term, letter, low, high):
    outside, inside = term.as_independent(letter, as_Add=False)
    if inside == 1:
        if not (high - low + 1).is_nonnegative:
            raise Undecided(f"a sum from {low} to {high} may be empty")
        return sm.expand_mul(outside * (high - low + 1))
    factors = list(sm.Mul.make_args(inside))
    for place, factor in enumerate(factors):
        other = _delta_partner(factor, letter)
        if other is not None and _lies_in(other, low, high):
            rest = sm.Mul(*(f for k, f in enumerate(factors) if k != place))
            return _product([outside, _normal(rest.xreplace({letter: other}), ())])
    return _product([outside, _canonical(factors, letter, low, high)])


def _delta_partner(factor, letter):
    if isinstance(factor, sm.Pow) and isinstance(factor.base, sm.KroneckerDelta):
        factor = factor.base
    if not isinstance(factor, sm.KroneckerDelta):
        return None
    a, b = factor.args
    if a == letter and not b.has(letter):
        return b
    if b == letter and not a.has(letter):
        return a
    return None


def _lies_in(place, low, high) -> bool:
    """Whether a position is declared to lie between ``low`` and ``high``."""
    if place.is_Integer:
        return low == 1 and place >= 1 and bool((high - place).is_nonnegative)
    if isinstance(place, sm.Indexed):
        domain = domain_of(place.base.label)
        top = (
            domain.classes
            if isinstance(domain, Labels)
            else (domain.shape[0] if isinstance(domain, Permutation) else None)
        )
        return low == 1 and top == high
    if place.is_Symbol and is_declared(place):
        domain = domain_of(place)
        return low == 1 and isinstance(domain, Index) and domain.size == high
    return False


@cache
def _letter(height: int, place: int) -> sm.Symbol:
    return sm.Symbol(f"_{height}_{place}", integer=True, positive=True)


def _canonical(factors, letter, low, high):
    """A sum of a product, with inner sums merged and letters renamed in a fixed way."""
    ranges = {}
    fresh = sm.Dummy(integer=True, positive=True)
    ranges[fresh] = (low, high)
    flat = []
    for factor in (f.xreplace({letter: fresh}) for f in factors):
        if isinstance(factor, sm.Sum):
            inner = factor.function
            for old, lo, hi in factor.limits:
                new = sm.Dummy(integer=True, positive=True)
                ranges[new] = (lo, hi)
                inner = inner.xreplace({old: new})
            flat.extend(sm.Mul.make_args(inner))
        else:
            flat.append(factor)
    if any(end.has(*ranges) for ends in ranges.values() for end in ends):
        raise Undecided("the range of one sum depends on the letter of another")
    collapsed = _collapse(flat, ranges)
    if collapsed is not None:
        return collapsed
    return sm.Mul(*(_component(parts, letters, ranges) for parts, letters in _split(flat, ranges)))


def _collapse(factors, ranges):
    """Use up a Kronecker delta that links two of several summation letters."""
    for place, factor in enumerate(factors):
        for letter, (low, high) in ranges.items():
            other = _delta_partner(factor, letter)
            if other is None:
                continue
            if ranges.get(other, (None, None)) == (low, high) or (
                other not in ranges and _lies_in(other, low, high)
            ):
                rest = sm.Mul(*(f for k, f in enumerate(factors) if k != place))
                body = _normal(rest.xreplace({letter: other}), ())
                for remaining, (lo, hi) in ranges.items():
                    if remaining != letter:
                        body = _sum_once(body, remaining, lo, hi)
                return body
    return None


def _split(factors, ranges):
    """Group factors by the summation letters they share: independent groups multiply."""
    groups: list[tuple[list, set]] = []
    for factor in factors:
        letters = {s for s in ranges if factor.has(s)}
        parts = [factor]
        rest = []
        for group in groups:
            if group[1] & letters:
                parts, letters = group[0] + parts, letters | group[1]
            else:
                rest.append(group)
        groups = [*rest, (parts, letters)]
    return groups


def _component(factors, letters, ranges):
    if not letters:
        return sm.Mul(*factors)
    product = sm.Mul(*factors)
    product = _unpermute(product, letters, ranges)
    known = _known_total(product, letters, ranges)
    if known is not None:
        return known
    shorter = _inner_total(product, letters, ranges)
    if shorter is not None:
        return shorter
    if len(letters) > _MAX_LETTERS:
        raise Undecided(f"a sum over {len(letters)} letters at once")
    height = 1 + max((_height(s) for s in product.atoms(sm.Sum)), default=0)
    best = None
    for order in itertools.permutations(sorted(letters, key=lambda s: s.dummy_index)):
        names = {old: _letter(height, place) for place, old in enumerate(order)}
        limits = [(names[old], *ranges[old]) for old in order]
        candidate = sm.Sum(product.xreplace(names), *limits)
        key = sm.srepr(candidate)
        if best is None or key < best[0]:
            best = (key, candidate)
    return best[1]


def _inner_total(product, letters, ranges):
    """Cancel a denominator against the part of a sum that it is the total of.

    ``sum_m p_m sum_j f_mj / F_m`` is ``sum_m p_m`` for ``F_m = sum_j f_mj``. ``None`` where nothing
    cancels.
    """
    factors = sm.Mul.make_args(product)
    for factor in factors:
        total, exponent = factor.as_base_exp()
        if not (isinstance(total, sm.Sum) and exponent.is_Integer and exponent.is_negative):
            continue
        for some in itertools.combinations(sorted(letters, key=str), len(total.limits)):
            inside = [f for f in factors if f.has(*some)]
            if factor in inside or _component(inside, set(some), ranges) != total:
                continue
            left = [total, *(f for f in factors if f not in inside)]
            body = sm.Mul(*left)
            for letter in letters - set(some):
                body = _sum_once(body, letter, *ranges[letter])
            return body
    return None


def _height(node) -> int:
    return max(
        (
            int(str(limit[0]).split("_")[1])
            for limit in node.limits
            if str(limit[0]).startswith("_")
        ),
        default=0,
    )


def _unpermute(product, letters, ranges):
    """Replace ``pi[i]`` by ``i`` where the summation letter occurs nowhere else."""
    for letter in letters:
        places = {
            node
            for node in product.atoms(sm.Indexed)
            if node.indices == (letter,)
            and is_declared(node.base.label)
            and isinstance(domain_of(node.base.label), Permutation)
        }
        if len(places) == 1:
            (place,) = places
            replaced = product.xreplace({place: letter})
            stand_in = sm.Dummy()
            if not product.xreplace({place: stand_in}).has(letter):
                length = domain_of(place.base.label).shape[0]
                if ranges[letter] == (1, length):
                    product = replaced
    return product


def _known_total(product, letters, ranges):
    """The total of a whole distribution is one, of a zero-sum vector zero."""
    if not isinstance(product, sm.Indexed) or not is_declared(product.base.label):
        return None
    domain = domain_of(product.base.label)
    if not isinstance(domain, Simplex | Reals) or product.base.label in _free:
        return None
    places = list(zip(product.indices, domain.shape, strict=True))
    if isinstance(domain, Simplex) and domain.rows:
        places = places[-1:]  # each row has its own total
    if len(letters) != len(places) or {letter for letter, _ in places} != letters:
        return None
    full = all(ranges[letter] == (1, length) for letter, length in places)
    if not full:
        return None
    if isinstance(domain, Simplex):
        return sm.Integer(1)
    return sm.Integer(0) if domain.zero_sum else None


# -- deciding zero ----------------------------------------------------------------------------
def _settle(form):
    return sm.expand_mul(form)


def _generators(form):
    """Replace everything that is not arithmetic by letters of its own."""
    names: dict[sm.Expr, sm.Symbol] = {}
    steps = _steps_of_exponents(form)

    def walk(node):
        if node.is_Number:
            return node
        if isinstance(node, sm.Add | sm.Mul):
            return node.func(*(walk(a) for a in node.args))
        if isinstance(node, sm.Pow) and node.exp.is_Integer:
            return walk(node.base) ** node.exp
        if isinstance(node, sm.exp):
            count, unit = node.args[0].as_coeff_Mul()
            if unit in steps and count != steps[unit]:
                return walk(sm.exp(steps[unit] * unit)) ** (count / steps[unit])
        return names.setdefault(node, sm.Dummy(positive=node.is_positive))

    return walk(form)


def _steps_of_exponents(form) -> dict:
    """The greatest number that divides every multiple of the same exponent: e^(x/2) and e^x."""
    steps: dict[sm.Expr, sm.Rational] = {}
    for node in form.atoms(sm.exp):
        count, unit = node.args[0].as_coeff_Mul()
        if count.is_Rational:
            steps[unit] = sm.gcd(steps.get(unit, sm.Integer(0)), abs(count))
    return steps


def _rational_zero(form) -> bool:
    """Whether a rational function of independent letters vanishes identically."""
    if form == 0:
        return True
    numerator, _ = sm.fraction(sm.together(_generators(form)))
    return sm.expand(numerator) == 0


def _vanishes_by_roots(form) -> bool:
    """Whether an exact number made of roots of whole numbers is zero."""
    if not form.is_number or not form.is_algebraic:
        return False  # with a letter left in it, it is no number
    if abs(sm.N(form, 50)) > sm.Float(10) ** -30:
        return False  # most numbers are seen not to be zero; the rest is decided exactly
    unknown = sm.Dummy()
    return sm.minimal_polynomial(form, unknown) == unknown


def _gather(form):
    """Add up sums over the same range and simplify the summand as a rational function."""
    bodies: dict[tuple, sm.Expr] = {}
    rest = []
    for term in sm.Add.make_args(sm.expand_mul(form)):
        sums = [f for f in sm.Mul.make_args(term) if isinstance(f, sm.Sum)]
        if len(sums) == 1:
            (one,) = sums
            bodies[one.limits] = bodies.get(one.limits, 0) + (term / one) * one.function
        else:
            rest.append(term)
    kept = [_sum(sm.Sum(_cancelled(body), *limits), ()) for limits, body in bodies.items()]
    return sm.Add(*rest, *kept)


def _cancelled(body):
    """The summand as a rational function in lowest terms, where that is quickly done."""
    if _rational_zero(body):
        return sm.Integer(0)
    return body if sm.count_ops(body) > _MOST_FACTORED else sm.cancel(sm.together(body))
