"""Log-densities of Poisson-lognormal and NB2-lognormal counts, and their first four derivatives in the log mean.

Writes table.csv: the integral over the row's effect as a sum over close equal steps in 80-digit arithmetic, its derivatives
by Hermite polynomials under the integral. A count known in part is the sum of the densities of its counts.

    python3 table.py        (mpmath 1.3)
"""

from mpmath import mp, mpf, exp, log, loggamma, sqrt, pi

mp.dps = 80


def log_density(y, mu, theta):
    if theta == 0:
        return y * log(mu) - mu - loggamma(y + 1)
    rising = loggamma(theta + y) - loggamma(theta) - loggamma(y + 1)
    return rising + y * log(mu / (mu + theta)) + theta * log(theta / (mu + theta))


def densities(lo, hi, mu, theta):
    return sum(exp(log_density(y, mu, theta)) for y in range(lo, hi + 1))


def row(lo, hi, mu, variance, theta):
    """log F and the derivatives of log F, F the k-th derivative of a convolution with a normal."""
    sd = sqrt(mpf(variance))
    width = min(sd, 1 / sqrt(mpf(max(hi, 1))), mpf(1))
    step = width / 12
    reach = int(22 * sd / step) + 1
    sums = [mpf(0)] * 5
    for k in range(-reach, reach + 1):
        x = k * step / sd
        weight = densities(lo, hi, mu * exp(k * step), theta) * exp(-x * x / 2)
        hermite = [mpf(1), x, x**2 - 1, x**3 - 3 * x, x**4 - 6 * x**2 + 3]
        sums = [s + weight * h for s, h in zip(sums, hermite)]
    f0 = sums[0] * step / sd / sqrt(2 * pi)
    m1, m2, m3, m4 = (s / sums[0] / sd**k for k, s in enumerate(sums[1:], 1))
    second = m2 - m1**2
    third = m3 - 3 * m2 * m1 + 2 * m1**3
    fourth = m4 - 4 * m3 * m1 - 3 * m2**2 + 12 * m2 * m1**2 - 6 * m1**4
    return [log(f0), m1, -second, -third, -fourth]


def main():
    cells = [(0, 0), (1, 1), (6, 6), (40, 40), (0, 9), (5, 7)]
    with open("table.csv", "w") as out:
        out.write("lo,hi,mu,variance,theta,l,r,w,c,d\n")
        for lo, hi in cells:
            for mu in ["0.05", "1.5", "20"]:
                for variance in ["0.0004", "0.09", "1"]:
                    for theta in ["0", "2.5"]:
                        found = row(lo, hi, mpf(mu), mpf(variance), mpf(theta))
                        numbers = ",".join(mp.nstr(x, 20) for x in found)
                        out.write(f"{lo},{hi},{mu},{variance},{theta},{numbers}\n")


main()
