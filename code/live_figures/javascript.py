"""From SymPy expressions to one JavaScript function body.

A *program* computes the columns of all artists of a figure from the parameters.  Sums over data and
running variables become loops and are never expanded; what does not depend on a loop's variable is
computed once outside it; repeated parts are shared by ``sympy.cse``.
"""

from __future__ import annotations

import sympy as sm
from sympy.printing.jscode import JavascriptCodePrinter

from .expressions import Grid, Items, Mesh, Range, zero_wins

HELPERS = "const Z=(a,b)=>a===0?0:a*b,ln=Math.log,exp=Math.exp;"
ERF = (  # the series near 0, a continued fraction far out: both to the last few bits
    "const erf=x=>{const y=x*x;let s=x,t=x;if(y<6){for(let n=1;Math.abs(t)>1e-17*Math.abs(s);n++)"
    "{t*=2*y/(2*n+1);s+=t}return 2/Math.sqrt(Math.PI)*Math.exp(-y)*s}"
    "let f=0;for(let n=60;n>0;n--)f=n/2/(Math.abs(x)+f);"
    "return Math.sign(x)*(1-Math.exp(-y)/Math.sqrt(Math.PI)/(Math.abs(x)+f))};"
)


class Printer(JavascriptCodePrinter):
    """SymPy's JavaScript printer with the book's arrays, 0·log 0 and exact small powers."""

    def __init__(self, shapes):
        super().__init__({"allow_unknown_functions": False, "human": False})
        self.shapes = shapes

    def text(self, expr):
        """The code of one expression, on one line.

        Raises ``ValueError`` for a function that has no code.
        """
        _, unknown, code = self.doprint(expr)
        if unknown:
            names = sorted({str(u.func if u.args else u) for u in unknown})
            raise ValueError(f"no JavaScript for {', '.join(names)}")
        return code.replace("\n", "")

    def _print_NumberSymbol(self, expr):
        return repr(float(expr))

    def _print_erf(self, expr):
        return f"erf({self._print(expr.args[0])})"

    def _print_KroneckerDelta(self, expr):
        a, b = (self._print(arg) for arg in expr.args)
        return f"(({a})===({b})?1:0)"

    def _print_mul0(self, expr):
        return f"Z({self._print(expr.args[0])},{self._print(expr.args[1])})"

    def _print_Indexed(self, expr):
        index = self._print(expr.indices[0])
        sizes = self.shapes.get(expr.base.label, (0,))[1:]  # what a recurrence makes is a list
        for size, nxt in zip(sizes, expr.indices[1:], strict=True):
            index = f"({index})*{size}+{self._print(nxt)}"
        return f"{self._print(expr.base.label)}[{index}]"

    def _print_log(self, expr):
        return f"ln({self._print(expr.args[0])})"

    def _print_exp(self, expr):
        return f"exp({self._print(expr.args[0])})"

    def _print_Pow(self, expr):
        if expr.exp == 2 and expr.base.is_Symbol:
            return f"({self._print(expr.base)}*{self._print(expr.base)})"
        return super()._print_Pow(expr)

    def _print_Rational(self, expr):
        return f"({int(expr.p)}/{int(expr.q)})"

    def _print_BooleanTrue(self, expr):
        return "true"

    def _print_BooleanFalse(self, expr):
        return "false"

    def _print_Mod(self, expr):
        a, b = (self._print(arg) for arg in expr.args)
        return f"((({a})%({b})+({b}))%({b}))"


class _Block:
    """One loop level: definitions that may use each other, printed in an order that works."""

    def __init__(self, program, outer=None, variables=()):
        self.program, self.outer, self.variables = program, outer, frozenset(variables)
        self.definitions = []  # (symbols defined, symbols needed, code)
        self.wanted = {}  # expression -> symbol, computed here by cse

    def take(self, expressions):
        """Bring in ``expressions`` and return what remains to be printed inside this block."""
        ready = [self._hoist(zero_wins(sm.sympify(e))) for e in expressions]
        self._loop_over([s for e in ready for s in _outermost_sums(e)])
        return [self._loops_out(e) for e in ready]

    def _hoist(self, expr, bound=frozenset()):
        """Move the parts that do not depend on this block's variables to the outer block."""
        if self.outer is None:
            return expr
        banned = self.variables | bound | self.program.inside(self)
        if not expr.args or isinstance(expr, sm.Indexed):
            return expr
        if isinstance(expr, sm.Expr) and not expr.free_symbols & banned:
            return expr if expr.is_number else self.outer.want(expr)
        if isinstance(expr, sm.Sum):
            inner = bound | {limit[0] for limit in expr.limits}
            limits = [
                (v, self._hoist(low, bound), self._hoist(high, bound))
                for v, low, high in expr.limits
            ]
            return sm.Sum(self._hoist(expr.function, inner), *limits)
        args = expr.args
        if isinstance(expr, (sm.Add, sm.Mul)):
            free = [a for a in args if not a.free_symbols & banned]
            if len(free) > 1:
                held = [a for a in args if a.free_symbols & banned]
                head = expr.func(*free)
                head = head if head.is_number else self.outer.want(head)
                return expr.func(head, *(self._hoist(a, bound) for a in held))
        new = [self._hoist(a, bound) if isinstance(a, sm.Basic) else a for a in args]
        return expr.func(*new) if tuple(new) != tuple(args) else expr

    def _loops_out(self, expr):
        """Replace each sum by the symbol that a loop in this block computes."""
        if isinstance(expr, sm.Sum):
            return self.wanted[expr]
        if not expr.args or isinstance(expr, sm.Indexed):
            return expr
        new = [self._loops_out(a) if isinstance(a, sm.Basic) else a for a in expr.args]
        return expr.func(*new) if tuple(new) != tuple(expr.args) else expr

    def _loop_over(self, sums):
        """One loop for all new sums with the same ends."""
        groups = {}
        for total in sums:
            if total not in self.wanted:
                self.wanted[total] = self.program.name("s")
                groups.setdefault(total.limits[-1][1:], []).append(total)
        for (low, high), group in groups.items():
            low, high = (self.want(e) for e in self.take([low, high]))
            counter = self.program.name("j")
            totals = [self.wanted[total] for total in group]
            inner = _Block(self.program, self, {counter})
            terms = inner.take([_term(total, counter) for total in group])
            code, needs = inner.close(
                terms,
                lambda texts, totals=totals: "".join(
                    f"{s}+={text};" for s, text in zip(totals, texts, strict=True)
                ),
            )
            text = (
                f"let {','.join(f'{s}=0' for s in totals)};"
                f"for(let {counter}={self.program.text(low)};"
                f"{counter}<={self.program.text(high)};{counter}++){{{code}}}"
            )
            needs = (needs | low.free_symbols | high.free_symbols) - set(totals) - {counter}
            self.definitions.append((set(totals), needs, text))

    def want(self, expr):
        """A symbol (or atom) that holds ``expr``, computed in this block or further out."""
        if not expr.args or (isinstance(expr, sm.Indexed) and self.outer is None):
            return expr
        if expr.is_number and not expr.has(sm.Sum):
            return expr
        if self.outer is not None:
            banned = self.variables | self.program.inside(self)
            if not expr.free_symbols & banned:
                return self.outer.want(expr)
        if expr not in self.wanted:
            symbol = self.program.name("t")
            self.wanted[expr] = symbol
            (ready,) = self.take([expr])
            self.definitions.append(({symbol}, None, ready))
        return self.wanted[expr]

    def close(self, results, write):
        """Print the block: shared parts, definitions in order, and what ``write`` makes."""
        pending = [d for d in self.definitions if d[1] is None]
        loops = [d for d in self.definitions if d[1] is not None]
        exprs = [d[2] for d in pending] + list(results)
        shared, reduced = sm.cse(
            exprs, symbols=self.program.names("c"), optimizations=[], order="none", list=True
        )
        statements = list(loops)
        for symbol, value in shared:
            text = f"const {symbol}={self.program.text(value)};"
            statements.append(({symbol}, self.program.needs(value), text))
        for (symbols, _, _), value in zip(pending, reduced, strict=False):
            (symbol,) = symbols
            text = f"const {symbol}={self.program.text(value)};"
            statements.append((symbols, self.program.needs(value), text))
        final = reduced[len(pending) :]
        defined = set().union(*(s[0] for s in statements)) if statements else set()
        ordered, done = [], set()
        while statements:
            ready = [s for s in statements if not (s[1] & defined) - done]
            if not ready:
                raise AssertionError("definitions that need each other")
            for statement in ready:
                ordered.append(statement[2])
                done |= statement[0]
            statements = [s for s in statements if s not in ready]
        needs = set().union(*(self.program.needs(e) for e in results)) if results else set()
        code = "".join(ordered) + write([self.program.text(e) for e in final])
        outside = self._free_of_code() | needs
        return code, outside

    def _free_of_code(self):
        needs, defined = set(), set()
        for symbols, need, value in self.definitions:
            needs |= self.program.needs(value) if need is None else need
            defined |= symbols
        return needs - defined


class Program:
    """Collects the outputs of a figure and prints the body of ``function(P, D)``.

    ``P`` is the list of parameter values, ``D`` the data arrays by name; the function returns one
    list of columns per output.
    """

    def __init__(self, parameters, shapes, recurrences=()):
        self.parameters = list(parameters)
        self.shapes = {base.label: shape for base, shape in shapes.items()}
        self.recurrences = list(recurrences)
        self._count = {}
        self.outputs = []
        self._rename = {}
        for symbol in [*self.parameters, *self.shapes]:
            self._rename[symbol] = sm.Symbol(f"${symbol.name}", real=True)
        for recurrence in self.recurrences:
            for base in recurrence.bases:
                self._rename[base.label] = sm.Symbol(f"${base.label.name}", real=True)

        self.printer = Printer({self._rename[label]: s for label, s in self.shapes.items()})

    # -- names and text ---------------------------------------------------------------------
    def name(self, prefix):
        n = self._count.get(prefix, 0)
        self._count[prefix] = n + 1
        return sm.Symbol(f"{prefix}{n}", real=True)

    def names(self, prefix):
        while True:
            yield self.name(prefix)

    def inside(self, block):
        """Symbols defined in ``block`` itself: they cannot move outwards."""
        return set().union(*(d[0] for d in block.definitions)) if block.definitions else set()

    def needs(self, expr):
        return set(expr.free_symbols)

    def text(self, expr):
        return self.printer.text(expr)

    # -- outputs ----------------------------------------------------------------------------
    def add(self, domain, columns) -> int:
        """Register the columns of one artist; returns the index of its output."""
        self.outputs.append((domain, columns))
        return len(self.outputs) - 1

    def _renamed(self, expr):
        expr = sm.sympify(expr)

        def base(node):
            label = self._rename.get(node.base.label, node.base.label)
            return sm.Indexed(sm.IndexedBase(label), *(self._renamed(i) for i in node.indices))

        expr = expr.replace(lambda n: isinstance(n, sm.Indexed), base)
        return expr.xreplace({s: r for s, r in self._rename.items() if s in set(self.parameters)})

    def body(self) -> str:
        """The JavaScript text of the function body."""
        top = _Block(self)
        sinks = []
        for recurrence in self.recurrences:
            self._recurrence(top, recurrence)
        for domain, columns in self.outputs:
            sinks.append(self._output(top, domain, columns))
        code, _ = top.close(
            [e for _, exprs in sinks for e in exprs], lambda texts: self._returns(sinks, texts)
        )
        params = ",".join(f"{self._rename[s]}=P[{i}]" for i, s in enumerate(self.parameters))
        arrays = ",".join(f"{self._rename[s]}=D.{s.name}" for s in self.shapes)
        opening = "".join(f"const {part};" for part in (params, arrays) if part)
        helpers = HELPERS + (ERF if "erf(" in code else "")
        return '"use strict";' + helpers + opening + code

    def _returns(self, sinks, texts):
        texts = iter(texts)
        parts = []
        for template, exprs in sinks:
            parts.append(template([next(texts) for _ in exprs]))
        return f"return[{','.join(parts)}];"

    def _recurrence(self, top, recurrence):
        start = [top.want(e) for e in top.take([self._renamed(e) for e in recurrence.start])]
        names = [self._rename[base.label] for base in recurrence.bases]
        counter = self.name("j")
        now = [self.name("w") for _ in names]
        inner = _Block(self, top, {counter, *now})
        swap = dict(zip(recurrence.symbols, now, strict=True)) | {recurrence.index: counter}
        updates = inner.take([self._renamed(e).xreplace(swap) for e in recurrence.update])

        def write(texts):
            nxt = [self.name("n") for _ in names]
            code = "".join(f"const {n}={t};" for n, t in zip(nxt, texts, strict=True))
            for array, n, w in zip(names, nxt, now, strict=True):
                code += f"{array}[{counter}+1]={w}={n};"
            return code

        code, needs = inner.close(updates, write)
        text = "".join(
            f"const {a}=new Float64Array({recurrence.steps + 1});let {w}={a}[0]={self.text(s)};"
            for a, w, s in zip(names, now, start, strict=True)
        )
        text += f"for(let {counter}=0;{counter}<{recurrence.steps};{counter}++){{{code}}}"
        needs = needs | set().union(*(s.free_symbols for s in start)) - set(now)
        top.definitions.append((set(names), needs - {counter} - set(now) - set(names), text))

    def _output(self, top, domain, columns):
        if isinstance(domain, Items):
            cells, lengths = [], []
            for column in columns:
                listed = isinstance(column, (list, tuple))
                column = list(column) if listed else [column] * domain.count
                lengths.append(len(column))
                cells += [self._boolean_to_number(e) for e in column]
            ready = top.take([self._renamed(e) for e in cells])

            def template(texts):
                out, i = [], 0
                for length in lengths:
                    out.append("[" + ",".join(texts[i : i + length]) + "]")
                    i += length
                return "[" + ",".join(out) + "]"

            return template, ready
        arrays = [self.name("a") for _ in columns]
        running = domain.variables
        counters = [self.name("x") for _ in running]
        inner = _Block(self, top, set(counters))
        swap = dict(zip(running, counters, strict=True))
        ready = inner.take([self._renamed(e).xreplace(swap) for e in columns])
        i = self.name("i")
        writes = "".join(f"{a}[{i}]={{}};" for a in arrays)
        needs = set()
        if isinstance(domain, Range):
            low, high = top.take([self._renamed(domain.low), self._renamed(domain.high)])
            low, high = top.want(low), top.want(high)
            needs |= low.free_symbols | high.free_symbols
            code, inside = inner.close(
                ready, lambda t: f"const {i}={counters[0]}-({self.text(low)});" + _fill(writes, t)
            )
            text = "".join(f"const {a}=[];" for a in arrays)
            text += (
                f"for(let {counters[0]}={self.text(low)};{counters[0]}<={self.text(high)};"
                f"{counters[0]}++){{{code}}}"
            )
        elif isinstance(domain, Grid):
            head, need = self._running(top, domain, counters[0], i)
            needs |= need
            code, inside = inner.close(ready, lambda t: _fill(writes, t))
            text = "".join(f"const {a}=new Float64Array({domain.count});" for a in arrays)
            text += f"for(let {i}=0;{i}<{domain.count};{i}++){{{head}{code}}}"
        elif isinstance(domain, Mesh):
            iu, iv = self.name("i"), self.name("i")
            head_u, need_u = self._running(top, domain.u, counters[0], iu)
            head_v, need_v = self._running(top, domain.v, counters[1], iv)
            needs |= need_u | need_v
            code, inside = inner.close(ready, lambda t: _fill(writes, t))
            total = domain.u.count * domain.v.count
            text = "".join(f"const {a}=new Float64Array({total});" for a in arrays)
            text += (
                f"for(let {iv}=0,{i}=0;{iv}<{domain.v.count};{iv}++){{{head_v}"
                f"for(let {iu}=0;{iu}<{domain.u.count};{iu}++,{i}++){{{head_u}{code}}}}}"
            )
        else:
            raise TypeError(f"unknown domain {domain!r}")
        top.definitions.append((set(arrays), (needs | inside) - set(counters) - {i}, text))
        return (lambda texts: "[" + ",".join(texts) + "]"), arrays

    def _running(self, top, grid, counter, i):
        low, high = top.take([self._renamed(grid.low), self._renamed(grid.high)])
        low, step = top.want(low), top.want((high - low) / (grid.count - 1))
        text = f"const {counter}={self.text(low)}+{i}*({self.text(step)});"
        return text, low.free_symbols | step.free_symbols

    @staticmethod
    def _boolean_to_number(expr):
        expr = sm.sympify(expr)
        if isinstance(expr, (sm.logic.boolalg.Boolean,)) and not expr.is_Symbol:
            return sm.Piecewise((1, expr), (0, True))
        return expr


def _outermost_sums(expr):
    if isinstance(expr, sm.Sum):
        return [expr]
    return [s for a in expr.args if isinstance(a, sm.Basic) for s in _outermost_sums(a)]


def _term(total, counter):
    """The term of a sum with its last dummy replaced; further sums stay inside."""
    *rest, (variable, _, _) = total.limits
    body = sm.Sum(total.function, *rest) if rest else total.function
    return body.subs(variable, counter)


def _fill(template, texts):
    for text in texts:
        template = template.replace("{}", text, 1)
    return template
