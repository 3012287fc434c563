"""Log-probabilities of counts known in part, and their derivatives, by differences in 300-digit arithmetic.

    python3 make_table.py > table.csv        (mpmath; some minutes)

Nothing of the library's formulas is used for the values: log P(eta, phi) is summed from the definition, an interval open
above by its complement, and differenced on a grid of steps 1e-30. The columns s_* are sizes: what the terms that make
up a value amount to where they cancel. theta = 0 stands for the Poisson, hi = -1 for an interval open above.
"""

from mpmath import exp, log, mp, mpf, nstr, sqrt

mp.dps = 300
STEP = mpf(10) ** -30

INTERVALS = [(0, 0), (0, 2), (0, 7), (0, 9), (1, 9), (8, 12), (98, 102), (500, 1500), (1, None), (10, None)]
ROUNDINGS = [(0, 3), (3, 3), (15, 3), (99, 3), (0, 5), (5, 5), (15, 5), (100, 5)]
MEANS = ["1e-6", "0.013", "0.4", "2.3", "9.7", "47", "930", "25000", "1e6"]
THETAS = ["0.1", "1.7", "30", "11000", "1e8", None]


def weight(y, lo, hi, base):
    return min(mpf(1), mpf(y - lo + 1) / base, mpf(hi - y + 1) / base)


def pieces(lo, hi, base, mu, theta):
    """The probability P, and the signed steps y (w(y) - w(y-1)) p(y) by y."""
    p = exp(-mu) if theta is None else exp(-theta * log(1 + mu / theta))
    total, steps, previous = mpf(0), [], mpf(0)
    last = lo - 1 if hi is None else hi + 1
    for y in range(0, last + 1):
        if hi is None:
            total += p
        else:
            now = weight(y, lo, hi, base) if lo <= y <= hi else mpf(0)
            total += now * p
            if now != previous and y > 0:
                steps.append((y, y * (now - previous) * p))
            previous = now
        p = p * (mu / (y + 1) if theta is None else mu * (theta + y) / ((mu + theta) * (y + 1)))
    if hi is None:
        return 1 - total, [(lo, lo * p)]
    return total, steps


def differences(lo, hi, base, mu, theta):
    def at(i, j):
        moved = None if theta is None else theta * exp(j * STEP)
        return log(pieces(lo, hi, base, mu * exp(i * STEP), moved)[0])

    js = [0] if theta is None else [-1, 0, 1]
    grid = {(i, j): at(i, j) for i in range(-2, 3) for j in js}
    h = STEP

    def along(j):
        g = [grid[i, j] for i in range(-2, 3)]
        return [
            g[2],
            (g[3] - g[1]) / (2 * h),
            (g[3] - 2 * g[2] + g[1]) / h**2,
            (g[4] - 2 * g[3] + 2 * g[1] - g[0]) / (2 * h**3),
            (g[4] - 4 * g[3] + 6 * g[2] - 4 * g[1] + g[0]) / h**4,
        ]

    zero = along(0)
    if theta is None:
        return zero, [mpf(0)] * 5, [mpf(0)] * 5
    below, above = along(-1), along(1)
    first = [(a - b) / (2 * h) for a, b in zip(above, below)]
    second = [(a - 2 * z + b) / h**2 for a, z, b in zip(above, zero, below)]
    return zero, first, second


def row(lo, hi, base, mu, theta):
    plain, first, second = differences(lo, hi, base, mu, theta)
    l, r, minus_w, minus_c, minus_d = plain
    values = [l, r, -minus_w, -minus_c, -minus_d]
    values += [first[0], second[0], first[1], second[1], -first[2], -second[2], -first[3]]
    q = mpf(0) if theta is None else mu / (mu + theta)
    f = 1 - q
    # moments of the count, from the derivatives
    m = mu + r / f
    v = mu / f + (minus_w + q * r) / f**2
    slope = mu / f + mu * q / f + (minus_c + q * minus_w + q * f * r) / f**2 + 2 * q * (minus_w + q * r) / f**2
    k3, k4 = abs(slope / f), 3 * v**2 + v
    total, steps = pieces(lo, hi, base, mu, theta)
    steps = [(y, abs(a) / total, abs(m - y)) for y, a in steps]
    u = [
        sum(a for y, a, x in steps),
        sum(a * x for y, a, x in steps),
        sum(a * (v + x**2) for y, a, x in steps),
        sum(a * (k3 + 3 * x * v + x**3) for y, a, x in steps),
    ]
    sizes = [u[0], q * f * u[1] + f**2 * u[2], q * f * u[1] + 3 * q * f**2 * u[2] + f**3 * u[3]]
    if theta is None:
        sizes += [mpf(0)] * 7
    else:
        share = q + m / (m + theta)
        shift = abs(m - mu)
        whole = m * share + theta * (log(1 + mu / theta) - q)
        spread = 2 * q * f**2 * (mu + v)
        sizes += [
            whole,
            whole + v * share**2,
            f * (q * shift + v * share),
            f * (q * shift + v * share + k3 * share**2),
            q * f * m + q * f * v * share + spread + f**2 * k3 * share,
            q * f * m + q * f * (v * share + k3 * share**2) + spread + f**2 * (k3 * share + k4 * share**2),
            q * f * m + q * f * v * share + spread + f**2 * k3 * share + f**3 * k4 * share,
        ]
    clean = lambda x, digits: nstr(x, digits, min_fixed=0, max_fixed=0) if abs(x) > mpf(10) ** -280 else "0"
    out = [str(lo), "-1" if hi is None else str(hi), str(base), nstr(mu, 10), "0" if theta is None else nstr(theta, 10)]
    return ",".join(out + [clean(x, 17) for x in values] + [clean(x, 2) for x in sizes])


def main():
    names = "l,r,w,c,d,l_phi,l_phi_phi,r_phi,r_phi_phi,w_phi,w_phi_phi,c_phi"
    sizes = "s_r,s_c,s_d,s_l_phi,s_l_phi_phi,s_r_phi,s_r_phi_phi,s_w_phi,s_w_phi_phi,s_c_phi"
    print("lo,hi,base,mu,theta," + names + "," + sizes)
    cells = [(lo, hi, 1) for lo, hi in INTERVALS]
    cells += [(value - base + 1, value + base - 1, base) for value, base in ROUNDINGS]
    for lo, hi, base in cells:
        for mu in MEANS:
            for theta in THETAS:
                # what makes no difference in double precision is left out: log P = -1e-434294
                if hi is None and float(mu) > 1e4 and theta is None:
                    continue
                # mu and theta as the doubles that a program reads
                print(row(lo, hi, base, mpf(float(mu)), theta and mpf(float(theta))))


main()
